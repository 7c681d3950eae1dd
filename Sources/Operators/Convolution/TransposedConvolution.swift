import CNNGraphs
import CNNTensors

/// The transpose (adjoint) of a convolution: each element of `[N, C, D…]` spreads over a window of the result
/// `[N, M, D'…]`. Weights are `[C, M / groups, K…]`; the bias `[M]` may be left out.
///
/// An axis has `stride · (D - 1) + outputPadding + (K - 1) · dilation + 1` elements less the padding at both ends. A given
/// `outputShape`, or `D · stride` with an automatic padding, decides on the padding instead.
public struct TransposedConvolution: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("ConvTranspose", versions: [1, 11, 22], inputs: 2...3)

  /// Kernel, strides, dilations and padding.
  public var window: SpatialWindow
  /// How many groups of channels see nothing of one another.
  public var groups: Int
  /// Elements more at each axis' end.
  public var outputPadding: [Int]?
  /// The result's spatial extents.
  public var outputShape: [Int]?

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    window = try SpatialWindow(from: &node)
    groups = try node.groups()
    outputPadding = try node.extents("output_padding", from: 0)
    outputShape = try node.extents("output_shape", from: 0)
  }

  /// Makes the operator with these settings.
  public init(
    window: SpatialWindow = SpatialWindow(), groups: Int = 1, outputPadding: [Int]? = nil, outputShape: [Int]? = nil
  ) {
    (self.window, self.groups, self.outputPadding) = (window, groups, outputPadding)
    self.outputShape = outputShape
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    try window.write(to: &node)
    node.set("group", groups, unless: 1)
    node.set("output_padding", outputPadding)
    node.set("output_shape", outputShape)
  }

  /// The window that the transposed convolution slides over its result.
  package func axes(over input: [Int], weights: [Int]) throws -> [WindowAxis] {
    let rank = input.count
    for (name, values) in [("output_padding", outputPadding), ("output_shape", outputShape)] {
      guard let values, values.count != rank else { continue }
      // Some exporters state batch and channels as well.
      if name == "output_shape", values.count == rank + 2 { continue }
      throw OperatorError.attribute(name, "\(rank) numbers expected, \(values.count) found")
    }
    return try window.settings(rank: rank, weights: weights).enumerated().map { index, settings in
      guard input[index] <= Int(Int32.max), settings.reach <= 1 << 40 else {
        throw OperatorError.limit("a transposed convolution over \(input[index]) elements")
      }
      let full = (input[index] - 1) * settings.stride + (outputPadding?[index] ?? 0) + settings.reach
      var (begin, end) = window.autoPad == .explicit ? settings.pads : (0, 0)
      let isSame = window.autoPad == .sameUpper || window.autoPad == .sameLower
      var target = isSame ? input[index] * settings.stride : nil
      if let outputShape { target = outputShape[outputShape.count - rank + index] }
      if let target {
        let padding = max(0, full - target)
        begin = window.autoPad == .sameUpper ? padding / 2 : padding - padding / 2
        end = padding - begin
      }
      let extent = input[index] == 0 ? 0 : target ?? full - begin - end
      guard extent > 0 || input[index] == 0 else {
        throw OperatorError.invalid("padding \(begin) and \(end) leaves nothing of \(full) elements")
      }
      return WindowAxis(
        input: extent, kernel: settings.kernel, stride: settings.stride, dilation: settings.dilation, padBegin: begin,
        padEnd: end, output: input[index])
    }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let type = context.elementType(0) ?? context.elementType(1)
    guard let rank = context.shape(0)?.count ?? context.shape(1)?.count else { return [.tensor(type, nil)] }
    guard rank >= 3 else { throw OperatorError.rank(input: 0, expected: "3 or more", found: rank) }
    var shape: [Dimension] = Array(repeating: .unknown, count: rank)
    if let input = context.shape(0) { shape[0] = input[0] }
    if let weights = context.shape(1) {
      guard weights.count == rank else { throw OperatorError.rank(input: 1, expected: "\(rank)", found: weights.count) }
      if case .fixed(let channels)? = context.shape(0)?[1],
        channels % groups != 0 || !weights[0].fits(.fixed(channels))
      {
        throw OperatorError.invalid("\(channels) channels in \(groups) groups do not fit weights of shape \(weights)")
      }
      if case .fixed(let filters) = weights[1] {
        let (channels, overflow) = filters.multipliedReportingOverflow(by: groups)
        guard !overflow else { throw OperatorError.limit("\(groups) groups of \(filters) channels") }
        shape[1] = .fixed(channels)
      }
      try context.require(2, shape: [shape[1]])
      let kernel = TensorType(nil, Array(weights[2...])).fixedShape ?? window.kernel
      if let input = context.shape(0), let kernel {
        // An axis that is not known takes an extent here that no padding uses up, and is left unknown.
        let ample = 2 * min(window.pads?.max() ?? 0, 1 << 29) + 1
        let known = try axes(over: input[2...].map { $0.value ?? ample }, weights: kernel)
        for (index, axis) in known.enumerated() where input[2 + index].value != nil || outputShape != nil {
          shape[2 + index] = .fixed(axis.input)
        }
      }
    }
    return [.tensor(type, shape)]
  }

  /// Multiplications followed by an addition that one run takes.
  public func multiplyAccumulates(inputs: [ValueType?], outputs: [ValueType?]) -> Int? {
    guard inputs.count > 1 else { return nil }
    return ConvolutionGeometry.multiplyAccumulates(weights: inputs[1], output: inputs[0])
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (x, weights, bias) = (try context.tensor(0), try context.tensor(1), try context.optionalTensor(2))
    guard weights.elementType == x.elementType else {
      throw OperatorError.elementType(input: 1, found: weights.elementType)
    }
    guard x.rank >= 3 else { throw OperatorError.rank(input: 0, expected: "3 or more", found: x.rank) }
    guard weights.rank == x.rank else {
      throw OperatorError.rank(input: 1, expected: "\(x.rank)", found: weights.rank)
    }
    guard weights.shape[0] == x.shape[1], x.shape[1] % groups == 0 else {
      throw OperatorError.invalid(
        "\(x.shape[1]) channels in \(groups) groups do not fit weights of shape \(weights.shape)")
    }
    let axes = try axes(over: Array(x.shape[2...]), weights: Array(weights.shape[2...]))
    guard let three = axes.three else {
      throw OperatorError.unsupported("a transposed convolution over \(axes.count) spatial axes")
    }
    let (channels, overflow) = weights.shape[1].multipliedReportingOverflow(by: groups)
    guard !overflow else { throw OperatorError.limit("\(groups) groups of \(weights.shape[1]) channels") }
    if let bias, bias.shape != [channels] {
      throw OperatorError.invalid("a bias of shape \(bias.shape) for \(channels) output channels")
    }
    let shape = [x.shape[0], channels] + axes.map(\.input)
    switch x.elementType.numericKind {
    case .float: return [.tensor(try run(x, weights, bias, three, shape, Float.self))]
    case .double: return [.tensor(try run(x, weights, bias, three, shape, Double.self))]
    default: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }

  private func run<T: BLASScalar>(
    _ x: Tensor, _ weights: Tensor, _ bias: Tensor?, _ axes: (WindowAxis, WindowAxis, WindowAxis), _ shape: [Int],
    _: T.Type
  ) throws -> Tensor {
    let kernel = TransposedConvolutionKernel<T>(
      batch: x.shape[0], groups: groups, channels: x.shape[1] / groups, filters: weights.shape[1], axes)
    return try x.withValues(as: T.self) { input in
      try weights.withMatrix(as: T.self) { matrix in
        try withOptionalValues(bias, as: T.self) { bias in
          try Tensor(x.elementType, shape: shape) { (output: UnsafeMutableBufferPointer<T>) in
            guard let target = output.baseAddress, !output.isEmpty else { return }
            try kernel.run(input: input.start, weights: matrix, bias: bias?.baseAddress, into: target)
          }
        }
      }
    }
  }
}

extension TransposedConvolution: ErrorPropagation {
  /// `|W|·e`.
  package func errors(_ context: ErrorContext) throws -> [RuntimeValue]? { try context.weighted(by: self) }
}
