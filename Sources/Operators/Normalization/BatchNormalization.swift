import CNNGraphs
import CNNTensors

/// `(x - mean) / √(variance + epsilon) · scale + bias` for each channel of `[N, C, D…]`. Inputs: x, scale, bias, mean
/// and variance, the last four `[C]`.
///
/// In training mean and variance are those of the batch, and the outputs behind the first are the running mean and
/// variance and, before version 14, those of the batch. Training is told by `is_test` = 0 before version 7, by more
/// than one output before version 14, and by `training_mode` since.
public struct BatchNormalization: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "BatchNormalization", versions: [1, 6, 7, 9, 14, 15], inputs: 5...5, outputs: 1...5)

  /// Added to the variance.
  public var epsilon: Float
  /// Weight of the given mean and variance in the running ones.
  public var momentum: Float
  /// True if the batch's own mean and variance are taken.
  public var isTraining: Bool
  /// False if each position of a channel has parameters of its own, `[C, D…]`; before version 9 alone.
  public var isSpatial: Bool
  /// True if there may be five outputs, before version 14 alone.
  private let hasBatchOutputs: Bool
  /// True if more than one output is what told training, before version 14 alone.
  let isTrainingByOutputs: Bool

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    epsilon = try node.float("epsilon", default: 1e-5)
    momentum = try node.float("momentum", default: 0.9)
    node.ignore("consumed_inputs")
    isSpatial = try node.version < 9 ? node.flag("spatial", default: true) : true
    if node.version < 7 {
      isTraining = try !node.flag("is_test")
    } else if node.version < 14 {
      isTraining = node.wantedOutputCount > 1
    } else {
      isTraining = try node.flag("training_mode")
    }
    isTrainingByOutputs = isTraining && node.version < 14
    hasBatchOutputs = node.outputCount > 3
    if hasBatchOutputs && node.version >= 14 {
      throw OperatorError.invalid("3 outputs at most, \(node.outputCount) found")
    }
  }

  /// Makes the operator with these settings.
  public init(epsilon: Float = 1e-5, momentum: Float = 0.9, isTraining: Bool = false, isSpatial: Bool = true) {
    (self.epsilon, self.momentum, self.isTraining, self.isSpatial) = (epsilon, momentum, isTraining, isSpatial)
    hasBatchOutputs = false
    isTrainingByOutputs = false
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("epsilon", epsilon, unless: 1e-5)
    node.set("momentum", momentum, unless: 0.9)
    if !isSpatial {
      guard node.version < 9 else {
        throw OperatorError.unsupported("parameters for each position need an operator set below 9")
      }
      node.set("spatial", 0)
    }
    if hasBatchOutputs && node.version >= 14 {
      throw OperatorError.unsupported("five outputs need an operator set below 14")
    }
    if node.version < 7 {
      node.set("is_test", isTraining ? 0 : 1)
      if node.version < 6 { node.set("consumed_inputs", [0, 0, 0, 1, 1]) }
    } else if node.version >= 14 {
      node.set("training_mode", isTraining, unless: false)
    }
  }

  /// Inputs that hold running statistics.
  public var statisticsInputs: [Int] { [3, 4] }

  /// The normalization in inference as a scale and a shift of each channel (Ioffe and Szegedy 2015, algorithm 2): `(x -
  /// mean) / √(variance + ε) · γ + β = x · scale + shift`, `scale = γ / √(variance + ε)`, `shift = β - mean · scale`.
  ///
  /// It holds if the normalization is spatial and not in training. A variance of `-ε` or below gives numbers that are
  /// not finite.
  package func channelAffine(
    gamma: [Double], beta: [Double], mean: [Double], variance: [Double]
  ) -> (scale: [Double], shift: [Double]) {
    let scale = factors(gamma, variance)
    return (scale, scale.indices.map { beta[$0] - mean[$0] * scale[$0] })
  }

  /// `γ / √(variance + ε)`.
  private func factors(_ gamma: [Double], _ variance: [Double]) -> [Double] {
    zip(gamma, variance).map { $0 / ($1 + Double(epsilon)).squareRoot() }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    if let shape = context.shape(0), shape.count < 2 {
      throw OperatorError.rank(input: 0, expected: "2 or more", found: shape.count)
    }
    let extents = context.shape(0).map { isSpatial ? $0[1] : Array($0[1...]).folded }
    let features = extents?.value ?? (1...4).lazy.compactMap { context.elementCount($0) }.first
    for index in 1...4 { try context.require(index, count: features.map(Dimension.fixed) ?? .unknown) }
    let (mean, variance) = (InferredValue(context.type(3)), InferredValue(context.type(4)))
    return [InferredValue(context.type(0)), mean, variance, mean, variance]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    guard x.rank >= 2 else { throw OperatorError.rank(input: 0, expected: "2 or more", found: x.rank) }
    let layout = Layout(x.shape, isSpatial: isSpatial)
    let parameters = try (1...4).map { index in
      let tensor = try context.tensor(index)
      guard tensor.count == layout.features else {
        throw OperatorError.invalid("input \(index) of shape \(tensor.shape) for an input of shape \(x.shape)")
      }
      return tensor
    }
    switch x.elementType.numericKind {
    case .float: return try run(x, parameters, layout, Float.self)
    case .double: return try run(x, parameters, layout, Double.self)
    default: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }

  /// `[batch, features, width]`: each feature has parameters of its own.
  private struct Layout {
    let batch: Int
    let features: Int
    let width: Int

    init(_ shape: [Int], isSpatial: Bool) {
      batch = shape[0]
      features = isSpatial ? shape[1] : shape[1...].reduce(1, *)
      width = isSpatial ? shape[2...].reduce(1, *) : 1
    }
  }

  private func run<T: FloatingScalar>(
    _ x: Tensor, _ parameters: [Tensor], _ layout: Layout, _: T.Type
  ) throws -> [RuntimeValue] {
    let (scale, bias) = (try parameters[0].values(as: Double.self), try parameters[1].values(as: Double.self))
    var (mean, variance) = (try parameters[2].values(as: Double.self), try parameters[3].values(as: Double.self))
    return try x.withValues(as: T.self) { source in
      var statistics: [RuntimeValue] = [parameters[2], parameters[3], parameters[2], parameters[3]].map { .tensor($0) }
      if isTraining {
        let batch = moments(of: source, layout)
        let kept = Double(momentum)
        let running = [
          zip(mean, batch.mean).map { $0 * kept + $1 * (1 - kept) },
          zip(variance, batch.variance).map { $0 * kept + $1 * (1 - kept) },
        ]
        (mean, variance) = batch
        statistics = try zip(running + [mean, variance], parameters[2...3] + parameters[2...3]).map { values, like in
          .tensor(try Tensor(values, shape: like.shape).converted(to: like.elementType))
        }
      }
      let factors = factors(scale, variance).map { T($0) }
      let centers = mean.map { T($0) }
      let shifts = bias.map { T($0) }
      let y = try Tensor(x.elementType, shape: x.shape) { (target: UnsafeMutableBufferPointer<T>) in
        guard !target.isEmpty else { return }
        var start = 0
        for _ in 0..<layout.batch {
          for feature in 0..<layout.features {
            let (center, factor, shift) = (centers[feature], factors[feature], shifts[feature])
            for i in start..<start + layout.width { target[i] = (source[i] - center) * factor + shift }
            start += layout.width
          }
        }
      }
      return [.tensor(y)] + statistics
    }
  }

  private func moments<T: FloatingScalar>(
    of source: UnsafeBufferPointer<T>, _ layout: Layout
  ) -> (mean: [Double], variance: [Double]) {
    let count = Double(layout.batch * layout.width)
    func sums(_ term: (UnsafeBufferPointer<T>, Int) -> Double) -> [Double] {
      var sums = [Double](repeating: 0, count: layout.features)
      for row in 0..<(source.isEmpty ? 0 : layout.batch * layout.features) {
        let feature = row % layout.features
        sums[feature] += term(
          UnsafeBufferPointer(rebasing: source[row * layout.width..<(row + 1) * layout.width]), feature)
      }
      return sums.map { $0 / count }
    }
    let mean = sums { row, _ in row.preciseSum() }
    return (mean, sums { row, feature in row.squaredDeviations(from: mean[feature]) })
  }
}

extension BatchNormalization: ErrorPropagation {
  /// `4 (e + u|mean|) · |scale| + 4 u|β|`, `scale` being that of the channel: four numbers are rounded on the way. The
  /// variance stays what it is, and `-4 u|mean|` stands for the mean, since that is subtracted.
  package func errors(_ context: ErrorContext) throws -> [RuntimeValue]? {
    guard !isTraining else { return nil }
    func fourfold(_ value: RuntimeValue?) throws -> RuntimeValue? { try context.scaled(value) { 4 * $0 } }
    let mean = try context.scaled(context.inputs[3]) { -4 * context.roundoff * abs($0) }
    return try context.results(
      of: self,
      reading: [
        try fourfold(try context.error(0)), try context.magnitude(1), try fourfold(try context.error(2)), mean,
        context.inputs[4],
      ])
  }
}
