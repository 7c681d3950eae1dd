import CNNGraphs
import CNNTensors

/// Puts in axes of extent 1. Inputs: data, and the new axes `[count]` as the result counts them (an attribute before
/// version 13), in any order.
public struct Unsqueeze: NonnegativeLinearOperator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Unsqueeze", versions: [1, 11, 13, 21, 23, 24, 25], inputs: 2...2)

  /// Makes the operator.
  public init() {}

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    if node.version < 13 { try node.addInput(1, node.require("axes", node.ints("axes"))) }
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    if node.version < 13 { try node.setAxes(fromInput: 1, added: true, keepsEmpty: true) }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let shape = context.shape(0) else { return [.tensor(context.elementType(0), nil)] }
    guard let axes = context.integers(1) else {
      return [.tensor(context.elementType(0), .unknown(context.shape(1)?.first?.value.map { shape.count + $0 }))]
    }
    let result = try Unsqueeze.shape(shape, with: axes, one: 1)
    return [.tensor(context.elementType(0), result, contents: result.count <= 1 ? context.contents(0) : nil)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    return [.tensor(try data.reshaped(Unsqueeze.shape(data.shape, with: context.integers(1), one: 1)))]
  }

  private static func shape<E>(_ shape: [E], with axes: [Int], one: E) throws -> [E] {
    let rank = shape.count + axes.count
    let new = Set(try axes.axes(ofRank: rank))
    var rest = shape.makeIterator()
    return (0..<rank).compactMap { new.contains($0) ? one : rest.next() }
  }
}
