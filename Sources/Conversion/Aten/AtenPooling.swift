import CNNGraphs
import CNNOperators
import CNNTensors

/// Pooling over windows, and pooling to a given size.
enum AtenPooling {
  static let family = AtenOperators.Family(
    name: "Pooling",
    operators: AtenOperators.singles([
      "aten::max_pool1d": { try maximum($0, &$1, axes: 1, wantsIndices: false)[0] },
      "aten::max_pool2d": { try maximum($0, &$1, axes: 2, wantsIndices: false)[0] },
      "aten::max_pool3d": { try maximum($0, &$1, axes: 3, wantsIndices: false)[0] },
      "aten::avg_pool1d": { try average($0, &$1, axes: 1) },
      "aten::avg_pool2d": { try average($0, &$1, axes: 2) },
      "aten::avg_pool3d": { try average($0, &$1, axes: 3) },
      "aten::adaptive_avg_pool1d": { try adaptiveAverage($0, &$1, axes: 1) },
      "aten::adaptive_avg_pool2d": { try adaptiveAverage($0, &$1, axes: 2) },
      "aten::adaptive_avg_pool3d": { try adaptiveAverage($0, &$1, axes: 3) },
      "aten::_adaptive_avg_pool2d": { try adaptiveAverage($0, &$1, axes: 2) },
      "aten::_adaptive_avg_pool3d": { try adaptiveAverage($0, &$1, axes: 3) },
    ]).merging(
      AtenOperators.several([
        "aten::max_pool1d_with_indices": { try withIndices($0, &$1, axes: 1) },
        "aten::max_pool2d_with_indices": { try withIndices($0, &$1, axes: 2) },
        "aten::max_pool3d_with_indices": { try withIndices($0, &$1, axes: 3) },
        "aten::adaptive_max_pool1d": { try adaptiveMaximum($0, &$1, axes: 1) },
        "aten::adaptive_max_pool2d": { try adaptiveMaximum($0, &$1, axes: 2) },
        "aten::adaptive_max_pool3d": { try adaptiveMaximum($0, &$1, axes: 3) },
      ])
    ) { first, _ in first })

  private static func window(_ call: AtenCall, axes: Int) throws -> SpatialWindow {
    let kernel = try call.ints("kernel_size", count: axes)
    let strides = try call.list("stride").isEmpty ? kernel : call.ints("stride", count: axes)
    let pads = try call.ints("padding", count: axes)
    return SpatialWindow(
      kernel: kernel, strides: strides,
      dilations: call.has("dilation") ? try call.ints("dilation", count: axes) : nil, pads: pads + pads,
      ceilMode: try call.bool("ceil_mode"))
  }

  /// The input with a batch, and whether it had one.
  private static func batched(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, axes: Int
  ) throws -> (x: ValueID, isSingle: Bool) {
    let x = try call.tensor("self", &builder)
    let isSingle = try builder.rank(of: x) == axes + 1
    return (isSingle ? try builder.unsqueeze(x, [0]) : x, isSingle)
  }

  private static func maximum(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, axes: Int, wantsIndices: Bool
  ) throws -> [ValueID] {
    let (x, isSingle) = try batched(call, &builder, axes: axes)
    let window = try window(call, axes: axes)
    let results = try builder.apply(MaxPooling(window: window), to: [x], count: wantsIndices ? 2 : 1)
    return isSingle ? try results.map { try builder.squeeze($0, [0]) } : results
  }

  /// PyTorch counts an index within its channel, ONNX from the first element of all.
  private static func withIndices(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, axes: Int
  ) throws -> [AtenValue] {
    let results = try maximum(call, &builder, axes: axes, wantsIndices: true)
    let x = try call.tensor("self", &builder)
    let extents = try builder.extents(of: x).suffix(axes)
    let area = try builder.apply(ReduceProduct(keepsAxes: true), builder.integers(Array(extents)))
    let index = try builder.apply(Modulo(), results[1], area)
    return [.tensor(AtenTensor(results[0])), .tensor(AtenTensor(index))]
  }

  private static func average(_ call: AtenCall, _ builder: inout AtenGraphBuilder, axes: Int) throws -> ValueID {
    let (x, isSingle) = try batched(call, &builder, axes: axes)
    let window = try window(call, axes: axes)
    let countsPadding = try call.bool("count_include_pad")
    var result: ValueID
    if call.has("divisor_override") {
      // The mean of all elements of the window, padding among them, times their number.
      let kernel = window.kernel ?? []
      let factor = Double(kernel.reduce(1, *)) / (try call.double("divisor_override"))
      guard !window.ceilMode else { throw call.unsupported("divisor_override with ceil_mode") }
      result = try builder.apply(AveragePooling(window: window, countsPadding: true), x)
      result = try builder.scaled(result, by: factor)
    } else {
      result = try builder.apply(AveragePooling(window: window, countsPadding: countsPadding), x)
    }
    if isSingle { result = try builder.squeeze(result, [0]) }
    return result
  }

  // MARK: To a given size

  private static func adaptiveAverage(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, axes: Int
  ) throws -> ValueID {
    var x = try call.tensor("self", &builder)
    let rank = try builder.rank(of: x)
    let shape = try builder.shape(of: x)
    let targets = try targets(call, shape, axes: axes)
    if targets.allSatisfy({ $0 == 1 }) {
      if axes + 2 == rank { return try builder.apply(GlobalAveragePooling(), x) }
      return try builder.apply(ReduceMean(), x, builder.ints(Array(-axes..<0)))
    }
    if let window = evenWindow(shape.suffix(axes), targets) {
      let isSingle = rank == axes + 1
      if isSingle { x = try builder.unsqueeze(x, [0]) }
      let result = try builder.apply(AveragePooling(window: window), x)
      return isSingle ? try builder.squeeze(result, [0]) : result
    }
    // Along each axis the means are products with a matrix.
    for (index, target) in targets.enumerated() {
      let axis = rank - axes + index
      if shape[axis] == .fixed(target) { continue }
      let means = try means(of: x, axis: axis, to: target, &builder)
      var order = Array(0..<rank)
      order.swapAt(axis, rank - 1)
      x = try builder.transpose(builder.apply(MatrixMultiplication(), builder.transpose(x, order), means), order)
    }
    return x
  }

  private static func targets(_ call: AtenCall, _ shape: [Dimension], axes: Int) throws -> [Int] {
    let listed = try call.list("output_size")
    let given = listed.count == 1 && axes > 1 ? [AtenValue](repeating: listed[0], count: axes) : listed
    guard given.count == axes, shape.count >= axes else {
      throw call.fault("output_size", expected: "\(axes) integers")
    }
    return try zip(given, shape.suffix(axes)).map { value, extent in
      if let target = value.integer, 1...(1 << 20) ~= target { return target }
      guard value.isNone, let extent = extent.value else {
        throw call.unsupported("an output size that is not known")
      }
      return extent
    }
  }

  /// The window if every target divides its extent.
  private static func evenWindow(_ extents: ArraySlice<Dimension>, _ targets: [Int]) -> SpatialWindow? {
    var kernel: [Int] = []
    for (extent, target) in zip(extents, targets) {
      guard let extent = extent.value, extent >= target, extent % target == 0 else { return nil }
      kernel.append(extent / target)
    }
    return SpatialWindow(kernel: kernel, strides: kernel)
  }

  /// The matrix `[extent, target]` of the means: part i goes from `floor(i · n / k)` up to `ceil((i + 1) · n / k)`
  /// (PyTorch, `AdaptiveAveragePooling.cpp`).
  private static func means(
    of x: ValueID, axis: Int, to target: Int, _ builder: inout AtenGraphBuilder
  ) throws -> ValueID {
    let type = try builder.elementType(of: x)
    let extent = try builder.extent(axis, of: x)
    let count = try builder.number(extent, as: .int64)
    let steps = try builder.apply(
      ArithmeticProgression(), builder.scalarInt(0), count, builder.scalarInt(1))
    let places = try builder.unsqueeze(steps, [1])
    let parts = try builder.ints(Array(0..<target))
    let size = try builder.scalarInt(target)
    let starts = try builder.apply(Divide(), builder.product(parts, count), size)
    let next = try builder.product(builder.ints(Array(1...target)), count)
    let ends = try builder.apply(
      Divide(), builder.sum(next, builder.scalarInt(target - 1)), size)
    let isInside = try builder.apply(
      LogicalAnd(), builder.apply(GreaterOrEqual(), places, starts), builder.apply(Less(), places, ends))
    let sizes = try builder.cast(builder.apply(Subtract(), ends, starts), to: type)
    return try builder.apply(Divide(), builder.cast(isInside, to: type), sizes)
  }

  private static func adaptiveMaximum(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, axes: Int
  ) throws -> [AtenValue] {
    var x = try call.tensor("self", &builder)
    let rank = try builder.rank(of: x)
    let shape = try builder.shape(of: x)
    let targets = try targets(call, shape, axes: axes)
    if targets.allSatisfy({ $0 == 1 }) {
      return [.tensor(AtenTensor(try builder.apply(ReduceMaximum(), x, builder.ints(Array(-axes..<0))))), .none]
    }
    for (index, target) in targets.enumerated() {
      let axis = rank - axes + index
      guard let extent = shape[axis].value else { throw call.unsupported("a free extent for a size other than 1") }
      if extent == target { continue }
      guard target <= 4096, extent <= 1 << 31 else { throw call.unsupported("an output size of \(target)") }
      let parts = try (0..<target).map { part in
        let (start, end) = (part * extent / target, ((part + 1) * extent + target - 1) / target)
        let piece = try builder.slice(x, axis: axis, from: .int(start), to: .int(end))
        return try builder.apply(ReduceMaximum(), piece, builder.ints([axis]))
      }
      x = try builder.apply(Concatenation(axis: axis), to: parts, count: 1)[0]
    }
    return [.tensor(AtenTensor(x)), .none]
  }
}

extension AtenGraphBuilder {
  /// A constant integer without extents.
  mutating func scalarInt(_ value: Int) throws -> ValueID { try number(.int(value), as: .int64) }
}
