import CNNGraphs
import CNNTensors

/// The points that affine maps send a regular grid over [-1, 1] to. Inputs: matrices `[N, 2, 3]` or `[N, 3, 4]`, size
/// `[N, C, H, W]` or `[N, C, D, H, W]`. Result: `[N, H, W, 2]` or `[N, D, H, W, 3]`, x first.
public struct AffineGrid: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("AffineGrid", versions: [20], inputs: 2...2)

  /// True if -1 and 1 are the middles of the outermost pixels, rather than their outer edges.
  public let alignsCorners: Bool

  /// Makes the operator with these settings.
  public init(alignsCorners: Bool = false) { self.alignsCorners = alignsCorners }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { alignsCorners = try node.flag("align_corners") }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("align_corners", alignsCorners, unless: false) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    if let size = context.contents(1) {
      guard size.count == 4 || size.count == 5 else {
        throw OperatorError.invalid("input 1: 4 or 5 extents expected, \(size.count) found")
      }
      try context.require(0, shape: [size[0], .fixed(size.count - 2), .fixed(size.count - 1)])
    }
    if let size = context.contents(1), size.count == 4 || size.count == 5 {
      return [.tensor(context.elementType(0), [size[0]] + size[2...] + [.fixed(size.count - 2)])]
    }
    return [.tensor(context.elementType(0), .unknown(context.shape(1)?.first?.value))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let theta = try context.tensor(0)
    let size = try context.integers(1)
    let axes = size.count - 2
    guard axes == 2 || axes == 3, theta.shape == [size[0], axes, axes + 1] else {
      throw OperatorError.invalid("matrices of shape \(theta.shape) for a size of \(size)")
    }
    let shape = [size[0]] + size[2...] + [axes]
    let spatial = Array(size[2...])
    _ = try Tensor.elementCount(of: shape, theta.elementType)
    switch theta.elementType.numericKind {
    case .float: return [.tensor(try grid(theta, shape, spatial, Float.self))]
    case .double: return [.tensor(try grid(theta, shape, spatial, Double.self))]
    default: throw OperatorError.elementType(input: 0, found: theta.elementType)
    }
  }

  private func grid<T: FloatingScalar>(_ theta: Tensor, _ shape: [Int], _ spatial: [Int], _: T.Type) throws -> Tensor {
    let (axes, count) = (spatial.count, spatial.product)
    let type = theta.elementType
    return try theta.withValues(as: T.self) { theta in
      try Tensor(type, shape: shape) { (target: UnsafeMutableBufferPointer<T>) in
        var point = [T](repeating: 1, count: axes + 1)
        for batch in 0..<shape[0] {
          let matrix = batch * axes * (axes + 1)
          for position in 0..<count {
            var rest = position
            for axis in spatial.indices.reversed() {
              // The first coordinate is x, the last axis'.
              point[axes - 1 - axis] = coordinate(rest % spatial[axis], of: spatial[axis])
              rest /= spatial[axis]
            }
            for row in 0..<axes {
              var sum: T = 0
              for column in 0...axes { sum += theta[matrix + row * (axes + 1) + column] * point[column] }
              target[(batch * count + position) * axes + row] = sum
            }
          }
        }
      }
    }
  }

  private func coordinate<T: FloatingScalar>(_ position: Int, of extent: Int) -> T {
    if alignsCorners { return extent > 1 ? T(2 * position) / T(extent - 1) - 1 : 0 }
    return T(2 * position + 1) / T(extent) - 1
  }
}
