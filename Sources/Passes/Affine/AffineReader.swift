import CNNGraphs
import CNNOperators
import CNNTensors

/// Reads nodes as affine maps of one of their inputs.
struct AffineReader {
  let view: GraphView

  /// A node as a map of a value; `nodes` are the indices of all that take part.
  struct Reading {
    var map: AffineMap
    var input: ValueID
    var nodes: Set<Int>
  }

  /// The map that a node is; `nil` if it is no affine map of one input.
  /// - Throws: ``Refusal`` if it would be one, but for a reason that a user can do something about.
  func reading(at index: Int) throws -> Reading? {
    let node = view.graph.nodes[index]
    guard let (map, input) = try map(of: node) else { return try PaddedValues(view).reading(at: index) }
    return Reading(map: map, input: input, nodes: [index])
  }

  private func map(of node: Node) throws -> (AffineMap, ValueID)? {
    guard let input = node.inputs.first ?? nil else { return nil }
    switch node.operator {
    case let convolution as Convolution: return try read(convolution, node).map { ($0, input) }
    case let product as GeneralMatrixMultiplication: return try read(product, node).map { ($0, input) }
    case is MatrixMultiplication: return try readProduct(node).map { ($0, input) }
    case is Identity: return identity(input, axes: nil).map { ($0, input) }
    case let pool as AveragePooling: return read(pool, input).map { ($0, input) }
    case let padding as Padding: return try read(padding, node).map { ($0, input) }
    case is Slicing: return crop(node).map { ($0, input) }
    default:
      guard let scale = try ChannelScale(of: node, in: view), let rank = view.shape(scale.input)?.count else {
        return nil
      }
      let map = AffineMap(scale: scale.scale, shift: scale.shift, rank: rank - 2, stored: scale.stored)
      return (map, scale.input)
    }
  }

  /// The axes of a window on an input; `nil` if they follow from extents that are not known.
  private func axes(_ window: SpatialWindow, over input: ValueID, kernel: [Int]) -> [AffineAxis]? {
    let rank = kernel.count
    guard !window.ceilMode, [window.strides, window.dilations].allSatisfy({ $0 == nil || $0?.count == rank }),
      window.pads == nil || window.pads?.count == 2 * rank
    else { return nil }
    var axes: [AffineAxis] = []
    for axis in 0..<rank {
      let dilation = kernel[axis] == 1 ? 1 : window.dilations?[axis] ?? 1
      var result = AffineAxis(kernel: kernel[axis], stride: window.strides?[axis] ?? 1, dilation: dilation)
      guard result.isOrdinary else { return nil }
      switch window.autoPad {
      case .explicit: (result.padBegin, result.padEnd) = (window.pads?[axis] ?? 0, window.pads?[rank + axis] ?? 0)
      case .valid: break
      case .sameUpper, .sameLower:
        let reach = dilation * (kernel[axis] - 1) + 1
        var padding = reach - 1
        if result.stride > 1 {
          guard let shape = view.shape(input), shape.count == rank + 2, let extent = shape[2 + axis].value, extent > 0
          else { return nil }
          padding = max(0, ((extent - 1) / result.stride) * result.stride + reach - extent)
        }
        let less = padding / 2
        result.padBegin = window.autoPad == .sameUpper ? less : padding - less
        result.padEnd = padding - result.padBegin
      }
      axes.append(result)
    }
    return axes.allSatisfy(\.isOrdinary) ? axes : nil
  }

  private func read(_ convolution: Convolution, _ node: Node) throws -> AffineMap? {
    guard let input = node.inputs[0], let weights = view.constant(node, 1), weights.rank > 2,
      weights.elementType.isFloatingPoint, weights.count > 0, weights.shape[0] % convolution.groups == 0,
      let axes = axes(convolution.window, over: input, kernel: Array(weights.shape[2...]))
    else { return nil }
    var bias: [Double]?
    if node.inputs.count > 2, node.inputs[2] != nil {
      guard let tensor = view.constant(node, 2), tensor.count == weights.shape[0] else { return nil }
      bias = try tensor.values(as: Double.self)
    }
    let coefficients = Coefficients(
      tensor: weights, rows: weights.shape[0], columns: weights.shape[1...].reduce(1, *))
    return AffineMap(
      weights: coefficients, bias: bias, inputs: weights.shape[1] * convolution.groups, groups: convolution.groups,
      axes: axes)
  }

  private func read(_ product: GeneralMatrixMultiplication, _ node: Node) throws -> AffineMap? {
    guard !product.transposesA, let weights = view.constant(node, 1), weights.rank == 2, weights.count > 0,
      weights.elementType.isFloatingPoint
    else { return nil }
    let rows = weights.shape[product.transposesB ? 0 : 1]
    var bias: [Double]?
    if node.inputs.count > 2, node.inputs[2] != nil {
      guard let tensor = view.constant(node, 2), tensor.count == 1 || tensor.count == rows,
        tensor.rank <= 1 || tensor.shape.dropLast().allSatisfy({ $0 == 1 })
      else { return nil }
      let values = try tensor.values(as: Double.self).map { $0 * Double(product.beta) }
      bias = values.count == rows ? values : Array(repeating: values[0], count: rows)
    }
    let coefficients = Coefficients(
      tensor: weights, rows: rows, columns: weights.count / rows, isTransposed: !product.transposesB,
      factor: Double(product.alpha))
    return AffineMap(weights: coefficients, bias: bias, inputs: weights.count / rows, groups: 1, axes: [])
  }

  private func readProduct(_ node: Node) throws -> AffineMap? {
    guard view.shape(node.inputs[0])?.count == 2, let weights = view.constant(node, 1), weights.rank == 2,
      weights.count > 0, weights.elementType.isFloatingPoint
    else { return nil }
    let coefficients = Coefficients(
      tensor: weights, rows: weights.shape[1], columns: weights.shape[0], isTransposed: true)
    return AffineMap(weights: coefficients, bias: nil, inputs: weights.shape[0], groups: 1, axes: [])
  }

  /// The value itself, with the axes given.
  func identity(_ input: ValueID, axes: [AffineAxis]?) -> AffineMap? {
    guard let shape = view.shape(input), shape.count >= 2, let channels = shape[1].value, channels > 0,
      channels <= AffineAxis.largest, view.elementType(input)?.isFloatingPoint == true
    else { return nil }
    return AffineMap(identity: channels, axes: axes ?? Array(repeating: AffineAxis(), count: shape.count - 2))
  }

  private func read(_ pool: AveragePooling, _ input: ValueID) -> AffineMap? {
    guard let channels = view.channels(input), channels > 0, let kernel = pool.window.kernel,
      let axes = axes(pool.window, over: input, kernel: kernel), axes.allSatisfy(\.isOrdinary),
      pool.countsPadding || !axes.contains(where: \.isPadded),
      axes.reduce(1.0, { $0 * Double($1.kernel) }) <= Double(AffineAxis.largest)
    else { return nil }
    return AffineMap(average: channels, axes: axes)
  }

  private func read(_ padding: Padding, _ node: Node) throws -> AffineMap? {
    guard padding.mode == .constant, let input = node.inputs[0], let shape = view.shape(input), shape.count > 2,
      node.inputs.count < 4 || node.inputs[3] == nil, let pads = view.integers(node, 1), pads.count == 2 * shape.count
    else { return nil }
    let rank = shape.count
    let axes = (2..<rank).map { AffineAxis(padBegin: pads[$0], padEnd: pads[$0 + rank]) }
    guard [pads[0], pads[1], pads[rank], pads[rank + 1]].allSatisfy({ $0 == 0 }), axes.allSatisfy(\.isOrdinary) else {
      return nil
    }
    var value = 0.0
    if node.inputs.count > 2, node.inputs[2] != nil {
      guard let given = view.scalar(node.inputs[2]), given.isFinite else { return nil }
      value = given
    }
    guard value != 0 else { return identity(input, axes: axes) }
    guard let channels = view.channels(input), channels <= AffineAxis.largest,
      axes.allSatisfy({ $0.padBegin >= 0 && $0.padEnd >= 0 })
    else { return nil }
    return AffineMap(padding: Array(repeating: value, count: channels), axes: axes)
  }

  /// A slice that takes a margin off spatial axes, in steps of 1.
  private func crop(_ node: Node) -> AffineMap? {
    guard let input = node.inputs[0], let shape = view.shape(input), shape.count > 2,
      let starts = view.integers(node, 1), let ends = view.integers(node, 2), starts.count == ends.count,
      node.inputs.count < 5 || node.inputs[4] == nil || view.integers(node, 4)?.allSatisfy({ $0 == 1 }) == true
    else { return nil }
    let given = node.inputs.count > 3 && node.inputs[3] != nil ? view.integers(node, 3) : Array(starts.indices)
    guard let named = given, named.count == starts.count else { return nil }
    var axes = Array(repeating: AffineAxis(), count: shape.count - 2)
    for (position, entry) in named.enumerated() {
      let axis = entry < 0 ? entry + shape.count : entry
      guard axis >= 2, axis < shape.count, starts[position] >= 0, starts[position] <= AffineAxis.largest else {
        return nil
      }
      let extent = shape[axis].value
      var end = 0
      if ends[position] < 0 {
        guard ends[position] >= -AffineAxis.largest else { return nil }
        end = ends[position]
      } else if let extent {
        end = min(ends[position], extent) - extent
      } else if ends[position] < Int(Int32.max) {
        return nil
      }
      if let extent, extent + end - starts[position] <= 0 { return nil }
      (axes[axis - 2].padBegin, axes[axis - 2].padEnd) = (-starts[position], end)
    }
    return axes.allSatisfy(\.isOrdinary) ? identity(input, axes: axes) : nil
  }
}
