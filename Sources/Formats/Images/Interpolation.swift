/// How pixels between pixels are found when a picture is resized, by Pillow's names.
public enum Interpolation: String, Sendable, CaseIterable {
  /// The pixel that a new one's middle lies in.
  case nearest
  /// The mean of what a new pixel covers.
  case box
  /// A triangle, two pixels wide.
  case bilinear
  /// A cubic with a = −0.5, four pixels wide.
  case bicubic
  /// Lanczos' window of a sine, six pixels wide.
  case lanczos

  /// The number by which the C code knows it; `nil` if it is no filter.
  var filter: Int32? {
    switch self {
    case .nearest: nil
    case .box: 0
    case .bilinear: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }
}
