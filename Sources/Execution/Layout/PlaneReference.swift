/// One plane of a buffer.
struct PlaneReference: Sendable, Hashable {
  var buffer: Int
  var plane: Int
}
