import CNNTensors
import Glibc
import TestSupport
import Testing

import CNNFormats

@Suite struct HostileWeightsTests {
  // MARK: Tensors

  @Test func aTensorMadeByHand() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Zip.torch(Pickle.dictionary(("w", Pickle.tensor(Pickle.storage())))).bytes)
    let checkpoint = try CheckpointReader.read(path: path)
    #expect(checkpoint.candidates[0].dictionary["w"]?.shape == [4])
    #expect(checkpoint.candidates[0].dictionary["w"]?.storage?.fileRange != nil)
  }

  @Test func placesOutsideTheStorage() throws {
    func outside(_ offset: Int, _ shape: [Int], _ strides: [Int]) throws -> Bool {
      if case .outside? = try tensorFault(Pickle.tensor(Pickle.storage(), offset: offset, shape, strides)) {
        true
      } else {
        false
      }
    }
    #expect(try outside(1, [4], [1]))
    #expect(try outside(0, [5], [1]))
    #expect(try outside(0, [2], [4]))
    #expect(try outside(4, [1], [1]))
    #expect(try outside(.max, [1], [1]))
    #expect(try outside(.max, [2], [1]))
    #expect(try outside(0, [2], [.max]))
    #expect(try outside(0, [3], [.max]))
    #expect(try outside(0, [2, 2], [.max, .max]))
    #expect(try outside(1, [2], [.max]))
    #expect(try outside(0, [1 << 30, 1 << 20], [1 << 50, 1]))
    #expect(try tensorFault(Pickle.tensor(Pickle.storage(), offset: 3, [1], [1])) == nil)
    #expect(try tensorFault(Pickle.tensor(Pickle.storage(), offset: 3, [1], [.max])) == nil)
    // Nothing lies nowhere.
    #expect(try tensorFault(Pickle.tensor(Pickle.storage(), offset: .max, [0, 4], [1, .max])) == nil)
  }

  @Test func impossibleNumbers() throws {
    #expect(
      try tensorFault(Pickle.tensor(Pickle.storage(), [4], [-1])) == .negative("stride", [-1]))
    #expect(try tensorFault(Pickle.tensor(Pickle.storage(), [-4], [1])) == .negative("extent", [-4]))
    #expect(try tensorFault(Pickle.tensor(Pickle.storage(), offset: -1)) == .negative("offset", [-1]))
    #expect(try tensorFault(Pickle.tensor(Pickle.storage(), offset: .min)) == .negative("offset", [.min]))
    #expect(try tensorFault(Pickle.tensor(Pickle.storage(), [4], [1, 1])) == .ranks([4], [1, 1]))
    #expect(
      try tensorFault(Pickle.tensor(Pickle.storage(), [1 << 40, 1 << 40], [0, 0])) == .tooLarge([1 << 40, 1 << 40]))
    let many = [Int](repeating: 1, count: 65)
    #expect(try tensorFault(Pickle.tensor(Pickle.storage(), many, many)) == .rank(65))
    for count in [Int.max, -1, 1 << 62] {
      #expect(try tensorFault(Pickle.tensor(Pickle.storage(count: count))) == .record)
    }
    #expect(
      try tensorFault(Pickle.tensor(Pickle.storage(count: 5))) == .shortStorage("0", expected: 20, found: 16))
    #expect(try tensorFault(Pickle.tensor(Pickle.storage(type: "UntypedStorage"))) == .record)
    #expect(try tensorFault(Pickle.tensor(Pickle.none)) == .record)
    #expect(try tensorFault(Pickle.tensor(Pickle.text("storage") + [0x51])) == .record)
    #expect(try tensorFault(Pickle.call(Pickle.global("torch._utils", "_rebuild_tensor_v2"))) == .record)
  }

  /// One element seen a billion times: the copy would be out of proportion.
  @Test func expandedBeyondProportion() throws {
    let tensor = Pickle.tensor(Pickle.storage(), [1 << 28], [0])
    guard case .tooManyCopies? = try tensorFault(tensor) else {
      Issue.record("a gigabyte was made of four bytes")
      return
    }
    // Each by itself may pass, all of them not.
    let entries = (0..<100).flatMap {
      Pickle.text("w\($0)") + Pickle.tensor(Pickle.storage(), [1 << 20, 1 + $0], [0, 0])
    }
    guard case .strided(_, .tooManyCopies)? = try weightsError(pickle: [0x7d, 0x28] + entries + [0x75]) else {
      Issue.record("a gigabyte was made of a hundred tensors")
      return
    }
  }

  @Test func namesOfStorages() throws {
    for key in ["../../../../etc/passwd", "/etc/passwd", "1", "", "0/../0", "."] {
      #expect(try tensorFault(Pickle.tensor(Pickle.storage(key))) == .noStorage(key))
    }
  }

  // MARK: Archives

  @Test func overlappingMembers() throws {
    var zip = Zip.torch(Pickle.dictionary(("w", Pickle.tensor(Pickle.storage()))))
    zip.members[1].data = [UInt8](repeating: 1, count: 4096)
    for index in 1..<10 {
      var copy = zip.members[1]
      copy.name = "archive/data/\(index)"
      copy.offset = 0
      zip.members.append(copy)
    }
    guard case .archive(_, "members overlap")? = try weightsError(zip.bytes) else {
      Issue.record("ten members share their bytes")
      return
    }
  }

  @Test func membersElsewhere() throws {
    let good = Zip.torch(Pickle.dictionary(("w", Pickle.tensor(Pickle.storage()))))
    #expect(try weightsError(good.bytes) == nil)
    func reason(_ change: (inout Zip) -> Void) throws -> String? {
      var zip = good
      change(&zip)
      guard case .archive(_, let reason)? = try weightsError(zip.bytes) else { return nil }
      return reason
    }
    #expect(try reason { $0.members.append($0.members[1]) } == "it appears a second time")
    #expect(
      try reason {
        $0.members.append(Zip.Member(name: "archive/data/0", data: [], offset: 0)); $0.members.remove(at: 1)
      }
        == "the header at byte 0 names another member")
    #expect(
      try reason {
        $0.members.append(Zip.Member(name: "archive/data/0", data: [], offset: 3)); $0.members.remove(at: 1)
      }
        == "no header at byte 3")
    #expect(
      try reason {
        $0.members.append(Zip.Member(name: "archive/data/0", data: [], offset: 1 << 31)); $0.members.remove(at: 1)
      }
        == "it lies outside the file")
    // A directory that says another size than the one that is stored.
    #expect(try reason { $0.members[1].byteCount = 8 } != nil)
    #expect(try reason { $0.members[1].method = 99 } != nil)
  }

  /// Numbers of 64 bits, though they would fit into 32.
  @Test func wideDirectory() throws {
    var zip = Zip.torch(Pickle.dictionary(("w", Pickle.tensor(Pickle.storage()))))
    zip.isWide = true
    #expect(try weightsError(zip.bytes) == nil)
    let whole = zip.bytes
    let end = whole.count - 22 - 20 - 56
    for (place, number) in [(24, UInt64.max), (32, 1 << 63), (40, .max), (48, .max), (48, 1 << 40)] {
      var broken = whole
      broken.replaceSubrange(end + place..<end + place + 8, with: Pickle.number(number))
      #expect(try weightsError(broken) != nil)
    }
    for number in [UInt64.max, 1 << 40, UInt64(whole.count)] {
      var broken = whole
      broken.replaceSubrange(end + 56 + 8..<end + 56 + 16, with: Pickle.number(number))
      #expect(try weightsError(broken) != nil)
    }
  }

  @Test func namesOutsideTheArchive() throws {
    var zip = Zip.torch(Pickle.dictionary(("w", Pickle.tensor(Pickle.storage()))))
    zip.members.append(Zip.Member(name: "../../evil", data: [1]))
    zip.members.append(Zip.Member(name: "/tmp/evil", data: [1]))
    #expect(try weightsError(zip.bytes) == nil)
  }

  @Test func bombs() throws {
    // More than deflate can make of it.
    var zip = Zip.torch(Pickle.dictionary(("w", Pickle.tensor(Pickle.storage()))))
    zip.members[1].method = 8
    zip.members[1].byteCount = 1 << 31
    guard case .archive("archive/data/0", _)? = try weightsError(zip.bytes) else {
      Issue.record("sixteen bytes unpack to two gigabytes")
      return
    }
    // As much as deflate could make, but out of proportion.
    zip = Zip.torch(Pickle.dictionary(("w", Pickle.tensor(Pickle.storage(count: 18 << 20)))))
    zip.members[1] = Zip.Member(
      name: "archive/data/0", data: [UInt8](repeating: 0, count: 80_000), byteCount: 18 << 22, method: 8)
    let error = try weightsError(zip.bytes)
    guard case .archiveLimit("archive/data/0", _, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.isLimit == true)
    // A pickle that is one.
    zip.members[0].method = 8
    zip.members[0].data = [UInt8](repeating: 0, count: 80_000)
    zip.members[0].byteCount = 18 << 22
    #expect(try weightsError(zip.bytes)?.isLimit == true)
  }

  @Test func otherArchives() throws {
    func kind(_ names: String...) throws -> FileKind? {
      let zip = Zip(members: names.map { Zip.Member(name: $0, data: [1, 2, 3]) })
      guard case .notWeights(let kind)? = try weightsError(zip.bytes) else { return nil }
      return kind
    }
    #expect(try kind("a.npy", "b.npy") == .numpyArchive)
    #expect(try kind("model/model.json", "model/tensors/0") == .oldTorchScript)
    #expect(try kind("metadata.json", "config.json", "model.weights.h5") == .keras)
    #expect(try kind("readme.txt") == .otherZip)
    #expect(try kind("a/b/data.pkl") == .otherZip)
    #expect(try kind() == .otherZip)
    #expect(try weightsError(Array(Zip.torch(Pickle.none).bytes.dropLast(30))) == .cutShort(.zipDirectory))
  }

  // MARK: Folders

  @Test func foldersWithLinks() throws {
    let folder = try TemporaryFolder()
    let secret = try folder.write([UInt8](repeating: 1, count: 16), "secret")
    mkdir("\(folder.path)/model", 0o755)
    mkdir("\(folder.path)/model/data", 0o755)
    let model = "\(folder.path)/model"
    #expect(!CheckpointReader.looksLikeCheckpoint(path: model))
    #expect(formatError { _ = try CheckpointReader.read(path: model) } == .checkpoint(.noPickle))
    func error(_ key: String) throws -> FormatError? {
      try folder.write(Pickle.stream(Pickle.dictionary(("w", Pickle.tensor(Pickle.storage(key))))), "model/data.pkl")
      return formatError { _ = try CheckpointReader.read(path: model) }
    }
    symlink(secret, "\(model)/data/0")
    #expect(try error("0") == .checkpoint(.outsideFolder("data/0")))
    #expect(try error("1") == .strided("w", .noStorage("1")))
    for key in ["../../secret", "..", ".", "", "/etc/passwd", "a/b"] {
      #expect(try error(key) == .checkpoint(.unsafeName(key)))
    }
    unlink("\(model)/data/0")
    rename(secret, "\(model)/data/0")
    #expect(try error("0") == nil)
    #expect(CheckpointReader.looksLikeCheckpoint(path: model))
    unlink("\(model)/data.pkl")
    try folder.write(Pickle.stream(Pickle.dictionary()), "outside.pkl")
    symlink("\(folder.path)/outside.pkl", "\(model)/data.pkl")
    #expect(formatError { _ = try CheckpointReader.read(path: model) } == .checkpoint(.outsideFolder("data.pkl")))
  }

  // MARK: Legacy streams

  @Test func legacyStreams() throws {
    let value = Pickle.dictionary(("w", Pickle.tensor(Pickle.storage())))
    let data = [UInt8](repeating: 1, count: 16)
    func error(_ storages: [(key: String, count: Int, data: [UInt8])]) throws -> FormatError? {
      try weightsError(Pickle.legacy(value, storages: storages))
    }
    #expect(try error([("0", 4, data)]) == nil)
    #expect(try error([]) == .strided("w", .noStorage("0")))
    #expect(try error([("0", 4, Array(data.dropLast()))]) == .cutShort(.storage("0", expected: 16, found: 15)))
    #expect(try error([("0", .max, data)]) != nil)
    #expect(try error([("0", -1, data)]) != nil)
    #expect(try error([("0", 1 << 50, data)]) == .cutShort(.storage("0", expected: 1 << 52, found: 16)))
    #expect(try error([("1", 4, data)]) == .checkpoint(.legacyKeys))
    #expect(try error([("0", 3, data)]) == .strided("w", .shortStorage("0", expected: 16, found: 12)))
    let whole = Pickle.legacy(value, storages: [("0", 4, data)])
    #expect(try weightsError(Array(whole.dropLast(24))) == .cutShort(.storage("0", expected: nil, found: 0)))
    var version = whole
    version[19] = 7
    #expect(try weightsError(version)?.isUnsupported == true)
  }

  /// Views of storages are ranges of elements within them.
  @Test(arguments: [(0, 5), (-1, 1), (5, 0), (4, 1), (.max, 1), (1, .max), (0, -1)])
  func viewsOutsideTheStorage(_ offset: Int, _ count: Int) throws {
    let view = Pickle.tuple(Pickle.text("v"), Pickle.int(offset), Pickle.int(count))
    let storage =
      Pickle.tuple(
        Pickle.text("storage"), Pickle.global("torch", "FloatStorage"), Pickle.text("0"), Pickle.text("cpu"),
        Pickle.int(4),
        view) + [0x51]
    let stream = Pickle.legacy(
      Pickle.dictionary(("w", Pickle.tensor(storage, [0], [1]))), storages: [("0", 4, [UInt8](repeating: 1, count: 16))]
    )
    #expect(try weightsError(stream) == .strided("w", .record))
  }

  // MARK: What holds no weights

  @Test func noWeights() throws {
    #expect(try weightsError(Pickle.stream(Pickle.dictionary())) == .checkpoint(.noTensors("a dictionary")))
    #expect(try weightsError(pickle: Pickle.none) == .checkpoint(.noTensors("None")))
    #expect(try weightsError(pickle: Pickle.int(5)) == .checkpoint(.noTensors("a number")))
    #expect(try weightsError(pickle: Pickle.tensor(Pickle.storage())) == .checkpoint(.singleTensor))
    let moments = Pickle.dictionary(("exp_avg", Pickle.tensor(Pickle.storage())))
    let optimizer = Pickle.dictionary(("state", [0x7d] + Pickle.int(0) + moments + [0x73]), ("param_groups", [0x5d]))
    #expect(try weightsError(pickle: optimizer) == .checkpoint(.optimizerOnly))
    #expect(try weightsError(pickle: Pickle.dictionary(("optimizer", optimizer))) == .checkpoint(.optimizerOnly))
    let sparse = Pickle.call(Pickle.global("torch._utils", "_rebuild_sparse_tensor"), Pickle.none)
    #expect(
      try weightsError(pickle: Pickle.dictionary(("w", sparse))) == .checkpoint(.unusable("tensor 'w' is sparse")))
  }

  @Test func arrays() throws {
    let type = Pickle.call(Pickle.global("numpy", "dtype"), Pickle.text("f4"), Pickle.no, Pickle.no)
    func array(_ shape: [Int], _ data: [UInt8], _ type: [UInt8]) throws -> FormatError? {
      let state = Pickle.tuple(Pickle.int(1), [0x28] + shape.flatMap(Pickle.int) + [0x74], type, Pickle.no, data)
      let made =
        Pickle.call(Pickle.global("numpy.core.multiarray", "_reconstruct"), Pickle.global("numpy", "ndarray"))
        + state + [0x62]
      return try weightsError(pickle: Pickle.dictionary(("w", made)))
    }
    let data = Pickle.bytes([1, 2, 3, 4, 5, 6, 7, 8])
    #expect(try array([2], data, type) == nil)
    #expect(try array([3], data, type) == .tensor("w", .storageSize(expected: 12, found: 8)))
    #expect(try array([-2], data, type) == .tensor("w", .negativeDimension([-2])))
    #expect(try array([1 << 40, 1 << 40], data, type) != nil)
    let objects = Pickle.call(Pickle.global("numpy", "dtype"), Pickle.text("O8"), Pickle.no, Pickle.no)
    #expect(try array([1], Pickle.list(Pickle.none), objects)?.isUnsupported == true)
    #expect(try array([2], Pickle.none, type) == .checkpoint(.unusable("tensor 'w' has no data")))
  }

  // MARK: Damage

  static let damaged = [
    "archive-protocol2.pth", "archive-deflated.pth", "legacy-protocol2.pth", "legacy-views.pth", "plain.safetensors",
    "arrays-protocol4.pkl",
  ]

  /// A file that breaks off anywhere is an error.
  @Test(arguments: damaged)
  func truncationAtEveryByte(_ name: String) throws {
    let folder = try TemporaryFolder()
    let whole = try contents("\(WeightFixture.folder)/\(name)")
    for length in 0..<whole.count {
      let path = try folder.write(Array(whole.prefix(length)))
      do {
        _ = try CheckpointReader.read(path: path)
        Issue.record("\(length) bytes of \(whole.count) were read")
      } catch { #expect(error is FormatError) }
      _ = CheckpointReader.looksLikeCheckpoint(path: path)
    }
    #expect(folder.names.count == 1)
  }

  @Test func truncatedFolder() throws {
    let folder = try TemporaryFolder()
    let source = "\(WeightFixture.folder)/folder"
    mkdir("\(folder.path)/data", 0o755)
    for name in TemporaryFolder.names(of: "\(source)/data") {
      try folder.write(contents("\(source)/data/\(name)"), "data/\(name)")
    }
    let pickle = try contents("\(source)/data.pkl")
    for length in 0...pickle.count {
      try folder.write(Array(pickle.prefix(length)), "data.pkl")
      let error = formatError { _ = try CheckpointReader.read(path: folder.path) }
      #expect((error == nil) == (length == pickle.count))
    }
    for name in TemporaryFolder.names(of: "\(source)/data") {
      let data = try contents("\(source)/data/\(name)")
      guard !data.isEmpty else { continue }
      try folder.write(Array(data.dropLast()), "data/\(name)")
      guard
        case .strided(_, .shortStorage(name, _, _))? = formatError({ _ = try CheckpointReader.read(path: folder.path) })
      else {
        Issue.record("a storage that is cut short was read")
        return
      }
      try folder.write(data, "data/\(name)")
    }
  }

  @Test(arguments: damaged + ["script.pt", "module-protocol5.pth", "names.safetensors", "shared-archive.pth"])
  func randomCorruption(_ name: String) throws {
    let folder = try TemporaryFolder()
    let whole = try contents("\(WeightFixture.folder)/\(name)")
    var generator = SplitMix(state: UInt64(whole.count))
    for _ in 0..<500 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) { bytes.corrupt(&generator) }
      let path = try folder.write(bytes)
      do {
        for candidate in try CheckpointReader.read(path: path).candidates {
          for entry in candidate.dictionary.entries { _ = fnv(entry.tensor) }
        }
      } catch { #expect(error is FormatError) }
    }
    #expect(folder.names.count == 1)
  }
}
