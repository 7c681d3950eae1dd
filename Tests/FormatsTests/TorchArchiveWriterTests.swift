import CNNTensors
import TestSupport
import Testing

import CNNFormats

@Suite struct TorchArchiveWriterTests {
  private func entry(_ key: String, _ tensor: Tensor) -> StateDictionary.Entry { .init(key: key, tensor: tensor) }

  private func written(_ entries: [StateDictionary.Entry]) throws -> (folder: TemporaryFolder, checkpoint: Checkpoint) {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/out.pth"
    try TorchArchiveWriter.write(entries, to: path)
    #expect(folder.names == ["out.pth"])
    return (folder, try CheckpointReader.read(path: path))
  }

  private func dataOffset(_ checkpoint: Checkpoint, _ key: String) -> Int? {
    checkpoint.candidates[0].dictionary[key]?.storage?.fileRange?.offset
  }

  @Test func storagesAreAligned() throws {
    let entries = try (1..<20).map {
      entry("t\($0)", try Tensor([UInt8](repeating: 3, count: $0 * 7), shape: [$0 * 7]))
    }
    let (_, checkpoint) = try written(entries)
    for entry in entries {
      let offset = try #require(dataOffset(checkpoint, entry.key))
      #expect(offset % 64 == 0)
      #expect(try checkpoint.candidates[0].dictionary[entry.key]?.elements() == entry.tensor.elements(as: UInt8.self))
    }
  }

  @Test func sharedTensorsStayTied() throws {
    let whole = try Tensor((0..<40).map(Float.init), shape: [40])
    let storage = try #require(whole.storage)
    func part(_ offset: Int, _ count: Int) throws -> Tensor {
      try Tensor(.float32, shape: [count], storage: Storage(part: storage, offset: 4 * offset, count: 4 * count))
    }
    let other = try Tensor([Float(5), 6], shape: [2])
    let entries = [
      entry("middle", try part(8, 12)), entry("other", other), entry("start", try part(0, 10)),
      entry("same", try part(8, 12)),
      entry("end", try part(30, 10)), entry("again", other), entry("bytes", try part(8, 12).reinterpreted(as: .int32)),
    ]
    let (_, checkpoint) = try written(entries)
    let middle = try #require(dataOffset(checkpoint, "middle"))
    #expect(dataOffset(checkpoint, "same") == middle)
    #expect(dataOffset(checkpoint, "start") == middle - 32)
    #expect(dataOffset(checkpoint, "again") == dataOffset(checkpoint, "other"))
    for entry in entries {
      let read = checkpoint.candidates[0].dictionary[entry.key]
      #expect(read.map(fnv) == fnv(entry.tensor), "\(entry.key)")
    }
  }

  /// Tensors side by side in one file, as safetensors has them, do not become one storage.
  @Test func neighboursStayApart() throws {
    let source = try CheckpointReader.read(path: "\(WeightFixture.folder)/plain.safetensors")
    let (_, checkpoint) = try written(source.candidates[0].dictionary.entries)
    let offsets = checkpoint.candidates[0].dictionary.entries.compactMap { $0.tensor.storage?.fileRange?.offset }
    #expect(offsets.allSatisfy { $0 % 64 == 0 })
  }

  @Test func replacesItsOwnSource() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(contents("\(WeightFixture.folder)/archive-protocol2.pth"))
    let source = try CheckpointReader.read(path: path)
    try TorchArchiveWriter.write(source.candidates[0].dictionary.entries, to: path)
    let again = try CheckpointReader.read(path: path)
    for entry in source.candidates[0].dictionary.entries {
      #expect(again.candidates[0].dictionary[entry.key].map(fnv) == fnv(entry.tensor))
    }
    #expect(folder.names == ["file"])
  }

  @Test func oddKeysAndShapes() throws {
    let empty = try Tensor(.float32, shape: [0, 3]) { _ in }
    let scalar = try Tensor(scalar: Int64(-7))
    let long = String(repeating: "k", count: 1000)
    let entries = [
      entry("", scalar), entry("ключ 😀", empty), entry(long, try Tensor([Double(1)], shape: [1, 1, 1, 1, 1])),
      entry("a", scalar), entry("a", empty),
    ]
    let (_, checkpoint) = try written(entries)
    let dictionary = checkpoint.candidates[0].dictionary
    #expect(dictionary.entries.map(\.key) == ["", "ключ 😀", long, "a"])
    #expect(dictionary["ключ 😀"]?.shape == [0, 3])
    #expect(dictionary[long]?.shape == [1, 1, 1, 1, 1])
    #expect(dictionary["a"]?.shape == [0, 3])
    #expect(try dictionary[""]?.elements() == [Int64(-7)])
  }
}
