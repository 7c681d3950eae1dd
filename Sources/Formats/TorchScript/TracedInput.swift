import CNNTensors

/// The type and shape of a tensor with which a network was traced; the archive keeps no elements of it.
package struct TracedInput: Sendable, Equatable {
  /// The type of its elements.
  package let elementType: ElementType
  /// Its extents.
  package let shape: [Int]

  /// Reads the records of the inputs of `forward`: `nil` for those that are no tensors.
  static func inputs(in tree: PickleTree) -> [TracedInput?]? {
    guard let pairs = tree.pairs(untagged(tree.root, tree)),
      let forward = pairs.first(where: { tree.text($0.key) == "forward" }),
      let items = tree.items(untagged(forward.value, tree)), items.count <= 1 << 10
    else { return nil }
    return items.map { TracedInput($0, in: tree) }
  }

  private static func untagged(_ value: PickleValue, _ tree: PickleTree) -> PickleValue {
    guard tree.typeName(value) == "torch.jit._pickle.restore_type_tag", let object = tree.object(value),
      let inner = tree.items(object.arguments)?.first
    else { return value }
    return inner
  }

  private init?(_ value: PickleValue, in tree: PickleTree) {
    guard let object = tree.object(value), tree.role(object.type) == .tensor(.strided),
      let arguments = tree.items(object.arguments), arguments.count >= 4,
      let reference = TorchStorageReference(arguments[0], in: tree), let elementType = reference.type.elementType,
      let items = tree.items(arguments[2]), items.count <= 64
    else { return nil }
    let shape = items.compactMap { tree.integer($0) }
    guard shape.count == items.count, shape.allSatisfy({ $0 >= 0 }) else { return nil }
    (self.elementType, self.shape) = (elementType, shape)
  }
}
