import CNNGraphs
import CNNTensors

/// `x / √(mean(x²) + epsilon) · scale`, the mean being taken over the axes from `axis` on; scale broadcasts to x and gives
/// the result's type. Zhang and Sennrich, "Root Mean Square Layer Normalization".
public struct RMSNormalization: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("RMSNormalization", versions: [23], inputs: 2...2)

  /// The first axis to normalise over, negative ones counted from the back.
  public var axis: Int
  /// Added to the mean square.
  public var epsilon: Float
  /// The type that the mean is to be computed in.
  package var stashType: StashType

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    axis = try node.int("axis", default: -1)
    epsilon = try node.float("epsilon", default: 1e-5)
    stashType = try StashType(from: &node)
  }

  /// Makes the operator with these settings.
  public init(axis: Int = -1, epsilon: Float = 1e-5) {
    (self.axis, self.epsilon, stashType) = (axis, epsilon, .float32)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("axis", axis, unless: -1)
    node.set("epsilon", epsilon, unless: 1e-5)
    stashType.write(to: &node)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    if let rank = context.shape(0)?.count { _ = try axis.axis(ofRank: rank) }
    try context.require(1, broadcastsTo: context.shape(0))
    return [.tensor(context.elementType(1) ?? context.elementType(0), context.shape(0))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (x, scale) = (try context.tensor(0), try context.tensor(1))
    let rows = try NormalizedRows(x.shape, axis: axis)
    switch x.elementType.numericKind {
    case .float: return [.tensor(try run(x, scale, rows, Float.self))]
    case .double: return [.tensor(try run(x, scale, rows, Double.self))]
    default: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }

  private func run<T: FloatingScalar>(_ x: Tensor, _ scale: Tensor, _ rows: NormalizedRows, _: T.Type) throws -> Tensor
  {
    try x.withValues(as: T.self) { source in
      func row(_ index: Int) -> UnsafeBufferPointer<T> {
        UnsafeBufferPointer(start: source.start + index * rows.width, count: rows.width)
      }
      let inverse = try Tensor(.float64, shape: rows.statisticsShape) { (target: UnsafeMutableBufferPointer<Double>) in
        for index in 0..<rows.count {
          let square = row(index).squaredDeviations(from: 0) / Double(rows.width)
          target[index] = 1 / (square + Double(epsilon)).squareRoot()
        }
      }
      return try inverse.withElements(as: Double.self) { inverses in
        try rows.map(row, rows.parameter(scale), nil, to: scale.elementType) { $0 * T(inverses[$1]) }
      }
    }
  }
}
