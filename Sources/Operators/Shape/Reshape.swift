import CNNGraphs
import CNNTensors

/// Gives the elements another shape. Inputs: data, shape `[rank]` (an attribute before version 5), in which -1 stands for
/// what is left and 0 for the input's own extent, unless `allowsZero`.
public struct Reshape: NonnegativeLinearOperator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "Reshape", versions: [1, 5, 13, 14, 19, 21, 23, 24, 25], inputs: 2...2)

  /// True if 0 means an empty axis.
  public let allowsZero: Bool

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    allowsZero = try node.version >= 14 && node.flag("allowzero")
    if node.version < 5 {
      node.ignore("consumed_inputs")
      let shape = try node.require("shape", node.ints("shape"))
      node.addInput(1, try Tensor(shape.map(Int64.init), shape: [shape.count]))
    }
  }

  /// Makes the operator.
  public init() { allowsZero = false }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    if allowsZero {
      try node.require(version: 14, for: "allowzero")
      node.set("allowzero", 1)
    }
    if node.version < 5 { try node.setInts("shape", fromInput: 1) }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let target = context.contents(1) else {
      let rank = context.shape(1)?.first?.value
      return [.tensor(context.elementType(0), rank.flatMap { $0 <= 64 ? Array(repeating: .unknown, count: $0) : nil })]
    }
    let shape = try resolve(target, from: context.shape(0))
    // A scalar's or vector's contents survive between rank 0 and 1.
    return [.tensor(context.elementType(0), shape, contents: shape.count <= 1 ? context.contents(0) : nil)]
  }

  /// The shape as far as it is known: each symbol that the target keeps cancels against the input's.
  private func resolve(_ target: [Dimension], from input: [Dimension]?) throws -> [Dimension] {
    var shape = target
    var free: Int?
    for (axis, extent) in target.enumerated() {
      switch extent {
      case .fixed(0) where !allowsZero:
        guard let input else {
          shape[axis] = .unknown
          continue
        }
        guard axis < input.count else {
          throw OperatorError.invalid("0 at axis \(axis), which the input does not have")
        }
        shape[axis] = input[axis]
      case .fixed(-1):
        guard free == nil else { throw OperatorError.invalid("-1 stands twice in shape \(target)") }
        free = axis
        shape[axis] = .unknown
      case .fixed(let value) where value < 0: throw OperatorError.invalid("extent \(value) in shape \(target)")
      default: break
      }
    }
    if free == nil, let found = input?.product, let expected = shape.product, found != expected {
      throw OperatorError.invalid("\(found) elements do not fit shape \(shape)")
    }
    guard let free, let input else { return shape }
    var rest = input
    var divisor = 1
    for (axis, extent) in shape.enumerated() where axis != free {
      switch extent {
      case .fixed(let value): divisor = divisor.multipliedReportingOverflow(by: value).partialValue
      case .symbol:
        guard let match = rest.firstIndex(of: extent) else { return shape }
        rest.remove(at: match)
      case .unknown: return shape
      }
    }
    if let product = rest.product {
      guard divisor == 0 || product % divisor == 0 else {
        throw OperatorError.invalid("shape \(target) does not fit the input's \(input)")
      }
      shape[free] = divisor == 0 ? .unknown : .fixed(product / divisor)
    } else {
      // What is left is one symbol times what the known extents cancel.
      let symbols = rest.filter { $0.value == nil }
      let known = rest.compactMap(\.value).reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
      if symbols.count == 1, known == divisor, let symbol = symbols.first { shape[free] = symbol }
    }
    return shape
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    var shape = try context.integers(1)
    if !allowsZero {
      for axis in shape.indices where shape[axis] == 0 {
        guard axis < data.rank else { throw OperatorError.invalid("0 at axis \(axis), which the input does not have") }
        shape[axis] = data.shape[axis]
      }
    }
    if let free = shape.firstIndex(of: -1) {
      shape[free] = 1
      let known = try Tensor.elementCount(of: shape)
      guard known > 0, data.count % known == 0 else {
        throw OperatorError.invalid("\(data.count) elements do not fit shape \(try context.integers(1))")
      }
      shape[free] = data.count / known
    }
    guard try Tensor.elementCount(of: shape) == data.count else {
      throw OperatorError.invalid("\(data.count) elements do not fit shape \(shape)")
    }
    return [.tensor(try data.reshaped(shape))]
  }
}
