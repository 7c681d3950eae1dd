import CNNSystem
import CNNTensors

/// Reads weights in several files as those of one. Each shard is a file of weights of its own, mapped.
package enum ShardReader {
  /// Tells by the first bytes whether a file is an index of shards.
  package static func recognize(_ input: ModelFile) -> Recognition {
    input.file?.withBytes(ShardIndex.looksLike) ?? false ? .certain : .none
  }

  /// Reads the index at a path and the shards beside it.
  /// - Throws: ``ShardFault``, ``JSONFault``, `FileError`.
  package static func read(_ input: ModelFile) throws -> Checkpoint {
    let file = try input.requireFile()
    let index = try ShardIndex(Storage(file: file, offset: 0, count: file.byteCount))
    let isLink = FileStatus(path: input.path, followsLink: false)?.kind == .link
    let folder = ContainedFolder(Path.split(input.path).folder, beside: isLink ? input.path : nil)
    let wanted = Dictionary(grouping: index.places, by: \.shard).mapValues { $0.map(\.key) }
    var entries: [StateDictionary.Entry] = []
    var omissions: [Checkpoint.Omission] = []
    var places: [String: String] = [:]
    var metadata: [String: String] = [:]
    var remarks: [String] = []
    for shard in index.shards {
      try WorkBudget.current.check()
      let checkpoint = try read(shard, in: folder)
      guard let candidate = checkpoint.candidates.first else { throw ShardFault.notWeights(shard) }
      let (tensors, leftOut) = (candidate.dictionary.entries, candidate.omissions)
      for key in tensors.map(\.key) + leftOut.map(\.key) {
        if let other = places.updateValue(shard, forKey: key) {
          throw ShardFault.repeatedTensor(key, shards: [other, shard])
        }
      }
      let listed = wanted[shard] ?? []
      if let missing = listed.first(where: { places[$0] != shard }) {
        throw ShardFault.missingTensor(missing, shard: shard)
      }
      let expected = Set(listed)
      let unlisted = tensors.filter { !expected.contains($0.key) }.map(\.key)
      if !unlisted.isEmpty {
        remarks.append("shard \(shard.quoted) also holds \(unlisted.quoted(atMost: 3)), which the index does not list")
      }
      entries += tensors.filter { expected.contains($0.key) }
      omissions += leftOut.filter { expected.contains($0.key) }
      remarks += checkpoint.remarks
      metadata.merge(checkpoint.metadata) { first, _ in first }
    }
    let candidate = Checkpoint.Candidate(path: [], dictionary: StateDictionary(entries), omissions: omissions)
    return Checkpoint(
      container: .shards(index.shards.count), candidates: [candidate], remarks: remarks, metadata: metadata)
  }

  private static func read(_ name: String, in folder: ContainedFolder) throws -> Checkpoint {
    let input: ModelFile
    do throws(ContainedFolder.Fault) {
      input = ModelFile(path: "\(folder.path)/\(name)", file: try folder.file(name))
    } catch {
      switch error {
      case .outside: throw ShardFault.outsideFolder(name)
      case .unreadable(let error): throw error.isNotFound ? ShardFault.missing(name) : ShardFault.unreadable(error)
      }
    }
    do {
      if SafetensorsReader.recognize(input) != .none { return try SafetensorsReader.read(input.requireFile()) }
      guard TorchReader.recognize(input) != .none else { throw ShardFault.notWeights(name) }
      return try TorchReader.read(input)
    } catch let fault as ShardFault { throw fault } catch let fault as any FormatFault {
      throw ShardFault.inside(name, fault)
    }
  }
}

extension Checkpoint.Container {
  /// Weights in several files.
  package static func shards(_ count: Int) -> Self { Self("shards", "\(count) shards") }
}
