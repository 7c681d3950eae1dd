/// A part of a picture, in pixels.
public struct ImageRegion: Hashable, Sendable {
  /// Columns from left to right.
  public var columns: Range<Int>
  /// Rows from top to bottom.
  public var rows: Range<Int>

  /// A part of a picture.
  public init(columns: Range<Int>, rows: Range<Int>) { (self.columns, self.rows) = (columns, rows) }

  /// The middle of a picture, at most as large as the picture, placed as torchvision's `center_crop` does: half a pixel is
  /// rounded to the even one.
  public init(middleOf width: Int, _ height: Int, width cropWidth: Int, height cropHeight: Int) {
    func range(_ extent: Int, _ crop: Int) -> Range<Int> {
      guard crop < extent else { return 0..<extent }
      let start = Int((Double(extent - crop) / 2).rounded(.toNearestOrEven))
      return start..<start + crop
    }
    columns = range(width, cropWidth)
    rows = range(height, cropHeight)
  }
}
