/// A window that is read without regard to the image's edges.
struct Reach: Sendable {
  /// One of the two axes.
  struct Axis: Sendable {
    var kernel: Int
    var stride: Int
    var dilation: Int
    /// Zeros before the first pixel.
    var pad: Int
    var output: Int

    /// Pixels that the last window reaches over the end of `extent`.
    func end(_ extent: Int) -> Int { max(0, (output - 1) * stride + (kernel - 1) * dilation - pad - (extent - 1)) }
  }

  var rows: Axis
  var columns: Axis

  /// How far windows reach over an image's edges.
  func border(over image: Buffer) -> Buffer.Border {
    Buffer.Border(top: rows.pad, left: columns.pad, bottom: rows.end(image.height), right: columns.end(image.width))
  }
}
