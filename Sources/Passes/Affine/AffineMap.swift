import CNNGraphs
import CNNTensors

/// An affine map with a small spatial support, of `[N, C, D…]` to `[N, M, D…]`:
///
///     y[m, i] = Σ w[m, c, k] · x[c, position(i, k)] + Σ u[m, k] · inside(position(i, k)) + b[m]
///     position(i, k) = stride · i + dilation · k - padBegin
///
/// `x` is zero outside of the input, and `inside` is 1 in the input and 0 outside of it: the border weights `u` are
/// what a summand becomes that a later window's padding does not see. They make the set of these maps closed: a shift
/// before a padded window is a border weight, and a padding by a value other than zero is one, too. A map is a
/// convolution if its border weights are all zero.
///
/// Convolutions, normalizations, scales, average poolings, paddings, linear layers (no axis) and what is put together
/// of them are such maps. A map is a description; ``AffineKernel`` works out its numbers, row by row and in `Double`.
struct AffineMap {
  /// Channels that go in, `C`.
  let inputs: Int
  /// Channels that come out, `M`.
  let outputs: Int
  /// Blocks of channels that see nothing of one another.
  let groups: Int
  /// The spatial axes.
  let axes: [AffineAxis]
  /// False if `b` is known to be zero.
  let hasShift: Bool
  /// False if `u` is known to be zero.
  let hasBorder: Bool
  /// Multiplications for one position of the output.
  let cost: Double
  /// Numbers that are stored for the map.
  let stored: Double
  let content: Content
  /// Multiplications that it takes to work out the numbers of what is put together.
  let work: Double
  /// How many maps of operators the description is made of.
  private let parts: Int
  /// Larger descriptions are refused: no network needs them, and a file may ask for any.
  private static let mostParts = 256

  indirect enum Content {
    /// Weights `[M, C / groups, K…]` and a bias `[M]`.
    case convolution(Coefficients, bias: [Double]?)
    /// A factor and a summand for each channel.
    case diagonal(scale: [Double], shift: [Double])
    /// The mean of each window of each channel, padding counted.
    case average
    /// Each channel with a value of its own around it.
    case padding([Double])
    case sequence(AffineMap, AffineMap)
    case sum([AffineMap])
    case stack([AffineMap])
    case slice(AffineMap, from: Int)
  }

  private init(
    inputs: Int, outputs: Int, groups: Int, axes: [AffineAxis], hasShift: Bool, hasBorder: Bool = false, cost: Double,
    stored: Double, content: Content, work: Double = 0, parts: Int = 1
  ) {
    (self.inputs, self.outputs, self.groups, self.axes) = (inputs, outputs, groups, axes)
    (self.hasShift, self.hasBorder, self.cost, self.stored) = (hasShift, hasBorder, cost, stored)
    (self.content, self.work, self.parts) = (content, work, parts)
  }

  /// The number of parts of a description made of others.
  private static func parts(of maps: [AffineMap]) throws(Refusal) -> Int {
    let parts = maps.reduce(0) { $0 + $1.parts }
    guard parts <= mostParts else { throw .cost(.maps(limit: mostParts)) }
    return parts
  }

  /// Weights for one output channel.
  var rowCount: Int { inputs / groups * volume }
  /// Taps of the window.
  var volume: Int { axes.reduce(1) { $0 * $1.kernel } }
  /// True if each output channel is a multiple of its input at the same position, and a summand.
  var isDiagonal: Bool { groups == inputs && inputs == outputs && axes.allSatisfy(\.isIdentity) && !hasBorder }

  // MARK: The maps that operators are

  /// A convolution, or with no axes a linear layer.
  init(weights: Coefficients, bias: [Double]?, inputs: Int, groups: Int, axes: [AffineAxis]) {
    let count = Double(weights.rows) * Double(weights.columns)
    self.init(
      inputs: inputs, outputs: weights.rows, groups: groups, axes: axes,
      hasShift: bias?.contains { $0 != 0 } ?? false, cost: count, stored: count + Double(bias?.count ?? 0),
      content: .convolution(weights, bias: bias))
  }

  /// A factor and a summand for each channel, over `rank` spatial axes, from `stored` numbers.
  init(scale: [Double], shift: [Double], rank: Int, stored: Int) {
    self.init(
      inputs: scale.count, outputs: scale.count, groups: scale.count,
      axes: Array(repeating: AffineAxis(), count: rank), hasShift: shift.contains { $0 != 0 }, cost: 0,
      stored: Double(stored), content: .diagonal(scale: scale, shift: shift))
  }

  /// What changes nothing, or only adds zeros around, or crops.
  init(identity channels: Int, axes: [AffineAxis]) {
    let ones = [Double](repeating: 1, count: channels)
    self.init(
      inputs: channels, outputs: channels, groups: channels, axes: axes, hasShift: false, cost: 0, stored: 0,
      content: .diagonal(scale: ones, shift: [Double](repeating: 0, count: channels)))
  }

  /// Each channel with a value of its own around it: `x + v · (1 - inside)`.
  init(padding values: [Double], axes: [AffineAxis]) {
    let isZero = values.allSatisfy { $0 == 0 }
    self.init(
      inputs: values.count, outputs: values.count, groups: values.count, axes: axes, hasShift: !isZero,
      hasBorder: !isZero, cost: 0, stored: 0, content: .padding(values))
  }

  /// The mean of each window, padding counted as zeros.
  init(average channels: Int, axes: [AffineAxis]) {
    self.init(
      inputs: channels, outputs: channels, groups: channels, axes: axes, hasShift: false,
      cost: Double(channels) * axes.reduce(1) { $0 * Double($1.kernel) }, stored: 0, content: .average)
  }

  /// True if the map adds zeros around at most.
  private var isPlainIdentity: Bool {
    guard case .diagonal(let scale, _) = content, !hasShift, !hasBorder else { return false }
    return axes.allSatisfy { $0.kernel == 1 && $0.stride == 1 } && scale.allSatisfy { $0 == 1 }
  }

  /// True if the taps of parts are put to their positions among those of the whole, which padding and cropping move.
  private var isJoined: Bool {
    switch content {
    case .sum, .stack: true
    default: false
    }
  }

  // MARK: The laws

  /// `next` after this map.
  ///
  /// Law: `B(Ax + a) + b = BAx + (Ba + b)`. Blocks of both are blocks of the product if they are blocks of the
  /// coarser of the two partitions of the channels between.
  ///
  /// Proof obligation, the border: where `next` pads, it reads zeros where this map would give its shift. `Ba` is then
  /// no shift but a border weight, provided that the positions between are inside exactly when those of the input are:
  /// this map must read single positions and pad nothing. The same holds if `next` has border weights itself.
  /// ``AffineAxis/followed(by:)`` has the other half.
  func followed(by next: AffineMap) throws(Refusal) -> AffineMap {
    guard outputs == next.inputs, axes.count == next.axes.count else { throw .fit(.channels) }
    let isPadded = next.axes.contains(where: \.isPadded)
    if next.hasBorder || hasShift && isPadded, !axes.allSatisfy(\.isSampling) {
      throw .border(.shift)
    }
    var axes: [AffineAxis] = []
    for (first, second) in zip(self.axes, next.axes) { axes.append(try first.followed(by: second)) }
    let positions = next.axes.reduce(1.0) { $0 * Double($1.stride) }
    var content = Content.sequence(self, next)
    // What changes nothing leaves weights as they are, so that they are not computed anew.
    if isPlainIdentity, !next.isJoined {
      content = next.content
    } else if next.isPlainIdentity, !(hasShift && isPadded), !isJoined {
      content = self.content
    }
    return AffineMap(
      inputs: inputs, outputs: next.outputs, groups: gcd(groups, next.groups), axes: axes,
      hasShift: hasShift || next.hasShift, hasBorder: hasBorder || next.hasBorder || hasShift && isPadded,
      cost: cost * positions + next.cost, stored: stored + next.stored, content: content,
      work: work + next.work + Double(next.outputs) * Double(next.rowCount) * Double(rowCount),
      parts: try Self.parts(of: [self, next]))
  }

  /// The sum of maps of the same input.
  ///
  /// Law: `Ax + a + Bx + b = (A + B)x + (a + b)`; windows are united with zeros where a map has no tap.
  static func sum(_ maps: [AffineMap]) throws(Refusal) -> AffineMap {
    try joined(maps, outputs: maps[0].outputs, groups: maps.reduce(0) { gcd($0, $1.groups) }, .sum(maps)) {
      $0.outputs == maps[0].outputs
    }
  }

  /// The outputs of maps of the same input behind one another.
  ///
  /// Law: rows stack. Blocks do not line up any more, so that the result has a single one.
  static func stack(_ maps: [AffineMap]) throws(Refusal) -> AffineMap {
    try joined(maps, outputs: maps.reduce(0) { $0 + $1.outputs }, groups: 1, .stack(maps)) { _ in true }
  }

  private static func joined(
    _ maps: [AffineMap], outputs: Int, groups: Int, _ content: Content, _ fits: (AffineMap) -> Bool
  ) throws(Refusal) -> AffineMap {
    var axes = maps[0].axes
    for map in maps {
      guard map.inputs == maps[0].inputs, map.axes.count == axes.count, fits(map) else {
        throw .fit(.channels)
      }
      for index in axes.indices { axes[index] = try axes[index].united(with: map.axes[index]) }
    }
    return AffineMap(
      inputs: maps[0].inputs, outputs: outputs, groups: groups, axes: axes, hasShift: maps.contains { $0.hasShift },
      hasBorder: maps.contains { $0.hasBorder }, cost: maps.reduce(0) { $0 + $1.cost },
      stored: maps.reduce(0) { $0 + $1.stored }, content: content, work: maps.reduce(0) { $0 + $1.work },
      parts: try parts(of: maps))
  }

  /// Some of the outputs.
  ///
  /// Law: rows are taken out. Blocks stay only if there is one.
  func outputs(_ range: Range<Int>) throws(Refusal) -> AffineMap {
    guard groups == 1 || range == 0..<outputs else { throw .fit(.groupedSlice) }
    return AffineMap(
      inputs: inputs, outputs: range.count, groups: 1, axes: axes, hasShift: hasShift, hasBorder: hasBorder,
      cost: cost, stored: stored, content: .slice(self, from: range.lowerBound), work: work,
      parts: parts)
  }
}
