import CNNGraphs
import CNNTensors

/// Convolution (cross-correlation) of `[N, C, D…]` by weights `[M, C / groups, K…]` and a bias `[M]` that may be left
/// out, over one, two or three spatial axes.
public struct Convolution: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Conv", versions: [1, 11, 22], inputs: 2...3)

  /// Kernel, strides, dilations and padding.
  public var window: SpatialWindow
  /// How many groups of channels see nothing of one another.
  public var groups: Int

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    window = try SpatialWindow(from: &node)
    groups = try node.groups()
  }

  /// Makes the operator with these settings.
  public init(window: SpatialWindow = SpatialWindow(), groups: Int = 1) {
    (self.window, self.groups) = (window, groups)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    try window.write(to: &node)
    node.set("group", groups, unless: 1)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let shape = try ConvolutionGeometry.infer(
      input: context.shape(0), weights: context.shape(1), groups: groups, window: window)
    try context.require(2, shape: [context.shape(1)?[0] ?? .unknown])
    return [.tensor(context.elementType(0) ?? context.elementType(1), shape)]
  }

  /// Multiplications followed by an addition that one run takes.
  public func multiplyAccumulates(inputs: [ValueType?], outputs: [ValueType?]) -> Int? {
    guard inputs.count > 1, let output = outputs.first else { return nil }
    return ConvolutionGeometry.multiplyAccumulates(weights: inputs[1], output: output)
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (x, weights, bias) = (try context.tensor(0), try context.tensor(1), try context.optionalTensor(2))
    let geometry = try ConvolutionGeometry(input: x.shape, weights: weights.shape, groups: groups, window: window)
    guard weights.elementType == x.elementType else {
      throw OperatorError.elementType(input: 1, found: weights.elementType)
    }
    switch x.elementType.numericKind {
    case .float: return [.tensor(try run(geometry, x, weights, bias, Float.self))]
    case .double: return [.tensor(try run(geometry, x, weights, bias, Double.self))]
    default: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }

  private func run<T: BLASScalar>(
    _ geometry: ConvolutionGeometry, _ x: Tensor, _ weights: Tensor, _ bias: Tensor?, _: T.Type
  ) throws -> Tensor {
    if let bias, bias.shape != [weights.shape[0]] {
      throw OperatorError.invalid("a bias of shape \(bias.shape) for \(weights.shape[0]) output channels")
    }
    return try x.withValues(as: T.self) { input in
      try weights.withMatrix(as: T.self) { matrix in
        try withOptionalValues(bias, as: T.self) { bias in
          try Tensor(x.elementType, shape: geometry.outputShape) { (output: UnsafeMutableBufferPointer<T>) in
            guard let target = output.baseAddress, !output.isEmpty else { return }
            try ConvolutionKernel<T>(geometry).run(
              input: input.start, weights: matrix, bias: bias?.baseAddress, into: target)
          }
        }
      }
    }
  }
}

extension NodeReader {
  /// The `group` attribute.
  package mutating func groups() throws -> Int {
    let groups = try int("group", default: 1)
    guard groups >= 1, groups <= Int(Int32.max) else { throw OperatorError.attribute("group", "\(groups)") }
    return groups
  }
}

extension Convolution: ErrorPropagation {
  /// `|W|·e`.
  package func errors(_ context: ErrorContext) throws -> [RuntimeValue]? { try context.weighted(by: self) }
}
