import CNNGraphs
import CNNTensors

/// Chooses boxes by score, leaving out those that overlap a chosen one too much. Inputs: boxes `[N, B, 4]`, scores
/// `[N, C, B]`, the most boxes a class (0), the overlap above which a box falls (0), the score that a box must pass.
/// Result: `[chosen, 3]` of image, class and box.
public struct NonMaximumSuppression: Operator, ArrayReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("NonMaxSuppression", versions: [10, 11], inputs: 2...5)

  /// True if a box is center x, center y, width and height; otherwise y1, x1, y2, x2 of any two opposite corners.
  public let centersBoxes: Bool

  /// Makes the operator with these settings.
  public init(centersBoxes: Bool = false) { self.centersBoxes = centersBoxes }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { centersBoxes = try node.flag("center_point_box") }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("center_point_box", centersBoxes, unless: false) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    try context.require(0, shape: [.unknown, .unknown, 4])
    let boxes = context.shape(0)
    try context.require(1, shape: [boxes?[0] ?? .unknown, .unknown, boxes?[1] ?? .unknown])
    return [.tensor(.int64, [.unknown, 3])]
  }

  package var arrayBytes: [Int: Int] { [0: 32, 1: 32] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (boxes, scores) = (try context.tensor(0), try context.tensor(1))
    guard boxes.rank == 3, boxes.shape[2] == 4, scores.rank == 3, scores.shape[0] == boxes.shape[0],
      scores.shape[2] == boxes.shape[1]
    else { throw OperatorError.invalid("boxes of shape \(boxes.shape) for scores of shape \(scores.shape)") }
    let most = max(try context.optionalIntegers(2)?.first ?? 0, 0)
    let overlap = try context.optionalTensor(3)?.values(as: Float.self).first ?? 0
    let threshold = try context.optionalTensor(4)?.values(as: Float.self).first
    let (classes, count) = (scores.shape[1], boxes.shape[1])
    var chosen: [Int64] = []
    try boxes.withValues(as: Float.self) { boxes in
      try scores.withValues(as: Float.self) { scores in
        guard most > 0, !scores.isEmpty else { return }
        let budget = WorkBudget.current
        for row in 0..<scores.count / count {
          try budget.charge(count, times: 20 * WorkBudget.Cost.step)
          let image = row / classes
          let regions = (0..<count).map { box(boxes, (image * count + $0) * 4) }
          let values = scores[row * count..<(row + 1) * count].map { $0.isNaN ? -Float.infinity : $0 }
          var candidates = Array(0..<count)
          if let threshold { candidates.removeAll { values[$0] <= threshold } }
          candidates.sort { values[$0] == values[$1] ? $0 < $1 : values[$0] > values[$1] }
          var kept: [Box] = []
          for index in candidates where kept.count < most {
            try budget.charge(kept.count + 1, times: WorkBudget.Cost.step)
            let region = regions[index]
            if kept.contains(where: { $0.overlaps(region, above: overlap) }) { continue }
            kept.append(region)
            guard chosen.count < 1 << 28 else { throw OperatorError.limit("\(chosen.count / 3) chosen boxes") }
            chosen += [Int64(image), Int64(row % classes), Int64(index)]
          }
        }
      }
    }
    return [.tensor(try Tensor(chosen, shape: [chosen.count / 3, 3]))]
  }

  private func box(_ boxes: UnsafeBufferPointer<Float>, _ first: Int) -> Box {
    let (a, b, c, d) = (boxes[first], boxes[first + 1], boxes[first + 2], boxes[first + 3])
    if centersBoxes { return Box(left: a - c / 2, right: a + c / 2, top: b - d / 2, bottom: b + d / 2) }
    return Box(left: min(b, d), right: max(b, d), top: min(a, c), bottom: max(a, c))
  }

  private struct Box {
    let left: Float
    let right: Float
    let top: Float
    let bottom: Float

    var area: Float { (right - left) * (bottom - top) }

    /// True if the intersection is more than this part of the union.
    func overlaps(_ other: Box, above limit: Float) -> Bool {
      let width = min(right, other.right) - max(left, other.left)
      let height = min(bottom, other.bottom) - max(top, other.top)
      guard width > 0, height > 0, area > 0, other.area > 0 else { return false }
      let union = area + other.area - width * height
      return union > 0 && width * height / union > limit
    }
  }
}
