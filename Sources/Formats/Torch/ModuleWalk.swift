import CNNTensors

/// The state dictionary of a whole pickled module, gathered as `nn.Module.state_dict` does: parameters, buffers but for
/// those that are not persistent, then the modules inside, their names joined by dots.
struct ModuleWalk {
  private static let depthLimit = 128
  private static let workLimit = 1 << 22

  let tree: PickleTree
  let tensors: TorchTensorReader
  /// The tensors of each TorchScript class that belong to its state; `nil` for pickled modules.
  let script: TorchScriptCode?

  private(set) var collected = TensorCollection()
  private var path: Set<Int> = []
  private var work = 0

  init(_ tree: PickleTree, _ tensors: TorchTensorReader, script: TorchScriptCode? = nil) {
    (self.tree, self.tensors, self.script) = (tree, tensors, script)
  }

  /// True if a value is a module: an object whose attributes are those that `nn.Module` keeps.
  static func isModule(_ value: PickleValue, in tree: PickleTree) -> Bool {
    guard let object = tree.object(value), object.kind != .persistent, tree.global(object.type) != nil,
      let attributes = tree.attributes(object)
    else { return false }
    let names = Set(attributes.compactMap { tree.text($0.key) })
    return names.contains("_modules") && names.contains("_parameters")
  }

  /// Adds the tensors of a module and of all modules inside.
  mutating func add(_ value: PickleValue, prefix: String = "", depth: Int = 0) throws {
    guard case .object(let number) = value else { return }
    let object = tree.objects[number]
    work += 1 + prefix.utf8.count / 16 + tree.cost(of: object)
    guard depth < Self.depthLimit, work < Self.workLimit, path.insert(number).inserted else {
      throw FormatError.checkpoint(.endlessModule(prefix))
    }
    defer { path.remove(number) }
    let attributes = tree.attributes(object) ?? []
    if script != nil {
      try addScript(object, attributes, prefix, depth)
    } else {
      func pairs(_ name: String) -> [(key: PickleValue, value: PickleValue)] {
        let pairs = attributes.last { tree.text($0.key) == name }.flatMap { tree.pairs($0.value) } ?? []
        work += pairs.count
        return pairs
      }
      let transient = attributes.last { tree.text($0.key) == "_non_persistent_buffers_set" }
      let left = Set(transient.map { elements($0.value) } ?? [])
      for (key, value) in pairs("_parameters") { try add(tensor: value, key, prefix) }
      for (key, value) in pairs("_buffers") where !left.contains(tree.text(key) ?? "") {
        try add(tensor: value, key, prefix)
      }
      for (key, value) in pairs("_modules") {
        guard let name = tree.label(key) else { continue }
        try add(value, prefix: "\(prefix)\(name).", depth: depth + 1)
      }
    }
  }

  /// A TorchScript object keeps everything side by side; its code says what belongs to its state.
  private mutating func addScript(
    _ object: PickleObject, _ attributes: [(key: PickleValue, value: PickleValue)], _ prefix: String, _ depth: Int
  ) throws {
    let names = tree.global(object.type).flatMap { script?.state(of: $0.name) }
    for (key, value) in attributes {
      guard let name = tree.text(key) else { continue }
      if tensors.isTensor(value) {
        if names?.contains(name) ?? true { try add(tensor: value, key, prefix) }
      } else if let inner = tree.object(value), inner.kind == .instance,
        tree.global(inner.type)?.name.hasPrefix(PickleGlobal.scriptPackage) ?? false
      {
        try add(value, prefix: "\(prefix)\(name).", depth: depth + 1)
      }
    }
  }

  private mutating func add(tensor value: PickleValue, _ name: PickleValue, _ prefix: String) throws {
    guard let name = tree.label(name), value != .none else { return }
    try collected.add(value, key: prefix + name, tensors)
  }

  /// The names in a set, which protocols before 4 write as a call with a list.
  private func elements(_ value: PickleValue) -> [String] {
    guard let object = tree.object(value) else { return [] }
    let items = object.kind == .set ? object.items : tree.items(object.arguments)?.first.flatMap(tree.items) ?? []
    return items.compactMap(tree.text)
  }
}
