import CNNGraphs
import CNNTensors

/// The numbers from `start` on in steps of `delta`, as long as they are before `limit`. Inputs: start, limit, delta, each
/// one number.
public struct ArithmeticProgression: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Range", versions: [11, 27], inputs: 3...3)

  /// The type that `float16` and `bfloat16` are to be computed in, by its number. Every one is computed in `Double` here,
  /// and rounded once.
  public let stashType: Int

  /// Makes the operator.
  public init() { stashType = 1 }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    stashType = node.version < 27 ? 1 : try node.int("stash_type", default: 1)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    if node.version >= 27 { node.set("stash_type", stashType, unless: 1) }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let type = context.elementType(0) ?? context.elementType(1) ?? context.elementType(2)
    var count = Dimension.unknown
    if let start = context.contents(0)?.first, let limit = context.contents(1)?.first,
      let delta = context.contents(2)?.first
    {
      if case .fixed(let start) = start, case .fixed(let limit) = limit, case .fixed(let delta) = delta {
        count = .fixed(try ArithmeticProgression.count(from: start, to: limit, by: delta))
      } else if start == 0, delta == 1 {
        count = limit
      }
    }
    return [.tensor(type, [count])]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let type = try context.tensor(0).elementType
    switch type.numericKind {
    case .float, .double: return [.tensor(try floating(context, type))]
    case .signed, .unsigned:
      let (start, delta) = (try number(context, 0, Int64.self), try number(context, 2, Int64.self))
      let limit = try number(context, 1, Int64.self)
      let count = try ArithmeticProgression.count(from: Int(start), to: Int(limit), by: Int(delta))
      return [
        .tensor(
          try Tensor(type, shape: [count]) { (target: UnsafeMutableBufferPointer<Int64>) in
            for i in 0..<count { target[i] = start &+ Int64(i) &* delta }
          })
      ]
    case nil: throw OperatorError.elementType(input: 0, found: type)
    }
  }

  private func floating(_ context: EvaluationContext, _ type: ElementType) throws -> Tensor {
    let (start, delta) = (try number(context, 0, Double.self), try number(context, 2, Double.self))
    let steps = ((try number(context, 1, Double.self) - start) / delta).rounded(.up)
    guard steps.isFinite, steps < 0x1p56 else { throw OperatorError.invalid("a range of \(steps) numbers") }
    let count = Int(max(steps, 0))
    return try Tensor(type, shape: [count]) { (target: UnsafeMutableBufferPointer<Double>) in
      for i in 0..<count { target[i] = start + Double(i) * delta }
    }
  }

  private func number<T: NumericScalar>(_ context: EvaluationContext, _ index: Int, _: T.Type) throws -> T {
    guard let value = try context.tensor(index).values(as: T.self).first else {
      throw OperatorError.input(index, expected: "one number")
    }
    return value
  }

  private static func count(from start: Int, to limit: Int, by delta: Int) throws -> Int {
    guard delta != 0 else { throw OperatorError.invalid("a range in steps of 0") }
    if delta > 0 ? start >= limit : start <= limit { return 0 }
    let distance = delta > 0 ? UInt(bitPattern: limit &- start) : UInt(bitPattern: start &- limit)
    return Int(clamping: (distance - 1) / delta.magnitude + 1)
  }
}
