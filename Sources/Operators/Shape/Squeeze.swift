import CNNGraphs
import CNNTensors

/// Takes away axes of extent 1. Inputs: data, and the axes `[count]` (an attribute before version 13); without them all
/// axes of extent 1 go.
public struct Squeeze: NonnegativeLinearOperator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Squeeze", versions: [1, 11, 13, 21, 23, 24, 25], inputs: 1...2)

  /// Makes the operator.
  public init() {}

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    if node.version < 13 { try node.moveInts("axes", toInput: 1) }
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    if node.version < 13 { try node.setAxes(fromInput: 1, keepsEmpty: true) }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let shape = context.shape(0) else { return [.tensor(context.elementType(0), nil)] }
    let gone: [Int]
    if context.has(1) {
      guard let axes = context.integers(1) else {
        return [.tensor(context.elementType(0), .unknown(context.shape(1)?.first?.value.map { shape.count - $0 }))]
      }
      gone = try axes.axes(ofRank: shape.count)
      for axis in gone {
        guard shape[axis].value ?? 1 == 1 else { throw OperatorError.invalid("axis \(axis) of \(shape) is not 1") }
      }
    } else {
      guard shape.allSatisfy({ $0.value != nil }) else { return [.tensor(context.elementType(0), nil)] }
      gone = shape.indices.filter { shape[$0] == 1 }
    }
    let result = shape.indices.filter { !gone.contains($0) }.map { shape[$0] }
    return [.tensor(context.elementType(0), result, contents: context.contents(0))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    let axes = try context.optionalIntegers(1)
    let gone = try axes?.axes(ofRank: data.rank) ?? data.shape.indices.filter { data.shape[$0] == 1 }
    for axis in gone where data.shape[axis] != 1 {
      throw OperatorError.invalid("axis \(axis) of \(data.shape) is not 1")
    }
    return [.tensor(try data.reshaped(data.shape.indices.filter { !gone.contains($0) }.map { data.shape[$0] }))]
  }
}
