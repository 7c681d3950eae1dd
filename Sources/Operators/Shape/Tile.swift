import CNNGraphs
import CNNTensors

/// Repeats the input along its axes. Inputs: data, repeats `[rank]`; in version 1 data, one number of repeats, and the
/// axis it counts for, which stays as it is.
public struct Tile: NonnegativeLinearOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Tile", versions: [1, 6, 13], inputs: 2...3)

  /// True for the form of version 1.
  public let repeatsOneAxis: Bool

  /// Makes the operator.
  public init() { repeatsOneAxis = false }

  /// Reads the attributes.
  public init(from node: inout NodeReader) {
    repeatsOneAxis = node.version < 6
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    guard repeatsOneAxis == (node.version < 6) else {
      throw OperatorError.unsupported("Tile of version 1 and of version 6 take different inputs")
    }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let data = context.shape(0) else {
      return [.tensor(context.elementType(0), repeatsOneAxis ? nil : .unknown(context.shape(1)?.first?.value))]
    }
    var result = data
    if repeatsOneAxis {
      guard let given = context.integers(2)?.first, let count = context.contents(1)?.first else {
        return [.tensor(context.elementType(0), .unknown(data.count))]
      }
      let axis = try given.axis(ofRank: data.count)
      result[axis] = try data[axis].times(count)
    } else {
      guard let repeats = context.contents(1) else { return [.tensor(context.elementType(0), .unknown(data.count))] }
      guard repeats.count == data.count else { throw Tile.mismatch(repeats.count, data.count) }
      result = try zip(data, repeats).map { try $0.times($1) }
    }
    for case .fixed(let extent) in result where extent < 0 { throw OperatorError.invalid("a negative repeat") }
    return [.tensor(context.elementType(0), result)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    var repeats = try context.tensor(1).values(as: Int64.self).map(Int.init)
    if repeatsOneAxis {
      guard let axis = try context.tensor(2).values(as: Int64.self).first, let count = repeats.first else {
        throw OperatorError.input(2, expected: "an axis")
      }
      repeats = data.shape.map { _ in 1 }
      repeats[try Int(axis).axis(ofRank: data.rank)] = count
    }
    return [.tensor(try data.tiled(repeats))]
  }

  fileprivate static func mismatch(_ repeats: Int, _ rank: Int) -> OperatorError {
    .invalid("\(repeats) repeats for \(rank) axes")
  }
}

extension Tensor {
  /// The tensor repeated so many times along each axis.
  package func tiled(_ repeats: [Int]) throws -> Tensor {
    guard repeats.count == rank else { throw Tile.mismatch(repeats.count, rank) }
    let pairs = zip(repeats, shape).flatMap { [$0, $1] }
    _ = try Tensor.elementCount(of: pairs, elementType)
    let tiled = try strided(shape: pairs, strides: shape.strides.flatMap { [0, $0] })
    return try tiled.reshaped(zip(repeats, shape).map { $0 * $1 })
  }
}
