import CNNTensors

/// Makes values of the records in a pickle of a TorchScript archive. What refers to itself is refused.
struct StoredScriptReader {
  private static let depthLimit = 128
  private static let workLimit = 1 << 22

  private let tree: PickleTree
  private let tensors: TorchTensorReader
  private var known: [Int: StoredScriptObject] = [:]
  private var path: Set<Int> = []
  private var work = 0

  init(_ tree: PickleTree, _ storages: any TorchStorages) {
    self.tree = tree
    tensors = TorchTensorReader(tree, storages)
  }

  /// The value that the pickle stands for.
  mutating func root() throws -> StoredScriptValue { try value(tree.root, "") }

  private mutating func value(_ value: PickleValue, _ name: String) throws -> StoredScriptValue {
    switch value {
    case .none: return .none
    case .boolean(let flag): return .boolean(flag)
    case .integer(let number): return .integer(number)
    case .float(let number): return .float(number)
    case .text, .respelledText: return tree.text(value).map { .string($0) } ?? .unusable("is a long text")
    case .wideInteger, .bytes, .global: return .unusable("is of an unknown kind")
    case .object(let number):
      guard path.count < Self.depthLimit, path.insert(number).inserted else {
        throw TorchScriptFault.endlessObject(name)
      }
      defer { path.remove(number) }
      return try object(number, name)
    }
  }

  private mutating func object(_ number: Int, _ name: String) throws -> StoredScriptValue {
    let value = PickleValue.object(number)
    let object = tree.objects[number]
    work += 1 + tree.cost(of: object) + name.utf8.count / 16
    guard work < Self.workLimit else { throw TorchScriptFault.endlessObject(name) }
    if let outcome = try tensors.tensor(value, key: name) {
      switch outcome {
      case .tensor(let tensor): return .tensor(tensor)
      case .unusable(let reason): return .unusable(reason)
      }
    }
    if let items = tree.items(value) {
      let values = try elements(items, name)
      return object.kind == .tuple ? .tuple(values) : .list(values)
    }
    if let pairs = tree.pairs(value) {
      var result: [(key: StoredScriptValue, value: StoredScriptValue)] = []
      for pair in pairs {
        result.append((try self.value(pair.key, name), try self.value(pair.value, name)))
      }
      return .dictionary(result)
    }
    guard object.kind == .instance, let type = tree.global(tree.unwrapped(object.type)) else {
      return .unusable("is of an unknown kind")
    }
    switch type.name {
    case "torch.jit._pickle.restore_type_tag":
      return try tree.items(object.arguments)?.first.map { try self.value($0, name) } ?? .none
    case "torch.device":
      return .string(tree.items(object.arguments)?.first.flatMap(tree.text) ?? "cpu")
    case _ where type.name.hasPrefix(PickleGlobal.scriptPackage):
      if let known = known[number] { return .object(known) }
      // A member of an enumeration is its value.
      if object.arguments != .none, tree.items(object.arguments) == nil {
        return try self.value(object.arguments, name)
      }
      guard let attributes = tree.attributes(object) ?? (object.state == .none ? [] : nil) else {
        return .unusable("is an object of \(type.name.inSentence), whose state has a form of its own")
      }
      let stored = StoredScriptObject(type: type.name, attributes: try self.attributes(attributes, name), path: name)
      known[number] = stored
      return .object(stored)
    default: return .unusable("is an object of \(type.name.inSentence)")
    }
  }

  private mutating func elements(_ items: [PickleValue], _ name: String) throws -> [StoredScriptValue] {
    var values: [StoredScriptValue] = []
    for item in items { values.append(try value(item, name)) }
    return values
  }

  private mutating func attributes(
    _ pairs: [(key: PickleValue, value: PickleValue)], _ prefix: String
  ) throws -> [(name: String, value: StoredScriptValue)] {
    var attributes: [(name: String, value: StoredScriptValue)] = []
    for (key, value) in pairs {
      guard let name = tree.label(key) else { continue }
      attributes.append((name, try self.value(value, prefix.isEmpty ? name : "\(prefix).\(name)")))
    }
    return attributes
  }
}
