import CNNGraphs
import CNNTensors

/// A copy of a cache in which a run of positions is replaced, for each entry of the batch from its own place on.
/// Inputs: cache `[N, …, positions, …]`, update (shorter along the axis), first positions `[N]` (0).
public struct TensorScatter: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("TensorScatter", versions: [24], inputs: 2...3)

  /// What happens at the end of the cache.
  public enum Mode: String, Sendable {
    /// Nothing may reach beyond it.
    case linear
    /// Writing goes on at the start.
    case circular
  }

  /// How it works.
  public let mode: Mode
  /// The positions' axis, negative ones counted from the back; not the first.
  public let axis: Int

  /// Makes the operator with these settings.
  public init(mode: Mode = .linear, axis: Int = -2) { (self.mode, self.axis) = (mode, axis) }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    mode = try node.choice("mode", default: .linear)
    axis = try node.int("axis", default: -2)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("mode", mode.rawValue, unless: "linear")
    node.set("axis", axis, unless: -2)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    if let cache = context.shape(0) {
      let axis = try axis.axis(ofRank: cache.count)
      guard axis > 0 else { throw OperatorError.attribute("axis", "is that of the batch") }
      var expected = cache
      expected[axis] = .unknown
      try context.require(1, shape: expected)
      if let update = context.shape(1)?[axis].value, let extent = cache[axis].value, update > extent {
        throw OperatorError.invalid("\(update) positions for a cache of \(extent)")
      }
      if context.elementCount(1) ?? 0 > 0 { try context.require(2, count: cache[0]) }
    }
    return [InferredValue(context.type(0))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (cache, update) = (try context.tensor(0), try context.tensor(1))
    let axis = try axis.axis(ofRank: cache.rank)
    var expected = cache.shape
    guard axis > 0, update.rank == cache.rank, update.shape[axis] <= cache.shape[axis] else {
      throw OperatorError.invalid("an update of shape \(update.shape) for a cache of shape \(cache.shape)")
    }
    expected[axis] = update.shape[axis]
    guard update.shape == expected else {
      throw OperatorError.invalid("an update of shape \(update.shape) for a cache of shape \(cache.shape)")
    }
    let (extent, count) = (cache.shape[axis], update.shape[axis])
    let firsts = try context.optionalIntegers(2) ?? Array(repeating: 0, count: update.count == 0 ? 0 : cache.shape[0])
    guard update.count > 0 else { return [.tensor(cache)] }
    guard firsts.count == cache.shape[0] else {
      throw OperatorError.invalid("\(firsts.count) positions for a batch of \(cache.shape[0])")
    }
    let block = cache.shape[(axis + 1)...].reduce(1, *)
    let rows = cache.shape[1..<axis].reduce(1, *)
    var starts: [Int] = []
    for row in 0..<cache.shape[0] * rows {
      let first = firsts[row / rows]
      guard first >= 0, mode == .circular || first <= extent - count else {
        throw OperatorError.invalid("position \(first) of a cache of \(extent) for \(count) positions")
      }
      for position in 0..<count { starts.append((row * extent + (first % extent + position) % extent) * block) }
    }
    return [.tensor(try cache.scattered(update, at: starts, blockSize: block, .none))]
  }
}
