/// A picture that fits into a frame, with bars on both sides, as YOLO's networks are fed.
public struct Letterbox: Hashable, Sendable {
  /// The colour of the bars.
  static let grey: UInt8 = 114
  /// The picture's width in the frame.
  public let width: Int
  /// The picture's height in the frame.
  public let height: Int
  /// Columns of the bar on the left.
  public let left: Int
  /// Rows of the bar above.
  public let top: Int

  /// Fits a picture in.
  public init(width: Int, height: Int, in goal: ImageExtent) {
    let ratio = min(Double(goal.width) / Double(width), Double(goal.height) / Double(height))
    func fit(_ extent: Int, _ limit: Int) -> Int {
      max(1, min(limit, Int((Double(extent) * ratio).rounded(.toNearestOrEven))))
    }
    self.width = fit(width, goal.width)
    self.height = fit(height, goal.height)
    // An odd column or row goes to the right or below.
    left = (goal.width - self.width) / 2
    top = (goal.height - self.height) / 2
  }
}
