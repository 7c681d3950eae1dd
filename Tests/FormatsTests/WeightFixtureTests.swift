import CNNTensors
import Glibc
import TestSupport
import Testing

import CNNFormats

/// What `Fixtures/Weights/expectations.txt` says of one file: what PyTorch and safetensors read in it.
struct WeightFixture: CustomTestStringConvertible {
  let name: String
  let container: String
  var path: [String] = []
  var moduleClass: String?
  var tensors: [(key: String, type: String, shape: [Int], hash: String)] = []
  var remarks: [String] = []
  var metadata: [String: String] = [:]

  var testDescription: String { name }

  static let folder = FixtureFolders.path("Weights")

  static let all: [WeightFixture] = {
    guard let text = try? String(decoding: contents("\(folder)/expectations.txt"), as: UTF8.self) else { return [] }
    var all: [WeightFixture] = []
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      switch (fields[0], fields.count) {
      case ("file", 3): all.append(WeightFixture(name: fields[1], container: fields[2]))
      case ("candidate", 3):
        all[all.count - 1].path = fields[1] == "-" ? [] : fields[1].split(separator: "/").map(String.init)
        all[all.count - 1].moduleClass = fields[2] == "-" ? nil : fields[2]
      case ("tensor", 5):
        let shape = fields[3] == "-" ? [] : fields[3].split(separator: "x").compactMap { Int($0) }
        all[all.count - 1].tensors.append((fields[1], fields[2], shape, fields[4]))
      case ("remark", 2): all[all.count - 1].remarks.append(fields[1])
      case ("metadata", 3): all[all.count - 1].metadata[fields[1]] = fields[2]
      default: Issue.record("what does this line say: \(line)")
      }
    }
    return all
  }()

  var filePath: String { "\(Self.folder)/\(name)" }
}

/// The 64-bit FNV-1a hash (Fowler, Noll, Vo).
func fnv(_ tensor: Tensor) -> String {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  tensor.withBytes { bytes in for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 } }
  let digits = String(hash, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}

@Suite struct WeightFixtureTests {
  private func check(_ dictionary: StateDictionary, _ expected: WeightFixture) {
    #expect(dictionary.entries.count == expected.tensors.count)
    for (key, type, shape, hash) in expected.tensors {
      guard let tensor = dictionary[key] else {
        Issue.record("'\(key)' is missing")
        continue
      }
      #expect("\(tensor.elementType)" == type, "\(key)")
      #expect(tensor.shape == shape, "\(key)")
      #expect(fnv(tensor) == hash, "\(key)")
    }
  }

  @Test func everyFileIsListed() throws {
    let kept: Set = ["generate.py", "expectations.txt", "__pycache__"]
    let names = TemporaryFolder.names(of: WeightFixture.folder).filter { !kept.contains($0) }
    #expect(names == WeightFixture.all.map(\.name).sorted())
    #expect(names.count >= 45)
  }

  @Test(arguments: WeightFixture.all)
  func readsAsPyTorchDoes(_ expected: WeightFixture) throws {
    #expect(CheckpointReader.looksLikeCheckpoint(path: expected.filePath))
    let checkpoint = try CheckpointReader.read(path: expected.filePath)
    #expect(checkpoint.container.name == expected.container)
    #expect(checkpoint.metadata == expected.metadata)
    let first = try #require(checkpoint.candidates.first)
    #expect(first.path == expected.path)
    #expect(first.moduleClass == expected.moduleClass)
    check(first.dictionary, expected)
    for remark in expected.remarks {
      #expect(checkpoint.remarks.contains { $0.contains(remark) }, "\(remark) in \(checkpoint.remarks)")
    }
    if expected.container != "torchScript" {
      #expect(first.dictionary.entries.map(\.key) == expected.tensors.map(\.key) || expected.container == "safetensors")
    }
  }

  @Test(arguments: WeightFixture.all)
  func writesWhatItRead(_ expected: WeightFixture) throws {
    let folder = try TemporaryFolder()
    let entries = try CheckpointReader.read(path: expected.filePath).candidates[0].dictionary.entries
    let archive = "\(folder.path)/again.pth"
    try TorchArchiveWriter.write(entries, to: archive)
    let again = try CheckpointReader.read(path: archive)
    #expect(again.container == .torchArchive)
    #expect(again.candidates.count == 1)
    #expect(again.remarks.isEmpty)
    check(again.candidates[0].dictionary, expected)
    #expect(again.candidates[0].dictionary.entries.map(\.key) == entries.map(\.key))
    // Written from its own output the bytes are the same.
    let whole = try contents(archive)
    try TorchArchiveWriter.write(again.candidates[0].dictionary.entries, to: archive)
    #expect(try contents(archive) == whole)

    guard !expected.tensors.contains(where: { $0.type == "complex128" }) else { return }
    let safe = "\(folder.path)/again.safetensors"
    try SafetensorsWriter.write(entries, metadata: ["format": "pt"], to: safe)
    let read = try CheckpointReader.read(path: safe)
    #expect(read.container == .safetensors)
    #expect(read.metadata == ["format": "pt"])
    check(read.candidates[0].dictionary, expected)
  }
}
