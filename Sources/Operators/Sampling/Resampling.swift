import CNNGraphs
import CNNTensors

/// How elements between the grid points of an axis are made (ONNX `Resize`, version 19).
public struct Resampling: Sendable {
  /// What a new element is made of.
  public enum Mode: String, Sendable {
    /// The element next to it.
    case nearest
    /// A weighted mean of the two beside it, along each axis.
    case linear
    /// A cubic polynomial through the four around it, along each axis (Keys 1981, equation 4).
    case cubic
  }

  /// Where in the input an element of the output lies.
  public enum Coordinates: String, Sendable {
    /// Centres of elements: `(x + 0.5) / scale - 0.5`.
    case halfPixel = "half_pixel"
    /// As ``halfPixel``, with the middle kept if the size was rounded.
    case halfPixelSymmetric = "half_pixel_symmetric"
    /// As ``halfPixel``; 0 if the output has one element.
    case pytorchHalfPixel = "pytorch_half_pixel"
    /// The corners' centres lie on one another: `x (input - 1) / (output - 1)`.
    case alignCorners = "align_corners"
    /// Upper left corners: `x / scale`.
    case asymmetric
    /// A part of the input, given by the region of interest.
    case cropAndResize = "tf_crop_and_resize"
    /// Only in version 11.
    case halfPixelForNearest = "tf_half_pixel_for_nn"
  }

  /// Which neighbour is the nearest.
  public enum Rounding: String, Sendable {
    /// The nearer one; the lower of two as near.
    case preferFloor = "round_prefer_floor"
    /// The nearer one; the higher of two as near.
    case preferCeiling = "round_prefer_ceil"
    /// The lower one.
    case floor
    /// The higher one.
    case ceiling = "ceil"
    /// Downwards if the axis grows, upwards if it shrinks: version 10.
    case outwards
  }

  /// What a new element is made of.
  public var mode: Mode
  /// Where in the input an element of the output lies.
  public var coordinates: Coordinates
  /// Which neighbour ``Mode/nearest`` takes.
  public var rounding: Rounding
  /// The coefficient `a` of the cubic polynomial.
  public var cubicCoefficient: Float = -0.75
  /// True if neighbours outside the input do not count.
  public var excludesOutside = false
  /// What stands outside the input with ``Coordinates/cropAndResize``.
  public var extrapolation: Float = 0
  /// True if shrinking takes the mean over all that falls together.
  public var antialiases = false

  /// ONNX's defaults: the nearest element, by the centres of elements, the lower of two as near.
  public init(_ mode: Mode = .nearest, coordinates: Coordinates = .halfPixel, rounding: Rounding = .preferFloor) {
    (self.mode, self.coordinates, self.rounding) = (mode, coordinates, rounding)
  }

  /// One axis' change.
  package struct Axis: Sendable {
    /// Which axis.
    package let index: Int
    /// The extent before.
    package let input: Int
    /// The extent after.
    package let output: Int
    /// `output / input`, before the output was made a whole number.
    package let scale: Double
    /// The part of the input that is meant by ``Coordinates/cropAndResize``.
    package var region: (start: Double, end: Double) = (0, 1)

    package init(index: Int, input: Int, output: Int, scale: Double) {
      (self.index, self.input, self.output, self.scale) = (index, input, output, scale)
    }
  }

  /// The position in the input of the output's element `i`; `nil` if it is extrapolated.
  private func position(_ i: Int, _ axis: Axis) -> Double? {
    let (x, scale) = (Double(i), axis.scale)
    let (last, width) = (Double(axis.input - 1), scale * Double(axis.input))
    switch coordinates {
    case .halfPixel: return (x + 0.5) / scale - 0.5
    case .halfPixelForNearest: return (x + 0.5) / scale
    case .pytorchHalfPixel: return axis.output > 1 ? (x + 0.5) / scale - 0.5 : 0
    case .asymmetric: return x / scale
    case .alignCorners: return width == 1 ? 0 : x * last / (width - 1)
    case .halfPixelSymmetric:
      let offset = Double(axis.input) / 2 * (1 - Double(axis.output) / width)
      return offset + (x + 0.5) / scale - 0.5
    case .cropAndResize:
      let (start, end) = axis.region
      let within = width == 1 ? (end - start) * last / 2 : x * (end - start) * last / (width - 1)
      let position = start * last + within
      return position >= 0 && position <= last ? position : nil
    }
  }

  /// For each element of the output its neighbour in the input, or -1 if it is extrapolated.
  private func table(_ axis: Axis) -> [Int] {
    (0..<axis.output).map { i in
      guard let position = position(i, axis) else { return -1 }
      let rounded =
        switch rounding {
        case .floor: position.rounded(.down)
        case .ceiling: position.rounded(.up)
        case .outwards: position.rounded(axis.scale < 1 ? .up : .down)
        case .preferFloor: (position - 0.5).rounded(.up)
        case .preferCeiling: (position + 0.5).rounded(.down)
        }
      return Int(min(max(rounded.isNaN ? 0 : rounded, 0), Double(axis.input - 1)))
    }
  }

  /// The elements of an axis that make up each new one, and how much of each.
  struct Weights {
    /// Neighbours of one element.
    let taps: Int
    /// `[output × taps]` positions in the input.
    var indices: [Int] = []
    /// `[output × taps]`.
    var weights: [Double] = []
    /// The output's elements that are extrapolated.
    var outside: [Int] = []
  }

  /// Neighbours of one element along an axis.
  private func tapCount(_ axis: Axis) -> Int {
    let stretch = antialiases ? min(axis.scale, 1) : 1
    return 2 * Int(min(((mode == .linear ? 1 : 2) / stretch).rounded(.up), Double(axis.input) * 4 + 4))
  }

  func weights(_ axis: Axis) -> Weights {
    // Shrinking with antialiasing stretches the filter by as much.
    let stretch = antialiases ? min(axis.scale, 1) : 1
    let reach = tapCount(axis) / 2
    var result = Weights(taps: 2 * reach)
    var taps = [Double](repeating: 0, count: 2 * reach)
    for i in 0..<axis.output {
      var position = position(i, axis)
      if position == nil { result.outside.append(i) }
      if let found = position, !found.isFinite { position = 0 }
      let center = min(max(position ?? 0, -0x1p40), 0x1p40)
      let first = Int(center.rounded(.down)) - reach + 1
      for tap in taps.indices {
        let outside = first + tap < 0 || first + tap >= axis.input
        taps[tap] = outside && excludesOutside ? 0 : kernel((Double(first + tap) - center) * stretch)
        result.indices.append(min(max(first + tap, 0), axis.input - 1))
      }
      let sum = antialiases || excludesOutside ? taps.reduce(0, +) : 1
      result.weights += sum == 0 ? taps : taps.map { $0 / sum }
    }
    return result
  }

  private func kernel(_ distance: Double) -> Double {
    let x = distance.magnitude
    if mode == .linear { return max(1 - x, 0) }
    let a = Double(cubicCoefficient)
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
  }

  /// What each element along an axis is made of, for whoever resizes by other means.
  package struct Taps: Sendable {
    /// Neighbours of one element.
    package let count: Int
    /// `[output × count]` positions in the input.
    package let indices: [Int]
    /// `[output × count]`.
    package let weights: [Double]

    package init(count: Int, indices: [Int], weights: [Double]) {
      (self.count, self.indices, self.weights) = (count, indices, weights)
    }
  }

  /// What the elements along an axis are made of; `nil` if some of them are extrapolated.
  package func taps(_ axis: Axis) -> Taps? {
    guard axis.input > 0 else { return nil }
    if mode == .nearest || !changes(axis) {
      let indices = changes(axis) ? table(axis) : Array(0..<axis.output)
      guard !indices.contains(-1) else { return nil }
      return Taps(count: 1, indices: indices, weights: [Double](repeating: 1, count: indices.count))
    }
    let found = weights(axis)
    guard found.outside.isEmpty else { return nil }
    return Taps(count: found.taps, indices: found.indices, weights: found.weights)
  }

  /// False if an axis stays as it is.
  private func changes(_ axis: Axis) -> Bool {
    coordinates == .cropAndResize
      ? axis.region != (0, 1) || axis.scale != 1 : axis.scale != 1 || axis.output != axis.input
  }

  /// The tensor with its axes resized.
  package func resized(_ tensor: Tensor, _ axes: [Axis]) throws -> Tensor {
    var shape = tensor.shape
    for axis in axes { shape[axis.index] = axis.output }
    guard try Tensor.elementCount(of: shape, tensor.elementType) > 0 else {
      return try Tensor.zeros(tensor.elementType, shape: shape)
    }
    guard tensor.count > 0 else { throw OperatorError.invalid("shape \(tensor.shape) cannot become \(shape)") }
    try Tensor.checkTables(shape)
    let changed = axes.filter(changes)
    guard !changed.isEmpty else { return tensor }
    if mode == .nearest {
      var tables = shape.map { Array(0..<$0) }
      for axis in changed { tables[axis.index] = table(axis) }
      let filler =
        tables.contains { $0.contains(-1) } ? try Tensor(scalar: extrapolation).converted(to: tensor.elementType) : nil
      return try tensor.gathered(along: tables, filler: filler)
    }
    switch tensor.elementType.numericKind {
    case .float:
      return try interpolated(tensor, changed, Float.self).converted(to: tensor.elementType)
    case .double: return try interpolated(tensor, changed, Double.self)
    case .signed, .unsigned:
      return try interpolated(tensor, changed, Double.self).roundedAndClamped(to: tensor.elementType)
    case nil: throw OperatorError.elementType(input: 0, found: tensor.elementType)
    }
  }

  private func interpolated<T: FloatingScalar>(_ tensor: Tensor, _ axes: [Axis], _: T.Type) throws -> Tensor {
    try axes.reduce(tensor) { current, axis in
      var shape = current.shape
      let outer = shape[..<axis.index].reduce(1, *)
      let inner = shape[(axis.index + 1)...].reduce(1, *)
      shape[axis.index] = axis.output
      let taps = axis.output.saturatingMultiplied(by: tapCount(axis))
      try WorkBudget.current.charge(taps, times: 10 * WorkBudget.Cost.step)
      // A place, a weight, and the weight in the type that is computed in.
      return try MemoryBudget.current.charging(taps, of: (Int, Double, Double).self) {
        let weights = weights(axis)
        return try current.withValues(as: T.self) { source in
          try Tensor(T.elementType, shape: shape) { (target: UnsafeMutableBufferPointer<T>) in
            try weights.apply(source, axis.input, into: target, axis.output, outer, inner)
            for row in 0..<outer {
              for i in weights.outside {
                let start = (row * axis.output + i) * inner
                target[start..<start + inner].update(repeating: T(extrapolation))
              }
            }
          }
        }
      }
    }
  }
}

extension Resampling.Weights {
  /// Interpolates along the middle axis of `[outer, input, inner]`.
  fileprivate func apply<T: FloatingScalar>(
    _ source: UnsafeBufferPointer<T>, _ input: Int, into target: UnsafeMutableBufferPointer<T>, _ output: Int,
    _ outer: Int, _ inner: Int
  ) throws {
    let budget = WorkBudget.current
    let work = output.saturatingMultiplied(by: inner).saturatingMultiplied(by: taps)
    let weights = weights.map { T($0) }
    guard let source = source.baseAddress, let target = target.baseAddress else { return }
    try weights.withUnsafeBufferPointer { weights in
      try indices.withUnsafeBufferPointer { indices in
        for row in 0..<outer {
          try budget.charge(work, times: WorkBudget.Cost.step / 2)
          let (from, to) = (source + row * input * inner, target + row * output * inner)
          if inner == 1 {
            for i in 0..<output {
              let first = i &* taps
              var sum = weights[first] * from[indices[first]] + weights[first &+ 1] * from[indices[first &+ 1]]
              for tap in 2..<taps { sum += weights[first &+ tap] * from[indices[first &+ tap]] }
              to[i] = sum
            }
            continue
          }
          for i in 0..<output {
            let row = to + i * inner
            let (a, b) = (from + indices[i * taps] * inner, from + indices[i * taps + 1] * inner)
            let (u, v) = (weights[i * taps], weights[i * taps + 1])
            for j in 0..<inner { row[j] = u * a[j] + v * b[j] }
            for tap in i * taps + 2..<(i + 1) * taps {
              let (c, w) = (from + indices[tap] * inner, weights[tap])
              for j in 0..<inner { row[j] += w * c[j] }
            }
          }
        }
      }
    }
  }
}

extension Tensor {
  /// `Double`s rounded to the nearest integers, ties to even, and brought into the range of an integer type.
  fileprivate func roundedAndClamped(to type: ElementType) throws -> Tensor {
    let signed = type.numericKind == .signed
    let bits = type == .bool ? 1 : type.bitWidth - (signed ? 1 : 0)
    // The greatest `Double` within 63 or 64 bits is a little less than the greatest integer.
    let high =
      bits < 63
      ? Double(sign: .plus, exponent: bits, significand: 1) - 1
      : Double(sign: .plus, exponent: bits, significand: 1).nextDown
    let low = signed ? -Double(sign: .plus, exponent: bits, significand: 1) : 0
    return try withElements(as: Double.self) { source in
      try Tensor(type, shape: shape) { (target: UnsafeMutableBufferPointer<Double>) in
        for i in 0..<source.count { target[i] = min(max(source[i].rounded(.toNearestOrEven), low), high) }
      }
    }
  }
}
