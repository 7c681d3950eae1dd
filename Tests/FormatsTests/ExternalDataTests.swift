import CNNTensors
import Glibc
import TestSupport
import Testing

import CNNFormats

@Suite struct ExternalDataTests {
  private func tensor(_ entries: [OnnxEntry], _ shape: [Int] = [2], _ type: ElementType = .uint8) -> OnnxTensor {
    OnnxTensor(name: "w", elementType: type, shape: shape, payload: .external(entries))
  }

  private func fault(_ data: ExternalData, _ tensor: OnnxTensor) -> FormatError.ExternalDataFault? {
    guard case .externalData("w", let fault) = formatError({ _ = try data.resolved(tensor) }) else { return nil }
    return fault
  }

  @Test func readsWhatOnnxWrote() throws {
    let path = fixture("external/model.onnx")
    let model = try OnnxReader.readModel(MappedFile(path: path))
    let data = ExternalData(besideModelAt: path)
    let tensors = try model.graph.initializers.map { try data.resolved($0) }
    #expect(try elements(tensors[0]) == [0, 1, 2] as [Float])
    #expect(try elements(tensors[1]) == [0, 1, 2, 3] as [Int64])
    guard case .bytes(let first) = tensors[0].payload, case .bytes(let second) = tensors[1].payload else {
      Issue.record("no bytes")
      return
    }
    #expect(first.fileRange?.file === second.fileRange?.file)
    #expect(first.fileRange != nil)
  }

  @Test func offsetAndLength() throws {
    let folder = try TemporaryFolder()
    try folder.write([1, 2, 3, 4], "w.bin")
    let data = ExternalData(folder: folder.path)
    func read(_ entries: [OnnxEntry]) throws -> [UInt8]? { bytes(try data.resolved(tensor(entries))) }
    #expect(try read([OnnxEntry("location", "w.bin")]) == [1, 2])
    #expect(try read([OnnxEntry("location", "./w.bin"), OnnxEntry("offset", "2")]) == [3, 4])
    #expect(
      try read([OnnxEntry("location", "w.bin"), OnnxEntry("offset", "1"), OnnxEntry("length", "2")]) == [2, 3])
    let inline = OnnxTensor(name: "w", elementType: .string, shape: [0], payload: .strings([]))
    guard case .strings = try data.resolved(inline).payload else {
      Issue.record("a tensor that is no external data is changed")
      return
    }
  }

  @Test func rangeOutsideFile() throws {
    let folder = try TemporaryFolder()
    try folder.write([1, 2, 3, 4], "w.bin")
    let data = ExternalData(folder: folder.path)
    func range(_ offset: String) -> FormatError.ExternalDataFault? {
      fault(data, tensor([OnnxEntry("location", "w.bin"), OnnxEntry("offset", offset)]))
    }
    #expect(range("3") == .range(location: "w.bin", offset: 3, length: 2, available: 4))
    #expect(range("9223372036854775807") == .range(location: "w.bin", offset: .max, length: 2, available: 4))
    #expect(range("-1") == .notANumber(key: "offset", value: "-1"))
    #expect(range("99999999999999999999") == .notANumber(key: "offset", value: "99999999999999999999"))
    #expect(range("1e3") == .notANumber(key: "offset", value: "1e3"))
    let length = [OnnxEntry("location", "w.bin"), OnnxEntry("length", "3")]
    #expect(
      formatError { _ = try data.resolved(tensor(length)) } == .payloadSize(tensor: "w", expected: 2, found: 3))
    #expect(fault(data, tensor([OnnxEntry("location", "w.bin")], [1], .string)) == .elementType(.string))
    let huge = tensor([OnnxEntry("location", "w.bin")], [1 << 40, 1 << 40])
    #expect(formatError { _ = try data.resolved(huge) } == .tensor("w", .tooLarge([1 << 40, 1 << 40], .uint8)))
  }

  @Test(arguments: [
    "", "/", "/etc/passwd", "/proc/self/fd/0", "../w.bin", "a/../../w.bin", "a/..", "..", "a/", "a//w.bin", "w\0.bin",
    "..\\w.bin", "a\\w.bin", "../\u{301}w.bin", "a/\u{301}b/../../../w.bin",
  ])
  func pathTraversal(_ location: String) throws {
    let folder = try TemporaryFolder()
    let entries = [OnnxEntry("location", location)]
    #expect(fault(ExternalData(folder: folder.path), tensor(entries)) == .unsafeLocation(location))
  }

  @Test func missingFileAndLocation() throws {
    let folder = try TemporaryFolder()
    let data = ExternalData(folder: folder.path)
    #expect(fault(data, tensor([OnnxEntry("offset", "0")])) == .noLocation)
    guard case .unreadable(let error) = fault(data, tensor([OnnxEntry("location", "none.bin")])) else {
      Issue.record("a missing file is found")
      return
    }
    #expect(error.isNotFound)
    #expect(error.path == "none.bin")
    mkdir(folder.path + "/folder", 0o755)
    guard case .unreadable = fault(data, tensor([OnnxEntry("location", "folder")])) else {
      Issue.record("a folder is data")
      return
    }
    mkfifo(folder.path + "/pipe", 0o644)
    guard case .unreadable = fault(data, tensor([OnnxEntry("location", "pipe")])) else {
      Issue.record("a pipe is data")
      return
    }
  }

  @Test func symbolicLinks() throws {
    let outside = try TemporaryFolder()
    try outside.write([1, 2], "secret.bin")
    let folder = try TemporaryFolder()
    try folder.write([5, 6], "inside.bin")
    symlink(outside.path + "/secret.bin", folder.path + "/link.bin")
    symlink(outside.path, folder.path + "/away")
    symlink("inside.bin", folder.path + "/near.bin")
    symlink(folder.path, outside.path + "/models")
    let data = ExternalData(folder: folder.path)
    #expect(fault(data, tensor([OnnxEntry("location", "link.bin")])) == .outsideFolder("link.bin"))
    #expect(fault(data, tensor([OnnxEntry("location", "away/secret.bin")])) == .outsideFolder("away/secret.bin"))
    #expect(bytes(try data.resolved(tensor([OnnxEntry("location", "near.bin")]))) == [5, 6])
    // The model's folder itself may be reached through a link.
    let linked = ExternalData(folder: outside.path + "/models")
    #expect(bytes(try linked.resolved(tensor([OnnxEntry("location", "inside.bin")]))) == [5, 6])
    // A folder whose name only begins like the model's is another folder.
    let twin = folder.path + "-twin"
    mkdir(twin, 0o755)
    defer {
      unlink(twin + "/w.bin")
      rmdir(twin)
    }
    symlink(twin + "/w.bin", folder.path + "/twin.bin")
    try folder.write([1, 2], "../\(twin.split(separator: "/").last ?? "")/w.bin")
    #expect(fault(data, tensor([OnnxEntry("location", "twin.bin")])) == .outsideFolder("twin.bin"))
  }

  // MARK: Writing

  private func model(_ tensors: [OnnxTensor]) -> OnnxModel {
    var model = OnnxModel()
    model.operatorSets = [OnnxOperatorSet(version: 21)]
    model.graph.initializers = tensors
    return model
  }

  private func tensor(_ name: String, _ count: Int, _ value: UInt8) throws -> OnnxTensor {
    let storage = try Storage(byteCount: count) { $0.initializeMemory(as: UInt8.self, repeating: value) }
    return OnnxTensor(name: name, elementType: .uint8, shape: [count], payload: .bytes(storage))
  }

  @Test func writesLargeInitializersBesideTheModel() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/m.onnx"
    let tensors = [
      try tensor("small", 9, 1), try tensor("a", 10, 2), try tensor("b", 100, 3), try tensor("large", 1 << 20, 4),
      try tensor("last", 11, 5),
    ]
    try OnnxWriter.write(model(tensors), to: path, externalData: .always(threshold: 10))
    let name = try #require(folder.names.last)
    #expect(folder.names == ["m.onnx", name])
    #expect(name.wholeMatch(of: /m\.onnx\.[0-9a-f]{16}\.data/) != nil)
    let written = try OnnxReader.readModel(MappedFile(path: path)).graph.initializers
    func entries(_ offset: Int, _ length: Int) -> [OnnxEntry] {
      [OnnxEntry("location", name), OnnxEntry("offset", "\(offset)"), OnnxEntry("length", "\(length)")]
    }
    let places: [[OnnxEntry]] = written.map { if case .external(let entries) = $0.payload { entries } else { [] } }
    #expect(
      places == [
        [], entries(0, 10), entries(64, 100), entries(4096, 1 << 20), entries(4096 + 1 << 20, 11),
      ])
    #expect(try contents(folder.file(name)).count == 4096 + (1 << 20) + 11)
    let data = ExternalData(besideModelAt: path)
    for (before, after) in zip(tensors, written) { #expect(bytes(try data.resolved(after)) == bytes(before)) }

    // Back into one file, and again beside the same name while the data file is being read.
    var resolved = try OnnxReader.readModel(MappedFile(path: path))
    resolved.graph.initializers = try resolved.graph.initializers.map { try data.resolved($0) }
    let before = try contents(folder.file(name))
    try OnnxWriter.write(resolved, to: path, externalData: .always(threshold: 10))
    #expect(folder.names == ["m.onnx", name])
    #expect(try contents(folder.file(name)) == before)
    try OnnxWriter.write(resolved, to: path, externalData: .never)
    #expect(folder.names == ["m.onnx"])
    #expect(try OnnxReader.readModel(MappedFile(path: path)).graph.initializers.map(bytes) == tensors.map(bytes))
  }

  /// A file with holes stands for weights that nobody has to store.
  @Test func modelBeyondTheLimitOfOneFile() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([], "holes.bin")
    let size = 1 << 31
    truncate(path, size)
    let storage = try Storage(file: MappedFile(path: path), offset: 0, count: size)
    let tensor = OnnxTensor(name: "w", elementType: .int8, shape: [size], payload: .bytes(storage))
    let error = formatError {
      try OnnxWriter.write(model([tensor]), to: folder.path + "/m.onnx", externalData: .never)
    }
    guard case .modelTooLarge(let bytes, limit: 0x7fff_ffff) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(bytes > size)
    #expect(error?.isLimit == true)
    #expect(folder.names == ["holes.bin"])
    // 2^63 bytes and more of the same weights: the sum must not overflow.
    let many = [OnnxTensor](repeating: tensor, count: 5)
    #expect(
      formatError { try OnnxWriter.write(model(many), to: folder.path + "/m.onnx", externalData: .never) }?.isLimit
        == true)
  }
}
