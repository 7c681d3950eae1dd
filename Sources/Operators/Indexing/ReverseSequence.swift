import CNNGraphs
import CNNTensors

/// Turns round the first steps of each sequence of a batch. Inputs: data `[time, batch, …]` or `[batch, time, …]`, the
/// lengths `[batch]`.
public struct ReverseSequence: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("ReverseSequence", versions: [10, 28], inputs: 2...2)

  /// The batch's axis, 0 or 1; time is the other.
  public let batchAxis: Int

  /// Makes the operator with these settings.
  public init(batchAxis: Int = 1) { self.batchAxis = batchAxis }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    let (batch, time) = (try node.int("batch_axis", default: 1), try node.int("time_axis", default: 0))
    guard (batch, time) == (0, 1) || (batch, time) == (1, 0) else {
      throw OperatorError.attribute("batch_axis", "batch on axis \(batch) and time on axis \(time)")
    }
    batchAxis = batch
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("batch_axis", batchAxis, unless: 1)
    node.set("time_axis", 1 - batchAxis, unless: 0)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    try context.require(0, rankFrom: 2)
    try context.require(1, count: context.shape(0)?[batchAxis] ?? .unknown)
    return [InferredValue(context.type(0))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    guard data.rank >= 2 else { throw OperatorError.rank(input: 0, expected: "2 or more", found: data.rank) }
    let lengths = try context.integers(1)
    let (batch, time) = (data.shape[batchAxis], data.shape[1 - batchAxis])
    guard lengths.count == batch, lengths.allSatisfy({ $0 >= 0 && $0 <= time }) else {
      throw OperatorError.invalid("lengths \(lengths.prefix(8)) for \(batch) sequences of \(time) steps")
    }
    let block = data.shape[2...].reduce(1, *)
    let columns = data.shape[1]
    return [
      .tensor(
        try data.gatheringBlocks(of: block, shape: data.shape) { row in
          let (first, second) = row.quotientAndRemainder(dividingBy: columns)
          let (entry, step) = batchAxis == 0 ? (first, second) : (second, first)
          let from = step < lengths[entry] ? lengths[entry] - 1 - step : step
          return (batchAxis == 0 ? entry * columns + from : from * columns + entry) * block
        })
    ]
  }
}
