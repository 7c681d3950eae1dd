import CNNGraphs
import CNNTensors

/// `x` above zero, `slope · x` below, the slope being broadcast to `x`. Before version 7 a slope of one axis belonged to
/// the channels, axis 1.
public struct PRelu: NumericBinaryOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("PRelu", versions: [1, 6, 7, 9, 16], inputs: 2...2)

  /// True if a slope of one axis always lies along axis 1.
  public let isChannelwise: Bool
  package var legacyAxis: Int? { nil }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    if node.version < 6 { node.ignore("consumed_inputs") }
    isChannelwise = node.version < 7
  }

  /// Makes the operator with these settings.
  public init(legacyAxis: Int? = nil) { isChannelwise = false }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    guard isChannelwise, node.version >= 7 else { return }
    guard let slope = node.constant(1), slope.rank != 1 || slope.count == 1 else {
      throw OperatorError.unsupported(
        "a slope for each channel needs the channel's trailing axes from operator set 7 on")
    }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    if let x = context.shape(0), let slope = context.shape(1), !isByChannel(slope, x) {
      try context.require(1, broadcastsTo: x)
    }
    return [InferredValue(context.type(0))]
  }

  /// True if the slopes may be one for each channel.
  private func isByChannel(_ slope: [Dimension], _ x: [Dimension]) -> Bool {
    slope.count == 1 && slope[0] != 1 && x.count > 2 && slope[0].fits(x[1])
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (x, slope) = try LegacyBroadcast.operands(context, axis: nil)
    let result = try combine(x, aligned(slope, with: x))
    guard result.shape == x.shape else {
      throw OperatorError.invalid("slope of shape \(slope.shape) for an input of shape \(x.shape)")
    }
    return [.tensor(result)]
  }

  private func aligned(_ slope: Tensor, with x: Tensor) throws -> Tensor {
    guard slope.rank == 1, slope.count != 1, x.rank > 2, slope.count == x.shape[1],
      isChannelwise || slope.count != x.shape[x.rank - 1]
    else { return slope }
    return try slope.reshaped([slope.count] + Array(repeating: 1, count: x.rank - 2))
  }

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> T { a < 0 ? T.multiplying(a, b) : a }
}
