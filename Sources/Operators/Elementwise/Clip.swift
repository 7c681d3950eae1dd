import CNNGraphs
import CNNTensors

/// `min(max(x, low), high)`. Inputs: data, low (optional), high (optional), both scalars and attributes before version 11;
/// a bound that is left out does not bind. NaN stays NaN.
public struct Clip: PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Clip", versions: [1, 6, 11, 12, 13], inputs: 1...3)

  /// Makes the operator.
  public init() {}

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    if node.version < 6 { node.ignore("consumed_inputs") }
    guard node.version < 11 else { return }
    for (index, name) in ["min", "max"].enumerated() {
      if let bound = try node.float(name) { node.addInput(index + 1, try Tensor(scalar: bound)) }
    }
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    guard node.version < 11 else { return }
    try node.setFloat("min", fromInput: 1)
    try node.setFloat("max", fromInput: 2)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] { [InferredValue(context.type(0))] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    switch x.elementType.numericKind {
    case .float: return [.tensor(try clip(x, context, Float.self))]
    case .double: return [.tensor(try clip(x, context, Double.self))]
    case .signed: return [.tensor(try clip(x, context, Int64.self))]
    case .unsigned: return [.tensor(try clip(x, context, UInt64.self))]
    case nil: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }

  @inline(__always)
  private func clip<T: ArithmeticScalar>(_ x: Tensor, _ context: EvaluationContext, _: T.Type) throws -> Tensor {
    func bound(_ index: Int, _ standard: T) throws -> T {
      guard let tensor = try context.optionalTensor(index) else { return standard }
      guard tensor.count == 1 else { throw OperatorError.input(index, expected: "one number") }
      return try tensor.withValues(as: T.self) { $0[0] }
    }
    let (low, high) = (try bound(1, T.lowest), try bound(2, T.highest))
    return try x.mapValues(as: T.self) { value in
      let raised = value < low ? low : value
      return raised > high ? high : raised
    }
  }
}
