/// A whole tensor, row-major, in a buffer: `rows` images of `columns` elements each.
struct PlainView: Sendable, Hashable {
  var buffer: Int
  /// Elements from the buffer's start.
  var start = 0
  var rows: Int
  var columns: Int
  /// Elements from one image to the next.
  var rowDistance: Int

  var isContiguous: Bool { rows <= 1 || rowDistance == columns }
}
