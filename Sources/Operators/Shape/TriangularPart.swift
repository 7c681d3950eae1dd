import CNNGraphs
import CNNTensors

/// The upper or lower triangle of matrices `[…, N, M]`, the rest zero. Inputs: data, the diagonal at which the triangle
/// ends (0 is the main one, above it positive).
public struct TriangularPart: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Trilu", versions: [14], inputs: 1...2)

  /// True for the part above the diagonal.
  public let isUpper: Bool

  /// Makes the operator with these settings.
  public init(isUpper: Bool = true) { self.isUpper = isUpper }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { isUpper = try node.flag("upper", default: true) }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("upper", isUpper, unless: true) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    try context.require(0, rankFrom: 2)
    return [InferredValue(context.type(0))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    guard data.rank >= 2 else { throw OperatorError.rank(input: 0, expected: "2 or more", found: data.rank) }
    guard data.count > 0 else { return [.tensor(data)] }
    let (rows, columns) = (data.shape[data.rank - 2], data.shape[data.rank - 1])
    let diagonal = min(max(try context.optionalIntegers(1)?.first ?? 0, -rows), columns)
    return [.tensor(try part(of: data, rows, columns, diagonal))]
  }

  private func part(of data: Tensor, _ rows: Int, _ columns: Int, _ diagonal: Int) throws -> Tensor {
    guard data.elementType != .string else { throw OperatorError.elementType(input: 0, found: .string) }
    if data.elementType.bitWidth < 8 { return try data.unpacked { try part(of: $0, rows, columns, diagonal) } }
    let width = data.elementType.bitWidth / 8
    return try Tensor(data.elementType, shape: data.shape) { target in
      target.initializeMemory(as: UInt8.self, repeating: 0)
      data.withBytes { source in
        for row in 0..<data.count / columns {
          let edge = min(max(row % rows + diagonal + (isUpper ? 0 : 1), 0), columns)
          let kept = isUpper ? edge..<columns : 0..<edge
          let bytes = (row * columns + kept.lowerBound) * width..<(row * columns + kept.upperBound) * width
          target[bytes].copyBytes(from: source[bytes])
        }
      }
    }
  }
}
