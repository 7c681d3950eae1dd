import CNNGraphs
import CNNTensors

/// Passes its input on; in training, sets elements to 0 with a probability and scales the others up to keep the mean.
/// Inputs: data, ratio (an attribute before version 12), training mode (Boolean). Outputs: data, mask.
///
/// Before version 12 nothing is dropped: runtimes use those versions for inference alone, whatever `is_test` says.
public struct Dropout: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "Dropout", versions: [1, 6, 7, 10, 12, 13, 22], inputs: 1...3, outputs: 1...2)

  /// The random numbers' seed; a random one if it is `nil`.
  public let seed: Int?
  /// What `is_test` was before version 7.
  public let legacyTest: Bool
  /// True if the mask has the data's type, as before version 10.
  public let hasNumericMask: Bool
  /// True if the mask is an output that somebody wants.
  private let hasMask: Bool
  /// True if there may be a training mode.
  public let isDeterministic: Bool

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    if node.version < 6 { node.ignore("consumed_inputs") }
    legacyTest = try node.version >= 7 || node.flag("is_test")
    hasMask = node.wantedOutputCount > 1
    hasNumericMask = node.version < 10 && hasMask
    if node.version < 12 {
      seed = nil
      if let ratio = try node.float("ratio") { node.addInput(1, try Tensor(scalar: ratio)) }
    } else {
      seed = try node.int("seed")
    }
    isDeterministic = seed != nil || node.inputCount < 3
  }

  /// Makes the operator with these settings.
  public init(seed: Int? = nil, mayTrain: Bool = false) {
    (self.seed, legacyTest, hasMask, hasNumericMask) = (seed, true, false, false)
    isDeterministic = seed != nil || !mayTrain
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    if node.version < 7 { node.set("is_test", legacyTest, unless: false) }
    if node.version >= 10 && hasNumericMask {
      throw OperatorError.unsupported("a mask of the data's type needs an operator set below 10")
    }
    if node.version < 10 && hasMask && !hasNumericMask {
      throw OperatorError.unsupported("a mask of truth values needs operator set 10")
    }
    if node.version < 12 {
      try node.setFloat("ratio", fromInput: 1)
      let training = try node.takeInput(2)?.values(as: UInt64.self).first ?? 0
      guard training == 0 else { throw OperatorError.unsupported("dropout in training needs operator set 12") }
    } else if let seed {
      node.set("seed", seed)
    }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let data = context.type(0)
    let mask = InferredValue.tensor(hasNumericMask ? data.tensor?.elementType : .bool, data.tensor?.shape)
    return Array([InferredValue(data), mask].prefix(context.outputCount))
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    let isTraining = try context.optionalTensor(2)?.values(as: UInt64.self).first ?? 0 != 0
    let ratio = try context.optionalTensor(1)?.values(as: Double.self).first ?? 0.5
    guard isTraining, ratio != 0 else {
      guard context.outputCount > 1 else { return [.tensor(data)] }
      let one = try Tensor(scalar: UInt8(1)).converted(to: hasNumericMask ? data.elementType : .bool)
      return [.tensor(data), .tensor(try Tensor.filled(with: one, shape: data.shape))]
    }
    guard ratio > 0, ratio < 1 else { throw OperatorError.input(1, expected: "a ratio in [0, 1)") }
    var random = MersenneTwister(seed: seed)
    let mask = try Tensor(.bool, shape: data.shape) { target in
      for i in target.indices { target[i] = random.uniform() >= ratio ? 1 : 0 }
    }
    let scale = 1 / (1 - ratio)
    let dropped = try data.withValues(as: Double.self) { source in
      try Tensor(data.elementType, shape: data.shape) { (target: UnsafeMutableBufferPointer<Double>) in
        mask.withBytes { kept in
          for i in 0..<source.count { target[i] = kept[i] == 0 ? 0 * source[i] : scale * source[i] }
        }
      }
    }
    return [.tensor(dropped), .tensor(mask)]
  }
}
