import CNNGraphs
import CNNTensors

/// What the losses over class labels share: how they are weighted, which labels count for nothing, and how the losses
/// of single labels become one.
public struct ClassificationLoss: Hashable, Sendable {
  /// How the losses become one.
  public enum Summary: String, Sendable { case none, sum, mean }

  /// How the losses become one.
  public let summary: Summary
  /// The label that counts for nothing.
  public let ignoredLabel: Int?

  /// Makes the operator with these settings.
  public init(summary: Summary = .mean, ignoredLabel: Int? = nil) {
    (self.summary, self.ignoredLabel) = (summary, ignoredLabel)
  }

  init(from node: inout NodeReader) throws {
    summary = try node.choice("reduction", default: .mean)
    ignoredLabel = try node.int("ignore_index")
  }

  func write(to node: inout NodeWriter) {
    node.set("reduction", summary.rawValue, unless: Summary.mean.rawValue)
    if let ignoredLabel { node.set("ignore_index", ignoredLabel) }
  }

  func infer(_ context: InferenceContext) throws -> InferredValue {
    try context.require(0, rankFrom: 2)
    if let scores = context.shape(0) {
      try context.require(1, shape: [scores[0]] + scores[2...])
      try context.require(2, shape: [scores[1]])
    }
    return .tensor(context.elementType(0), summary == .none ? context.shape(1) : [])
  }

  /// The loss of log-probabilities `[N, C, …]` for labels `[N, …]` with weights `[C]`.
  func evaluate(_ scores: Tensor, _ labels: Tensor, _ weights: Tensor?, _ type: ElementType) throws -> Tensor {
    guard scores.rank >= 2, [scores.shape[0]] + scores.shape[2...] == labels.shape else {
      throw OperatorError.invalid("labels of shape \(labels.shape) for scores of shape \(scores.shape)")
    }
    guard labels.elementType.isInteger else { throw OperatorError.elementType(input: 1, found: labels.elementType) }
    let (classes, inner) = (scores.shape[1], scores.shape[2...].reduce(1, *))
    guard weights == nil || weights?.shape == [classes] else { throw OperatorError.input(2, expected: "[\(classes)]") }
    let factors = try weights?.values(as: Double.self)
    var (total, weight) = (0.0, 0.0)
    let losses = try scores.withValues(as: Double.self) { scores in
      try labels.withValues(as: Int64.self) { labels in
        try Tensor(type, shape: [summary == .none ? labels.count : 0]) {
          (target: UnsafeMutableBufferPointer<Double>) in
          for (position, label) in labels.enumerated() {
            var (loss, factor) = (0.0, 0.0)
            if ignoredLabel.map(Int64.init) != label {
              guard let label = Int(exactly: label), label >= 0, label < classes else {
                throw OperatorError.invalid("label \(label) of \(classes) classes")
              }
              factor = factors?[label] ?? 1
              loss = -scores[(position / inner * classes + label) * inner + position % inner] * factor
            }
            total += loss
            weight += factor
            if summary == .none { target[position] = loss }
          }
        }
      }
    }
    switch summary {
    case .none: return try losses.reshaped(labels.shape)
    case .sum: return try Tensor(scalar: total).converted(to: type)
    case .mean: return try Tensor(scalar: total / weight).converted(to: type)
    }
  }
}
