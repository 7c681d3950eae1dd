/// A thing that a detector found in a picture.
public struct DetectedBox: Sendable, Hashable {
  /// The number of its class, from 0.
  public let index: Int
  /// The name of its class; `nil` if it has none.
  public let label: String?
  /// How sure the detector is, from 0 to 1.
  public let score: Double
  /// The first column, in pixels of the picture.
  public let left: Double
  /// The first row.
  public let top: Double
  /// The column behind the last one.
  public let right: Double
  /// The row below the last one.
  public let bottom: Double
}

/// Which of a detector's boxes count.
public struct BoxSelection: Sendable, Hashable {
  /// The least score.
  public var confidence: Double
  /// Of two boxes of one class that share more than this part of what both cover, the one of the lower score is dropped.
  public var overlap: Double
  /// The most boxes of a picture.
  public static let limit = 300

  /// Ultralytics' settings, unless others are given.
  public init(confidence: Double = 0.25, overlap: Double = 0.7) {
    (self.confidence, self.overlap) = (confidence, overlap)
  }
}

/// A box in the pixels of the prepared picture.
struct RawBox {
  var index: Int
  var score: Double
  var left, top, right, bottom: Double

  var area: Double { max(0, right - left) * max(0, bottom - top) }

  /// The part of what both cover that both share.
  func overlap(_ other: RawBox) -> Double {
    let width = min(right, other.right) - max(left, other.left)
    let height = min(bottom, other.bottom) - max(top, other.top)
    guard width > 0, height > 0 else { return 0 }
    return width * height / (area + other.area - width * height)
  }
}
