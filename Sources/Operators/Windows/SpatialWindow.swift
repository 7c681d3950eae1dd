import CNNGraphs
import CNNTensors

/// How a window slides over the spatial axes of `[N, C, D1, D2, …]`: what convolutions and poolings have in common.
///
/// Lists have one number for each spatial axis, `pads` two (all beginnings, then all ends); `nil` is the default: the
/// weights' kernel, ones for strides and dilations, zeros for pads.
public struct SpatialWindow: Hashable, Sendable {
  /// Who decides on the padding.
  public enum AutoPad: String, Hashable, Sendable {
    /// ``SpatialWindow/pads``.
    case explicit = "NOTSET"
    /// As much as makes `ceil(extent / stride)` outputs, the odd one at the end.
    case sameUpper = "SAME_UPPER"
    /// As much as makes `ceil(extent / stride)` outputs, the odd one at the beginning.
    case sameLower = "SAME_LOWER"
    /// None.
    case valid = "VALID"
  }

  /// The attributes that an operator has beside the kernel, strides, pads and auto_pad.
  package struct Features: Sendable {
    /// Version since which there are dilations; `nil` without them.
    package var dilations: Int? = 1
    /// Version since which there is ceil_mode; `nil` without it.
    package var ceilMode: Int?
    /// True if the kernel must be given.
    package var requiresKernel = false
    /// True if there is auto_pad.
    package var autoPad = true
  }

  /// The extents of the window.
  public var kernel: [Int]?
  /// How far the window moves at a step.
  public var strides: [Int]?
  /// The distance of the elements that the window sees.
  public var dilations: [Int]?
  /// The padding: all beginnings, then all ends.
  public var pads: [Int]?
  /// Who decides on the padding.
  public var autoPad: AutoPad
  /// True if the last, incomplete step counts as well, unless it starts in the padding behind the input.
  public var ceilMode: Bool

  /// Makes the operator with these settings.
  public init(
    kernel: [Int]? = nil, strides: [Int]? = nil, dilations: [Int]? = nil, pads: [Int]? = nil,
    autoPad: AutoPad = .explicit, ceilMode: Bool = false
  ) {
    (self.kernel, self.strides, self.dilations, self.pads) = (kernel, strides, dilations, pads)
    (self.autoPad, self.ceilMode) = (autoPad, ceilMode)
  }

  package init(from node: inout NodeReader, _ features: Features = Features()) throws {
    kernel = try node.extents("kernel_shape", from: 1)
    strides = try node.extents("strides", from: 1)
    pads = try node.extents("pads", from: 0)
    dilations = try features.dilations.map { node.version >= $0 } == true ? node.extents("dilations", from: 1) : nil
    ceilMode = try features.ceilMode.map { node.version >= $0 } == true ? node.flag("ceil_mode") : false
    autoPad = .explicit
    if features.autoPad, let text = try node.string("auto_pad"), !text.isEmpty {
      guard let choice = AutoPad(rawValue: text) else { throw OperatorError.attribute("auto_pad", text.quoted) }
      autoPad = choice
    }
    if features.requiresKernel && kernel == nil { throw OperatorError.attribute("kernel_shape", "missing") }
  }

  package func write(to node: inout NodeWriter, _ features: Features = Features()) throws {
    node.set("kernel_shape", kernel)
    node.set("strides", strides)
    node.set("pads", pads)
    if autoPad != .explicit { node.set("auto_pad", autoPad.rawValue) }
    if let dilations, dilations.contains(where: { $0 != 1 }) || node.version >= features.dilations ?? .max {
      try node.require(version: features.dilations ?? .max, for: "dilations")
      node.set("dilations", dilations)
    }
    if ceilMode {
      try node.require(version: features.ceilMode ?? .max, for: "ceil_mode")
      node.set("ceil_mode", true)
    }
  }
}

extension NodeReader {
  /// A list of integers between a least value and 2^31, short enough for a list of axes.
  package mutating func extents(_ name: String, from least: Int) throws -> [Int]? {
    guard let values = try ints(name) else { return nil }
    guard values.count <= 64 else { throw OperatorError.attribute(name, "\(values.count) numbers") }
    if let wrong = values.first(where: { $0 < least || $0 > Int(Int32.max) }) {
      throw OperatorError.attribute(name, "\(wrong) is not allowed")
    }
    return values
  }
}

extension SpatialWindow {
  /// One axis with the defaults filled in, before the extent of the input is known.
  struct Settings {
    var kernel: Int
    var stride: Int
    var dilation: Int
    var pads: (begin: Int, end: Int)
    /// The input that a window covers from its first to its last element.
    var reach: Int { (kernel - 1) * dilation + 1 }
  }

  /// The settings of each of `rank` axes.
  /// - Parameter weights: the kernel that the weights have, which `kernel` must not contradict.
  func settings(rank: Int, weights: [Int]?) throws -> [Settings] {
    func checked(_ name: String, _ values: [Int]?, _ expected: Int) throws {
      guard let values, values.count != expected else { return }
      throw OperatorError.attribute(
        name, "\(expected) numbers expected for \(rank) spatial axes, \(values.count) found")
    }
    try checked("kernel_shape", kernel, rank)
    try checked("strides", strides, rank)
    try checked("dilations", dilations, rank)
    try checked("pads", pads, 2 * rank)
    guard let extents = weights ?? kernel else { throw OperatorError.attribute("kernel_shape", "missing") }
    guard extents.count == rank else {
      throw OperatorError.invalid("a kernel of shape \(extents) for \(rank) spatial axes")
    }
    if let kernel, kernel != extents {
      throw OperatorError.attribute("kernel_shape", "\(kernel) stated, but the weights have \(extents)")
    }
    return try extents.enumerated().map { axis, extent in
      guard extent >= 1, extent <= Int(Int32.max) else { throw OperatorError.invalid("kernel of shape \(extents)") }
      return Settings(
        kernel: extent, stride: strides?[axis] ?? 1, dilation: dilations?[axis] ?? 1,
        pads: (pads?[axis] ?? 0, pads?[rank + axis] ?? 0))
    }
  }

  /// The window on an input of known extents.
  /// - Parameter weights: the kernel if weights decide it.
  /// - Throws: ``OperatorError`` if a list has the wrong length or the kernel is larger than the padded input.
  package func axes(over input: [Int], weights: [Int]? = nil) throws -> [WindowAxis] {
    try zip(input, settings(rank: input.count, weights: weights)).map { try axis(over: $0, $1) }
  }

  private func axis(over input: Int, _ settings: Settings) throws -> WindowAxis {
    let (stride, reach) = (settings.stride, settings.reach)
    guard input >= 0, input <= 1 << 56 else { throw OperatorError.limit("a spatial extent of \(input)") }
    var (begin, end) = autoPad == .explicit ? settings.pads : (0, 0)
    var output: Int
    switch autoPad {
    case .sameUpper, .sameLower:
      output = input / stride + (input % stride == 0 ? 0 : 1)
      let padding = max(0, (output - 1) * stride + reach - input)
      begin = autoPad == .sameUpper ? padding / 2 : padding - padding / 2
      end = padding - begin
    case .explicit, .valid:
      let room = input + begin + end - reach
      if room < 0 {
        output = ceilMode && -room < stride ? 1 : 0
      } else {
        output = room / stride + 1 + (ceilMode && room % stride != 0 ? 1 : 0)
      }
      if ceilMode, output > 0, (output - 1) * stride >= input + begin { output -= 1 }
      guard output > 0 || input == 0 else {
        throw OperatorError.invalid(
          "a window over \(reach) elements does not fit into \(input) with padding \(begin) and \(end)")
      }
    }
    return WindowAxis(
      input: input, kernel: settings.kernel, stride: stride, dilation: settings.dilation, padBegin: begin,
      padEnd: end, output: max(0, output))
  }

  /// The output's extents as far as they are known; a symbol survives if the window keeps the extent.
  /// - Parameter weights: the kernel if weights decide it, `nil` if it is not known.
  package func outputs(over input: [Dimension], weights: [Int]?) throws -> [Dimension] {
    guard weights ?? kernel != nil else {
      let isSame = autoPad == .sameUpper || autoPad == .sameLower
      return input.enumerated().map { isSame && strides?[safely: $0] ?? 1 == 1 ? $1 : .unknown }
    }
    return try zip(input, settings(rank: input.count, weights: weights)).map { extent, settings in
      if case .fixed(let value) = extent { return .fixed(try axis(over: value, settings).output) }
      guard settings.stride == 1 else { return .unknown }
      switch autoPad {
      case .sameUpper, .sameLower: return extent
      case .valid: return settings.reach == 1 ? extent : .unknown
      case .explicit: return settings.pads.begin + settings.pads.end == settings.reach - 1 ? extent : .unknown
      }
    }
  }
}

extension Array {
  fileprivate subscript(safely index: Int) -> Element? { index < count ? self[index] : nil }
}
