import CNNSystem
import CNNTensors
import TestSupport
import Testing

import CNNFormats

/// Whatever goes wrong while a file is written: the old one or the new one, each with all that belongs to it.
@Suite struct WriteFaultTests {
  /// A format, by what writes a tensor of one value and what reads it back.
  struct Format: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let name: String
    let write: @Sendable (Storage, String) throws -> Void
    let read: @Sendable (String) throws -> [UInt8]
  }

  private static let size = 100_000

  private static func onnx(_ policy: ExternalDataPolicy) -> @Sendable (Storage, String) throws -> Void {
    { storage, path in
      var model = OnnxModel()
      model.operatorSets = [OnnxOperatorSet(version: 21)]
      model.graph.initializers = ["a", "b"].map {
        OnnxTensor(name: $0, elementType: .uint8, shape: [size], payload: .bytes(storage))
      }
      try OnnxWriter.write(model, to: path, externalData: policy)
    }
  }

  private static func readOnnx(_ path: String) throws -> [UInt8] {
    let data = ExternalData(besideModelAt: path)
    let tensors = try OnnxReader.readModel(MappedFile(path: path)).graph.initializers
    let contents = try tensors.map { bytes(try data.resolved($0)) ?? [] }
    #expect(contents.count == 2 && contents[0] == contents[1])
    return contents[0]
  }

  private static func entry(_ storage: Storage) throws -> [StateDictionary.Entry] {
    [.init(key: "a", tensor: try Tensor(.uint8, shape: [size], storage: storage))]
  }

  static let formats = [
    Format(testDescription: "ONNX with external data", name: "m.onnx", write: onnx(.always()), read: readOnnx),
    Format(testDescription: "ONNX", name: "m.onnx", write: onnx(.never), read: readOnnx),
    Format(
      testDescription: "PyTorch", name: "m.pth", write: { try TorchArchiveWriter.write(entry($0), to: $1) },
      read: { path in try weights(ModelFile(path: path), TorchReader.read) }),
    Format(
      testDescription: "safetensors", name: "m.safetensors",
      write: { try SafetensorsWriter.write(entry($0), to: $1) },
      read: { path in try weights(ModelFile(path: path), { try SafetensorsReader.read($0.requireFile()) }) }),
    Format(
      testDescription: "NumPy", name: "m.npy",
      write: { try NumpyFile.write(Tensor(.uint8, shape: [size], storage: $0), to: $1) },
      read: { path in try NumpyFile.read(path).storage?.withBytes { Array($0) } ?? [] }),
  ]

  private static func weights(_ file: ModelFile, _ read: (ModelFile) throws -> Checkpoint) throws -> [UInt8] {
    try read(file).candidates.first?.dictionary.entries.first?.tensor.storage?.withBytes { Array($0) } ?? []
  }

  private func pattern(_ value: UInt8) -> [UInt8] {
    (0..<Self.size).map { UInt8(truncatingIfNeeded: $0 >> 3) ^ value }
  }

  /// A storage in memory, and one in a file, whose bytes go another way.
  private func storage(_ contents: [UInt8], inFile: Bool, _ folder: TemporaryFolder) throws -> Storage {
    guard inFile else { return try contents.withUnsafeBytes { try Storage(copying: $0) } }
    return try Storage(file: folder.map(contents), offset: 0, count: contents.count)
  }

  @Test(arguments: formats, FaultScript.Event.allCases)
  func oldOrNew(format: Format, event: FaultScript.Event) throws {
    let source = try TemporaryFolder()
    let (old, new) = (pattern(1), pattern(2))
    for inFile in [false, true] {
      let (first, second) = (try storage(old, inFile: false, source), try storage(new, inFile: inFile, source))
      var step = 0
      while true {
        let folder = try TemporaryFolder()
        let path = folder.file(format.name)
        try format.write(first, path)
        let before = folder.names
        let script = FaultScript(event, at: step)
        let failed = (try? script.run { try format.write(second, path) }) == nil
        guard script.happened else {
          #expect(!failed)
          break
        }
        let found = try format.read(path)
        #expect(found == old || found == new, "step \(step)")
        if event == .failure {
          #expect(found == (failed ? old : new), "step \(step)")
          if failed { #expect(folder.names == before, "step \(step)") }
        }
        // Whoever writes next finds nothing in the way, and leaves nothing of what was before.
        try format.write(second, path)
        #expect(try format.read(path) == new)
        #expect(folder.names.count == before.count, "step \(step): \(folder.names)")
        step += 1
      }
      #expect(step > 5)
    }
  }

  /// As above, on a file system that has no files without names.
  @Test(arguments: formats)
  func namedFiles(format: Format) throws {
    let source = try TemporaryFolder()
    let (first, second) = (
      try storage(pattern(1), inFile: false, source), try storage(pattern(2), inFile: false, source)
    )
    for step in 0... {
      let folder = try TemporaryFolder()
      let path = folder.file(format.name)
      try format.write(first, path)
      let before = folder.names
      let script = FaultScript(.kill, at: step)
      let failed = (try? script.run(withoutUnnamedFiles: true) { try format.write(second, path) }) == nil
      guard script.happened else {
        #expect(!failed)
        break
      }
      let found = try format.read(path)
      #expect(found == pattern(1) || found == pattern(2), "step \(step)")
      try format.write(second, path)
      #expect(folder.names.count == before.count, "step \(step): \(folder.names)")
    }
  }

  /// At the end of two writers there is one whole result.
  @Test func writersAtTheSameTime() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("m.onnx")
    let write = Self.onnx(.always())
    let values = (0..<4).map { pattern(UInt8($0)) }
    let storages = try values.map { try storage($0, inFile: false, folder) }
    for _ in 0..<20 {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for storage in storages { group.addTask { try write(storage, path) } }
        try await group.waitForAll()
      }
      let found = try Self.readOnnx(path)
      #expect(values.contains(found))
      #expect(folder.names.count == 2, "\(folder.names)")
    }
  }
}
