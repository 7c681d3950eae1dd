/// One spatial axis of an affine map: output `i` reads the inputs `stride · i + dilation · k - padBegin` for `k` in
/// `0 ..< kernel`, zero outside of the input. A negative pad crops.
struct AffineAxis: Hashable {
  var kernel = 1
  var stride = 1
  var dilation = 1
  var padBegin = 0
  var padEnd = 0

  /// How far the first tap lies from `stride · i`.
  var firstOffset: Int { -padBegin }
  /// How far the last tap lies from `stride · i`.
  var lastOffset: Int { dilation * (kernel - 1) - padBegin }
  /// True if zeros are read outside of the input.
  var isPadded: Bool { padBegin > 0 || padEnd > 0 }
  /// True if each output reads one input, and zeros are read nowhere.
  var isSampling: Bool { kernel == 1 && padBegin == 0 && padEnd == 0 }
  /// True if each output reads the input at its own position, and no other.
  var isIdentity: Bool { self == AffineAxis() }

  /// Numbers of a file may be anything; beyond this an axis takes no part.
  static let largest = 1 << 20

  /// True if all numbers are ordinary ones, so that arithmetic on them is safe.
  var isOrdinary: Bool {
    [kernel, stride, dilation].allSatisfy { (1...Self.largest).contains($0) }
      && [padBegin, padEnd].allSatisfy { (-Self.largest...Self.largest).contains($0) }
  }

  /// `next` after this axis.
  ///
  /// Law: the offsets add up as `stride · (next.dilation · k - next.padBegin) + dilation · l - padBegin`, and since
  /// `⌊⌊n / a⌋ / b⌋ = ⌊n / ab⌋` the number of outputs is that of the composed axis for every extent.
  ///
  /// Proof obligation, the border: where `next` pads, it reads zeros in place of this axis' outputs before the first
  /// and behind the last. The composed axis reads what this one would give there, which is zero only if all its taps
  /// lie outside of the input. So it must have a single tap and crop nothing. (Shifts are the map's to look at.)
  func followed(by next: AffineAxis) throws(Refusal) -> AffineAxis {
    guard !next.isPadded || kernel == 1 && padBegin >= 0 && padEnd >= 0 else {
      throw .border(.windows)
    }
    let spacing: Int
    let taps: Int
    if kernel == 1 {
      (spacing, taps) = (stride * next.dilation, next.kernel)
    } else if next.kernel == 1 {
      (spacing, taps) = (dilation, kernel)
    } else {
      spacing = gcd(dilation, stride * next.dilation)
      taps = (stride * next.dilation * (next.kernel - 1) + dilation * (kernel - 1)) / spacing + 1
    }
    let axis = AffineAxis(
      kernel: taps, stride: stride * next.stride, dilation: taps == 1 ? 1 : spacing,
      padBegin: stride * next.padBegin + padBegin, padEnd: padEnd + stride * next.padEnd)
    guard axis.isOrdinary else { throw .fit(.window(taps: taps)) }
    return axis
  }

  /// The smallest axis that has the taps of both.
  ///
  /// Law: zeros outside of the input are the same zeros for both, so that sums of windows are windows, with any
  /// padding. Proof obligation: both have as many outputs for every extent, which is so if the strides are equal and
  /// the last input that counts, `padEnd - lastOffset`, is the same.
  func united(with other: AffineAxis) throws(Refusal) -> AffineAxis {
    guard stride == other.stride else { throw .fit(.strides) }
    guard padEnd - lastOffset == other.padEnd - other.lastOffset else {
      throw .fit(.ends)
    }
    let first = min(firstOffset, other.firstOffset)
    let last = max(lastOffset, other.lastOffset)
    // One spacing for both if their taps allow it, otherwise every position.
    var spacing = 0
    for axis in [self, other] where axis.kernel > 1 { spacing = gcd(spacing, axis.dilation) }
    spacing = gcd(spacing, abs(firstOffset - other.firstOffset))
    spacing = max(spacing, 1)
    let axis = AffineAxis(
      kernel: (last - first) / spacing + 1, stride: stride, dilation: last == first ? 1 : spacing, padBegin: -first,
      padEnd: padEnd - lastOffset + last)
    guard axis.isOrdinary else { throw .fit(.window(taps: axis.kernel)) }
    return axis
  }

  /// The index of tap `k` of `other` among the taps of this axis, which has them all.
  func index(ofTap k: Int, of other: AffineAxis) -> Int {
    (other.dilation * k - other.padBegin - firstOffset) / (kernel > 1 ? dilation : 1)
  }
}

/// The greatest common divisor; that of 0 and a number is the number.
func gcd(_ a: Int, _ b: Int) -> Int {
  var (a, b) = (a, b)
  while b != 0 { (a, b) = (b, a % b) }
  return a
}
