import CNNOperators

/// A number for both spatial axes, or an array with one for each.
package protocol PerAxis: Sendable {
  /// The numbers for height and width.
  var perAxis: [Int] { get }
}

/// How far a window reaches beyond the border: a number for all sides; an array with one for each axis, or with one for
/// each side (top, left, bottom, right); or ``SamePadding``.
package protocol Padding: Sendable {
  /// Top, left, bottom, right; `nil` if it follows from the input.
  var pads: [Int]? { get }
  /// Who decides.
  var autoPad: SpatialWindow.AutoPad { get }
}

extension Padding {
  package var autoPad: SpatialWindow.AutoPad { .explicit }
}

extension Int: PerAxis, Padding {
  package var perAxis: [Int] { [self, self] }
  package var pads: [Int]? { [self, self, self, self] }
}

extension [Int]: PerAxis, Padding {
  package var perAxis: [Int] { self }
  package var pads: [Int]? { count < 4 ? self + self : self }
}

/// TensorFlow's `SAME`: as much as makes `ceil(extent / stride)` outputs, the odd one at the end.
package struct SamePadding: Padding {
  package var pads: [Int]? { nil }
  package var autoPad: SpatialWindow.AutoPad { .sameUpper }
}

extension Padding where Self == SamePadding {
  /// TensorFlow's `SAME`.
  package static var same: SamePadding { SamePadding() }
}
