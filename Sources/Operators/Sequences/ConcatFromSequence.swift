import CNNGraphs
import CNNTensors

/// Joins a sequence's tensors along an axis, or along a new one.
public struct ConcatFromSequence: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("ConcatFromSequence", versions: [11], inputs: 1...1)

  /// The axis of the result, negative ones counted from the back.
  public let axis: Int
  /// True to put the tensors one behind the other along a new axis.
  public let stacks: Bool

  /// Makes the operator with these settings.
  public init(axis: Int, stacks: Bool = false) { (self.axis, self.stacks) = (axis, stacks) }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    axis = try node.require("axis", node.int("axis"))
    stacks = try node.flag("new_axis")
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("axis", axis)
    node.set("new_axis", stacks, unless: false)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let element = context.sequenceElement(0).tensor
    guard var shape = element?.shape else { return [.tensor(element?.elementType, nil)] }
    if stacks {
      shape.insert(.unknown, at: try axis.axis(ofRank: shape.count + 1))
    } else {
      shape[try axis.axis(ofRank: shape.count)] = .unknown
    }
    return [.tensor(element?.elementType, shape)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let tensors = try context.sequence(0).values.map { value in
      guard let tensor = value.tensor else { throw OperatorError.input(0, expected: "a sequence of tensors") }
      guard stacks else { return tensor }
      var shape = tensor.shape
      shape.insert(1, at: try axis.axis(ofRank: shape.count + 1))
      return try tensor.reshaped(shape)
    }
    return [.tensor(try Tensor.concatenating(tensors, axis: axis))]
  }
}
