import CNNSystem
import CNNTensors

/// What can be wrong with weights in several files and the index that lists them.
package enum ShardFault: FormatFault {
  /// The index lacks something; what.
  case index(String, at: Int)
  /// The index names a tensor twice.
  case repeatedKey(String)
  /// The name of a shard is no plain path below the index's folder.
  case unsafeName(String)
  /// A shard leads out of the folder.
  case outsideFolder(String)
  /// A shard is not there.
  case missing(String)
  /// A shard cannot be opened.
  case unreadable(FileError)
  /// A shard is not a file of weights, or holds no dictionary of tensors.
  case notWeights(String)
  /// A shard does not hold a tensor that the index says it does.
  case missingTensor(String, shard: String)
  /// Two shards hold a tensor of the same name.
  case repeatedTensor(String, shards: [String])
  /// Something is wrong inside of a shard.
  case inside(String, any FormatFault)
  /// More shards than can be open at once.
  case tooMany(Int, limit: Int)

  /// What is wrong, where, and what to do.
  package var message: String {
    switch self {
    case .index(let what, let offset): "index of shards: \(what) expected at byte \(offset)"
    case .repeatedKey(let key): "index of shards: \(key.quoted) appears a second time"
    case .unsafeName(let name): "shard \(name.quoted) is not a plain path below the index's folder"
    case .outsideFolder(let name): "shard \(name.quoted) leads out of the index's folder"
    case .missing(let name): "shard \(name.quoted) is missing; put it beside the index"
    case .unreadable(let error): "shard \(error.path.quoted): \(error.reason)"
    case .notWeights(let name): "shard \(name.quoted) is no file of weights"
    case .missingTensor(let key, let shard):
      "shard \(shard.quoted) has no tensor \(key.quoted), which the index looks for there; one of the two is of another model"
    case .repeatedTensor(let key, let shards): "tensor \(key.quoted) is in two shards, \(shards.quoted())"
    case .inside(let name, let fault): "shard \(name.quoted): \(fault.message)"
    case .tooMany(let count, let limit): "\(count) shards, at most \(limit) are read"
    }
  }

  /// True if it is for what a shard holds.
  package var isUnsupported: Bool { if case .inside(_, let fault) = self { fault.isUnsupported } else { false } }

  /// True for too many shards, and if it is for what a shard holds.
  package var isLimit: Bool {
    switch self {
    case .tooMany: true
    case .inside(_, let fault): fault.isLimit
    default: false
    }
  }
}
