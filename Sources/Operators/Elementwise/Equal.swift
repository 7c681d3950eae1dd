import CNNGraphs
import CNNTensors

/// `a = b`, broadcast; strings are compared by their Unicode scalars.
public struct Equal: ComparisonOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Equal", versions: [1, 7, 11, 13, 19], inputs: 2...2)

  /// Where the second input begins in the first, for models before version 7.
  public let legacyAxis: Int?

  /// Makes the operator with these settings.
  public init(legacyAxis: Int? = nil) { self.legacyAxis = legacyAxis }

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> Bool { a == b }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let contents = contents(context) { a, b -> Dimension in
      switch (a, b) {
      case (.fixed(let m), .fixed(let n)): m == n ? 1 : 0
      case (.symbol, .symbol) where a == b: 1
      // An extent is never negative: exporters compare with -1 to find the axes that are free.
      case (.symbol, .fixed(let n)), (.fixed(let n), .symbol): n < 0 ? 0 : .unknown
      default: .unknown
      }
    }
    return [.tensor(.bool, try LegacyBroadcast.infer(context, axis: legacyAxis), contents: contents)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (a, b) = try LegacyBroadcast.operands(context, axis: legacyAxis)
    guard let x = a.strings, let y = b.strings else { return [.tensor(try compare(a, b))] }
    let broadcast = try Broadcast(a.shape, b.shape)
    let (steps, width) = (broadcast.rowSteps, broadcast.rowWidth)
    let result = try Tensor(.bool, shape: broadcast.shape) { bytes in
      broadcast.forEachRow { start, starts in
        for i in 0..<width {
          let (p, q) = (x[starts[0] + i * steps[0]], y[starts[1] + i * steps[1]])
          bytes[start + i] = p.unicodeScalars.elementsEqual(q.unicodeScalars) ? 1 : 0
        }
      }
    }
    return [.tensor(result)]
  }
}
