import CNNGraphs
import CNNTensors

/// Each element divided by the 1- or 2-norm along an axis; 0 if the norm is 0.
public struct LpNormalization: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("LpNormalization", versions: [1, 22], inputs: 1...1)

  /// The axis the norm is taken along, negative ones counted from the back.
  public var axis: Int
  /// 1 or 2.
  public var p: Int

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    axis = try node.int("axis", default: -1)
    p = try node.int("p", default: 2)
    guard p == 1 || p == 2 else { throw OperatorError.attribute("p", "1 or 2 expected, \(p) found") }
  }

  /// Makes the operator with these settings.
  public init(axis: Int = -1, p: Int = 2) { (self.axis, self.p) = (axis, p) }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("axis", axis, unless: -1)
    node.set("p", p, unless: 2)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] { [InferredValue(context.type(0))] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    switch x.elementType.numericKind {
    case .float: return [.tensor(try run(x, Float.self))]
    case .double: return [.tensor(try run(x, Double.self))]
    default: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }

  private func run<T: FloatingScalar>(_ x: Tensor, _: T.Type) throws -> Tensor {
    let axis = try axis.axis(ofRank: x.rank)
    let (extent, inner) = (x.shape[axis], x.shape[(axis + 1)...].reduce(1, *))
    let norm = PowerNorm<Double>(Float(p))
    return try x.withValues(as: T.self) { source in
      try Tensor(x.elementType, shape: x.shape) { (target: UnsafeMutableBufferPointer<T>) in
        guard !target.isEmpty else { return }
        for row in 0..<x.count / extent {
          let start = row / inner * extent * inner + row % inner
          var sum = 0.0
          for i in 0..<extent { sum += norm.power(Double(source[start + i * inner])) }
          let divisor = T(norm.root(sum))
          for i in 0..<extent {
            target[start + i * inner] = divisor == 0 ? 0 : source[start + i * inner] / divisor
          }
        }
      }
    }
  }
}
