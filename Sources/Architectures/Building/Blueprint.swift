import CNNGraphs
import CNNTensors

/// A network without its weights: a graph whose constants have names and shapes, but no elements yet.
///
/// Counting, recognizing and comparing with a state dict need no more than this.
package struct Blueprint: Sendable {
  /// The graph, its weights being values that nothing makes.
  package let graph: Graph
  /// The weights in the order of the drawing.
  package let weights: [WeightDescription]
  /// Where the network's own head is; `nil` if another one was drawn, or if the drawing does not tell.
  let head: Head?

  /// The end of a network, behind its features.
  struct Head: Sendable {
    /// The weights that belong to it.
    let weights: Range<Int>
    /// The extents of the features that it reads.
    let features: [Dimension]
  }

  /// The number of learned parameters; running statistics are not counted.
  package var parameters: Int {
    weights.lazy.filter { $0.role.isLearned }.reduce(0) { $0 + $1.shape.reduce(1, *) }
  }

  /// The network with weights, in their element type, which is the same for all.
  /// - Throws: what the source throws, and ``ConversionError`` if it gives a weight of another shape or type.
  package func graph(with source: some WeightSource) throws -> Graph {
    try source.check(weights)
    var graph = graph
    var elementType: ElementType?
    for weight in weights {
      let tensor = try source.tensor(for: weight)
      guard tensor.shape == weight.shape else {
        throw ConversionError(
          .internalFault, "shape \(weight.shape) expected, \(tensor.shape) found", at: .init(tensor: weight.key))
      }
      let expected = elementType ?? tensor.elementType
      guard tensor.elementType == expected else {
        throw ConversionError(
          .internalFault, "\(expected) expected, \(tensor.elementType) found", at: .init(tensor: weight.key))
      }
      elementType = expected
      graph[weight.value].constant = tensor
      graph[weight.value].type = .tensor(TensorType(of: tensor))
    }
    if let elementType, elementType != .float32 { try graph.retype(to: elementType) }
    return graph
  }
}

extension Graph {
  /// Turns everything that is `float32` in a drawing into another type.
  fileprivate mutating func retype(to elementType: ElementType) throws {
    for id in valueIDs {
      if let constant = self[id].constant, constant.elementType == .float32 {
        self[id].constant = try constant.converted(to: elementType)
      }
      self[id].type = self[id].type.retyped(to: elementType)
      self[id].declaredType = self[id].declaredType?.retyped(to: elementType)
    }
  }
}

extension ValueType {
  fileprivate func retyped(to elementType: ElementType) -> ValueType {
    guard case .tensor(let type) = self, type.elementType == .float32 else { return self }
    return .tensor(elementType, type.shape)
  }
}
