import CNNTensors

/// What `torch.save` wrote into a member of an archive: a zip archive of a pickle and its storages.
final class SavedObject: TorchStorages {
  private static let pickle = "data.pkl"

  let isBigEndian: Bool
  let byteCount: Int
  /// The pickle.
  let tree: PickleTree
  private let archive: StoredArchive
  private let folder: String

  /// Reads the pickle of an archive of these bytes.
  init(_ bytes: Storage, name: String) throws {
    archive = try StoredArchive(bytes)
    byteCount = bytes.byteCount
    guard let pickle = archive.names.first(where: { $0 == Self.pickle || $0.hasSuffix("/\(Self.pickle)") }),
      let contents = try archive.member(pickle)
    else { throw FormatError.archive(member: name, reason: "it holds no pickle") }
    folder = String(pickle.dropLast(Self.pickle.count))
    isBigEndian = try archive.text("\(folder)byteorder") == "big"
    tree = try Self.read(contents, name)
  }

  private static func read(_ contents: Storage, _ name: String) throws -> PickleTree {
    do { return try PickleMachine.read(contents) } catch FormatError.pickle(let fault, let position, _) {
      throw FormatError.pickle(fault, at: position, member: name)
    }
  }

  func storage(_ key: String) throws -> Storage? { try archive.member("\(folder)data/\(key)") }

  /// The tensors of a dictionary by key. What is no tensor is passed over.
  func dictionary() throws -> [(key: String, tensor: Tensor)] {
    let reader = TorchTensorReader(tree, self)
    var tensors: [(key: String, tensor: Tensor)] = []
    for (key, value) in tree.pairs(tree.root) ?? [] {
      guard let name = tree.label(key) else { continue }
      switch try reader.tensor(value, key: name) {
      case .tensor(let tensor): tensors.append((name, tensor))
      case .unusable(let reason): throw TorchExportFault.unsupported("tensor \(name.quoted) \(reason)")
      case nil: break
      }
    }
    return tensors
  }

  private static let leafLimit = 1 << 16

  /// The leaves of nested tuples, lists and dictionaries in order: tensors, and `nil` for everything else.
  func leaves() throws -> [Tensor?] {
    let reader = TorchTensorReader(tree, self)
    var leaves: [Tensor?] = []
    var open = [tree.root]
    var work = 0
    while let value = open.popLast() {
      work += 1
      guard work < Self.leafLimit, open.count < Self.leafLimit else {
        throw TorchExportFault.unsupported("example inputs of more than \(Self.leafLimit) parts")
      }
      if !reader.isTensor(value) {
        if let items = tree.items(value) {
          open += items.reversed()
          continue
        }
        if let pairs = tree.pairs(value) {
          open += pairs.map(\.value).reversed()
          continue
        }
      }
      if case .tensor(let tensor)? = try reader.tensor(value, key: "example input \(leaves.count)") {
        leaves.append(tensor)
      } else {
        leaves.append(nil)
      }
    }
    return leaves
  }
}
