import CNNGraphs
import CNNTensors

/// `(x - mean) / √(variance + epsilon) · scale + bias`, mean and variance being taken over the axes from `axis` on.
/// Scale and bias (which may be left out) broadcast to x. Outputs: the result, the mean, and `1 / √(variance + epsilon)`.
public struct LayerNormalization: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "LayerNormalization", versions: [17], inputs: 2...3, outputs: 1...3)

  /// The first axis to normalise over, negative ones counted from the back.
  public var axis: Int
  /// Added to the variance.
  public var epsilon: Float
  /// The type of the second and third output.
  package var stashType: StashType

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    axis = try node.int("axis", default: -1)
    epsilon = try node.float("epsilon", default: 1e-5)
    stashType = try StashType(from: &node)
  }

  /// Makes the operator with these settings.
  public init(axis: Int = -1, epsilon: Float = 1e-5) {
    (self.axis, self.epsilon, stashType) = (axis, epsilon, .float32)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("axis", axis, unless: -1)
    node.set("epsilon", epsilon, unless: 1e-5)
    stashType.write(to: &node)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    var statistics = context.shape(0)
    if let rank = statistics?.count {
      for index in try axis.axis(ofRank: rank)..<rank { statistics?[index] = 1 }
    }
    for index in 1...2 { try context.require(index, broadcastsTo: context.shape(0)) }
    let moment = InferredValue.tensor(stashType.elementType, statistics)
    return [InferredValue(context.type(0)), moment, moment]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (x, scale, bias) = (try context.tensor(0), try context.tensor(1), try context.optionalTensor(2))
    let rows = try NormalizedRows(x.shape, axis: axis)
    switch x.elementType.numericKind {
    case .float: return try run(x, scale, bias, rows, Float.self)
    case .double: return try run(x, scale, bias, rows, Double.self)
    default: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }

  private func run<T: FloatingScalar>(
    _ x: Tensor, _ scale: Tensor, _ bias: Tensor?, _ rows: NormalizedRows, _: T.Type
  ) throws -> [RuntimeValue] {
    let scale = try rows.parameter(scale)
    let bias = try bias.map(rows.parameter)
    return try x.withValues(as: T.self) { source in
      func row(_ index: Int) -> UnsafeBufferPointer<T> {
        UnsafeBufferPointer(start: source.start + index * rows.width, count: rows.width)
      }
      let mean = try Tensor(.float64, shape: rows.statisticsShape) { (target: UnsafeMutableBufferPointer<Double>) in
        for index in 0..<rows.count { target[index] = row(index).preciseSum() / Double(rows.width) }
      }
      let inverse = try mean.withElements(as: Double.self) { means in
        try Tensor(.float64, shape: rows.statisticsShape) { (target: UnsafeMutableBufferPointer<Double>) in
          for index in 0..<rows.count {
            let variance = row(index).squaredDeviations(from: means[index]) / Double(rows.width)
            target[index] = 1 / (variance + Double(epsilon)).squareRoot()
          }
        }
      }
      let normalized = try mean.withElements(as: Double.self) { means in
        try inverse.withElements(as: Double.self) { inverses in
          try rows.map(row, scale, bias, to: x.elementType) { ($0 - T(means[$1])) * T(inverses[$1]) }
        }
      }
      return [
        normalized, try mean.converted(to: stashType.elementType), try inverse.converted(to: stashType.elementType),
      ]
      .map { .tensor($0) }
    }
  }
}

/// A tensor as rows, each of which is normalised by itself.
package struct NormalizedRows {
  package let count: Int
  package let width: Int
  /// The tensor's shape with 1 for the normalised axes.
  package let statisticsShape: [Int]
  private let shape: [Int]
  private let axis: Int

  package init(_ shape: [Int], axis: Int) throws {
    let axis = try axis.axis(ofRank: shape.count)
    (self.shape, self.axis) = (shape, axis)
    count = shape[..<axis].reduce(1, *)
    width = shape[axis...].reduce(1, *)
    statisticsShape = shape[..<axis] + shape[axis...].map { _ in 1 }
  }

  /// A parameter that broadcasts to the tensor: one row for all (step 0), or one for each.
  package func parameter(_ tensor: Tensor) throws -> (tensor: Tensor, step: Int) {
    let common = try Broadcast(shape, tensor.shape)
    guard common.shape == shape else {
      throw OperatorError.invalid("a parameter of shape \(tensor.shape) for an input of shape \(shape)")
    }
    let padded = Array(repeating: 1, count: shape.count - tensor.rank) + tensor.shape
    let isShared = padded[..<axis].allSatisfy { $0 == 1 }
    let target = isShared ? padded[..<axis] + shape[axis...] : shape[...]
    if Array(target) == padded { return (tensor, isShared ? 0 : width) }
    let strides = zip(padded, padded.strides).map { $0 == 1 ? 0 : $1 }
    return (try tensor.strided(shape: Array(target), strides: strides), isShared ? 0 : width)
  }

  /// The tensor with each element of each row normalised by `normalize`, then scaled and shifted.
  @inline(__always)
  package func map<T: FloatingScalar>(
    _ row: (Int) -> UnsafeBufferPointer<T>, _ scale: (tensor: Tensor, step: Int),
    _ bias: (tensor: Tensor, step: Int)?, to type: ElementType, _ normalize: (_ x: T, _ row: Int) -> T
  ) throws -> Tensor {
    try scale.tensor.withValues(as: T.self) { scales in
      try withOptionalValues(bias?.tensor, as: T.self) { shifts in
        try Tensor(type, shape: shape) { (target: UnsafeMutableBufferPointer<T>) in
          guard !target.isEmpty else { return }
          for index in 0..<count {
            let (source, start, first) = (row(index), index * width, index * scale.step)
            for i in 0..<width { target[start + i] = normalize(source[i], index) * scales[first + i] }
            if let shifts, let bias {
              for i in 0..<width { target[start + i] += shifts[index * bias.step + i] }
            }
          }
        }
      }
    }
  }
}
