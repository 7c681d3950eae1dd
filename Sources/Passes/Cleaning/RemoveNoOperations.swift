import CNNGraphs
import CNNOperators
import CNNTensors

/// Takes away nodes that pass an input on as it is.
package struct RemoveNoOperations: NodePass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "remove-no-operations",
      law: """
        A node whose first result is one of its inputs, element by element, goes: Identity, Dropout in inference, a Cast to \
        the same type, a Transpose that keeps the order, what gives a tensor the shape it has, a Slice of everything, \
        joining or splitting into one, a Tile of ones, a Pad of nothing, resizing by 1, windows of one element, reducing \
        axes of extent 1, multiplication and division by 1, addition and subtraction of 0, the first power.
        """,
      guards: [
        "a further result (mask, indices) is read", "the other operand makes the result larger",
        "input and result are both results or inputs of the graph", "an extent is not surely the same",
        "the resized grid is cropped or shifted",
      ],
      source: "ONNX operator definitions; x + 0 is x but for the sign of a zero")
  }

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    let node = view.graph.nodes[index]
    guard !node.inputs.isEmpty, let result = node.outputs.first.flatMap(\.self),
      let passed = passedInput(of: node, view),
      let input = node.inputs[passed]
    else { return nil }
    if view.isOutput(result), view.producer(input) == nil {
      throw Refusal.inUse(.outputOfNoNode(view.graph[result].name, source: view.graph[input].name))
    }
    return Patch(removing: index, reading: input, insteadOf: result)
  }

  /// The input that the node passes on.
  private func passedInput(of node: Node, _ view: GraphView) -> Int? {
    switch node.operator {
    case is Identity: return 0
    case is Dropout: return isInference(node, view) ? 0 : nil
    case let cast as Cast: return view.elementType(node.inputs[0]) == cast.type ? 0 : nil
    case is Sum, is Maximum, is Minimum, is Mean: return node.inputs.count == 1 ? 0 : nil
    case is Multiply, is Divide, is Add, is Subtract, is Power: return NeutralOperand(node, view)?.other
    default:
      return movesNothing(node, view) || hasTrivialWindow(node, view) || reducesNothing(node, view) ? 0 : nil
    }
  }

  private func isInference(_ node: Node, _ view: GraphView) -> Bool {
    guard node.inputs.count > 2, let mode = node.inputs[2] else { return true }
    return view.uniform(mode) == 0
  }

  /// Operators that put elements elsewhere.
  private func movesNothing(_ node: Node, _ view: GraphView) -> Bool {
    let (data, result) = (view.shape(node.inputs[0]), view.shape(node.outputs[0]))
    switch node.operator {
    case let transpose as Transpose:
      guard let rank = data?.count ?? transpose.permutation?.count else { return false }
      return (try? transpose.order(ofRank: rank)) == Array(0..<rank)
    case is Reshape, is Flatten, is Squeeze, is Unsqueeze: return result?.isSurelySameSize(as: data) ?? false
    case is Concatenation: return node.inputs.count == 1
    case is Split: return node.outputs.count == 1
    case is Expand: return result?.isSurely(data) ?? false
    case is Slicing:
      // Backwards an axis has its extent, too.
      guard result?.isSurely(data) ?? false else { return false }
      guard node.inputs.count > 4, node.inputs[4] != nil else { return true }
      return view.integers(node, 4)?.allSatisfy { $0 > 0 } ?? false
    case let tile as Tile: return !tile.repeatsOneAxis && view.integers(node, 1)?.allSatisfy { $0 == 1 } ?? false
    case is Padding: return view.integers(node, 1)?.allSatisfy { $0 == 0 } ?? false
    case let resize as Resize:
      return resize.resampling.keepsGridPoints
        && (view.uniform(resize.takesOnlyScales ? node.inputs[1] : node.input(2)) == 1
          || node.input(3) != nil && resize.aspectRatio == .stretch && result?.isSurely(data) ?? false)
    case is Upsample: return view.uniform(node.inputs[1]) == 1
    default: return false
    }
  }

  /// Poolings whose windows are single elements, all of them.
  private func hasTrivialWindow(_ node: Node, _ view: GraphView) -> Bool {
    let window: SpatialWindow
    switch node.operator {
    case let pooling as MaxPooling: window = pooling.window
    case let pooling as AveragePooling: window = pooling.window
    case is GlobalAveragePooling, is GlobalMaxPooling:
      return view.shape(node.inputs[0])?.dropFirst(2).allSatisfy { $0 == 1 } ?? false
    default: return false
    }
    guard let kernel = window.kernel else { return false }
    return kernel.allSatisfy { $0 == 1 } && window.strides?.allSatisfy { $0 == 1 } ?? true
      && window.pads?.allSatisfy { $0 == 0 } ?? true
  }

  /// The mean, sum, product or extreme of one element is that element.
  private func reducesNothing(_ node: Node, _ view: GraphView) -> Bool {
    switch node.operator {
    case is ReduceMean, is ReduceSum, is ReduceMaximum, is ReduceMinimum, is ReduceProduct:
      view.shape(node.outputs[0])?.isSurely(view.shape(node.inputs[0])) ?? false
    default: false
    }
  }
}

/// An operand that leaves the other one as it is.
private struct NeutralOperand {
  /// The index of the other operand.
  let other: Int

  init?(_ node: Node, _ view: GraphView) {
    let isCommutative = node.operator is Multiply || node.operator is Add
    let neutral: Double = node.operator is Add || node.operator is Subtract ? 0 : 1
    // Before version 7 the second operand fits into the first.
    let legacyAxis = (node.operator as? any BroadcastingOperator)?.legacyAxis
    for side in isCommutative && legacyAxis == nil ? [1, 0] : [1] {
      guard view.uniform(node.inputs[side]) == neutral, let constant = view.constant(node, side),
        legacyAxis != nil || view.broadcasts(constant, within: node.inputs[1 - side])
      else { continue }
      other = 1 - side
      return
    }
    return nil
  }
}

extension Resampling {
  /// True if a grid of the same size has its points at the same positions, exactly.
  fileprivate var keepsGridPoints: Bool {
    switch coordinates {
    case .cropAndResize, .halfPixelForNearest: false
    // The quotient of two equal lengths is not always exactly 1.
    case .alignCorners: mode != .nearest
    case .halfPixel, .halfPixelSymmetric, .pytorchHalfPixel, .asymmetric: true
    }
  }
}
