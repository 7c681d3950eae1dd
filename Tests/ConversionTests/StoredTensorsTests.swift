import CNNConv
import Foundation
import TestSupport
import Testing

/// Tensors of any file without an architecture. `Fixtures/Weights/expectations.txt` says what PyTorch, safetensors and
/// NumPy read in each file.
@Suite struct StoredTensorsTests {
  /// What a file holds: names, types, shapes and the FNV-1a hashes of the bytes.
  struct Expected: CustomTestStringConvertible {
    let name: String
    var tensors: [(key: String, type: String, shape: [Int], hash: String)] = []
    var testDescription: String { name }

    static let all: [Expected] = {
      let path = FixtureFolders.path("Weights/expectations.txt")
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      var all: [Expected] = []
      for line in text.split(separator: "\n") {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        if fields[0] == "file" { all.append(Expected(name: fields[1])) }
        guard fields[0] == "tensor" else { continue }
        let shape = fields[3] == "-" ? [] : fields[3].split(separator: "x").compactMap { Int($0) }
        all[all.count - 1].tensors.append((fields[1], fields[2], shape, fields[4]))
      }
      return all
    }()
  }

  private func hash(_ tensor: Tensor) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    tensor.withBytes { bytes in for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 } }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private func check(_ inventory: TensorInventory, _ expected: Expected) {
    let found = StateDictionary(inventory.stored.entries)
    #expect(found.entries.count == expected.tensors.count)
    for (key, type, shape, digest) in expected.tensors {
      guard let tensor = found[key] else {
        Issue.record("'\(key)' is missing")
        continue
      }
      #expect("\(tensor.elementType)" == type, "\(key)")
      #expect(tensor.shape == shape, "\(key)")
      #expect(hash(tensor) == digest, "\(key)")
    }
  }

  @Test func thereAreFixtures() { #expect(Expected.all.count > 40) }

  @Test(arguments: Expected.all) func listsWhatPyTorchReads(_ expected: Expected) throws {
    check(try TensorInventory(contentsOf: FixtureFolders.path("Weights/\(expected.name)")), expected)
  }

  /// Types that a format lacks.
  private static let lacking: [String: Set<String>] = [
    "safetensors": ["complex128", "complex64"], "pth": [], "npz": ["bfloat16"],
  ]

  @Test(arguments: Expected.all, ["pth", "safetensors", "npz"])
  func writesEveryTensorBitForBit(_ expected: Expected, kind: String) throws {
    let inventory = try TensorInventory(contentsOf: FixtureFolders.path("Weights/\(expected.name)"))
    let folder = try TemporaryFolder()
    let copy = folder.file("copy.\(kind)")
    do {
      try inventory.write(to: copy)
      check(try TensorInventory(contentsOf: copy), expected)
    } catch let error as ConversionError where error.code == .unsupported {
      // A type that the format lacks: the tensor is named, and no file is left.
      let lacks = expected.tensors.filter { tensor in
        Self.lacking[kind]?.contains(tensor.type) == true || tensor.type.hasPrefix("float8") && kind != "safetensors"
          || tensor.type.hasPrefix("float4") || tensor.type.hasPrefix("float6")
      }
      #expect(lacks.contains { error.description.contains("'\($0.key)'") }, "\(error)")
      #expect(folder.names == [])
    }
  }

  @Test func namesWhatCannotBeRead() throws {
    let stored = try TensorInventory(contentsOf: FixtureFolders.path("Weights/unusable.pth")).stored
    let reasons = Dictionary(stored.omissions.map { ($0.key, $0.reason) }, uniquingKeysWith: { a, _ in a })
    #expect(reasons["sparse"] == "is sparse")
    #expect(reasons["quantized"] == "is quantized")
    #expect(reasons["meta"]?.hasPrefix("is without data") == true)
    #expect(stored.remarks.allSatisfy { !"\($0)".contains("left out") })
  }

  @Test func saysWhichShareTheirBytes() throws {
    let inventory = try TensorInventory(contentsOf: FixtureFolders.path("Weights/shared-archive.pth"))
    let groups = Dictionary(
      zip(inventory.stored.entries.map(\.key), inventory.sharedGroups).map { ($0, $1) }, uniquingKeysWith: { a, _ in a }
    )
    let embed = try #require(groups["embed"])
    #expect(embed != nil)
    #expect(groups["head"] == embed)
    #expect(groups["middle"] != embed)
  }

  @Test func keepsWhatASafetensorsFileSaysOfItself() throws {
    let folder = try TemporaryFolder()
    let source = try TensorInventory(contentsOf: FixtureFolders.path("Weights/plain.safetensors"))
    let stored = StoredTensors(
      container: "test", content: .weights, entries: source.stored.entries, metadata: ["maker": "a test"])
    #expect(try ModelFormats.standard.write(stored, to: folder.file("a.safetensors")) == [])
    #expect(try TensorInventory(contentsOf: folder.file("a.safetensors")).stored.metadata == ["maker": "a test"])
    let remarks = try ModelFormats.standard.write(stored, to: folder.file("a.npz"))
    #expect(remarks.count == 1 && remarks[0].contains("'maker'"))
    #expect(throws: ConversionError.self) { try ModelFormats.standard.write(stored, to: folder.file("a.onnx")) }
  }

  @Test(arguments: ["stored.npz", "deflated.npz"]) func readsArchivesOfNumPy(name: String) throws {
    let path = FixtureFolders.path("Formats/numpy/\(name)")
    let expected = try TensorFile.read(path)
    let entries = try TensorInventory(contentsOf: path).stored.entries
    #expect(entries.map(\.key) == expected.map { $0.name ?? "" })
    for (entry, other) in zip(entries, expected) { #expect(hash(entry.tensor) == hash(other.tensor)) }
  }

  @Test func readsSingleTensors() throws {
    let array = try TensorInventory(contentsOf: FixtureFolders.path("Formats/numpy/f4.npy")).stored
    #expect(array.entries.map(\.key) == ["f4"])
    #expect(array.entries[0].tensor.elementType == .float32)
    let value = try TensorInventory(
      contentsOf: FixtureFolders.path("Checkpoints/densenet/test_data_set_0/input_0.pb")
    ).stored
    #expect(value.entries.count == 1)
    #expect(value.entries[0].tensor.rank == 4)
  }

  @Test func readsTheInitializersOfAGraph() throws {
    let folder = try TemporaryFolder()
    var network = GraphBuilder()
    let image = try network.input("image", shape: [1, 1, 3, 3])
    let weights = try network.constant(Tensor([[[[1, 2], [3, 4]]]]), name: "conv.weight")
    try network.output(network.apply(Convolution(), to: image, weights, name: "y"))
    try Model(graph: network.graph).write(to: folder.file("a.onnx"))
    let inventory = try TensorInventory(contentsOf: folder.file("a.onnx"))
    #expect(inventory.stored.entries.map(\.key) == ["conv.weight"])
    #expect(inventory.stored.content == .graph)
    try inventory.write(to: folder.file("a.npz"))
    let copy = try #require(TensorInventory(contentsOf: folder.file("a.npz")).stored.entries.first)
    #expect(copy.key == "conv.weight")
    #expect(try copy.tensor.values(as: Double.self) == [1, 2, 3, 4])
  }

  @Test func damagedArchivesAreRefused() throws {
    let bytes = Array(try Data(contentsOf: URL(filePath: FixtureFolders.path("Formats/numpy/stored.npz"))))
    let folder = try TemporaryFolder()
    for length in 1..<bytes.count {
      let path = try folder.write(Array(bytes[..<length]), "cut.npz")
      #expect(throws: ConversionError.self) { try TensorInventory(contentsOf: path) }
    }
    for position in bytes.indices {
      var changed = bytes
      changed[position] ^= 0xff
      // A changed number in the data is no damage that can be seen; nothing else may trap.
      _ = try? TensorInventory(contentsOf: folder.write(changed, "changed.npz"))
    }
  }
}
