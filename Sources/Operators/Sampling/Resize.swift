import CNNGraphs
import CNNTensors

/// Resamples the input to another size. Inputs: data, region of interest `[2 × axes]`, scales `[axes]`, sizes `[axes]`;
/// one of the last two is given. In version 10 data and scales alone.
public struct Resize: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Resize", versions: [10, 11, 13, 18, 19], inputs: 1...4)

  /// What sizes mean for the aspect ratio.
  public enum AspectRatio: String, Sendable {
    /// Nothing: each axis gets its size.
    case stretch
    /// One scale for all axes; no axis becomes larger than its size.
    case notLarger = "not_larger"
    /// One scale for all axes; no axis becomes smaller than its size.
    case notSmaller = "not_smaller"
  }

  /// How it is done.
  public let resampling: Resampling
  /// The axes that region, scales and sizes are for; `nil` for all.
  public let axes: [Int]?
  /// What sizes mean.
  public let aspectRatio: AspectRatio
  /// True for the form of version 10, in which the scales are input 1.
  public let takesOnlyScales: Bool

  /// A change of size; scales or sizes are an input.
  /// - Parameters:
  ///   - resampling: how new elements are made.
  ///   - axes: the axes that region, scales and sizes are for; all if it is `nil`.
  ///   - aspectRatio: what sizes mean for the aspect ratio.
  public init(_ resampling: Resampling = Resampling(), axes: [Int]? = nil, aspectRatio: AspectRatio = .stretch) {
    (self.resampling, self.axes, self.aspectRatio) = (resampling, axes, aspectRatio)
    takesOnlyScales = false
  }

  /// The form of version 10, whose second input are the scales.
  init(scalesOnly mode: Resampling.Mode) {
    resampling = Resampling(mode, coordinates: .asymmetric, rounding: .outwards)
    (axes, aspectRatio, takesOnlyScales) = (nil, .stretch, true)
  }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    var resampling = Resampling()
    resampling.mode = try node.choice("mode", default: .nearest)
    takesOnlyScales = node.version < 11
    if takesOnlyScales {
      (resampling.coordinates, resampling.rounding) = (.asymmetric, .outwards)
      (self.resampling, axes, aspectRatio) = (resampling, nil, .stretch)
      return
    }
    resampling.coordinates = try node.choice("coordinate_transformation_mode", default: .halfPixel)
    resampling.rounding = try node.choice("nearest_mode", default: .preferFloor)
    resampling.cubicCoefficient = try node.float("cubic_coeff_a", default: -0.75)
    resampling.excludesOutside = try node.flag("exclude_outside")
    resampling.extrapolation = try node.float("extrapolation_value", default: 0)
    resampling.antialiases = try node.version >= 18 && node.flag("antialias")
    axes = node.version < 18 ? nil : try node.ints("axes")
    aspectRatio =
      node.version < 18 ? .stretch : try node.choice("keep_aspect_ratio_policy", default: AspectRatio.stretch)
    if resampling.antialiases && resampling.mode == .nearest {
      throw OperatorError.attribute("antialias", "means nothing for mode 'nearest'")
    }
    self.resampling = resampling
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    guard takesOnlyScales == (node.version < 11) else {
      throw OperatorError.unsupported("Resize of version 10 and of version 11 take different inputs")
    }
    node.set("mode", resampling.mode.rawValue, unless: "nearest")
    if takesOnlyScales { return }
    if resampling.coordinates == .halfPixelSymmetric { try node.require(version: 19, for: "half_pixel_symmetric") }
    if resampling.coordinates == .halfPixelForNearest, node.version >= 13 {
      throw OperatorError.unsupported("'tf_half_pixel_for_nn' ended with operator set 12")
    }
    node.set("coordinate_transformation_mode", resampling.coordinates.rawValue, unless: "half_pixel")
    node.set("nearest_mode", resampling.rounding.rawValue, unless: "round_prefer_floor")
    node.set("cubic_coeff_a", resampling.cubicCoefficient, unless: -0.75)
    node.set("exclude_outside", resampling.excludesOutside, unless: false)
    node.set("extrapolation_value", resampling.extrapolation, unless: 0)
    if resampling.antialiases || axes != nil || aspectRatio != .stretch {
      try node.require(version: 18, for: "antialias, axes or keep_aspect_ratio_policy")
    }
    node.set("antialias", resampling.antialiases, unless: false)
    node.set("axes", axes)
    node.set("keep_aspect_ratio_policy", aspectRatio.rawValue, unless: "stretch")
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let shape = context.shape(0) else { return [.tensor(context.elementType(0), nil)] }
    let axes = try (axes ?? Array(shape.indices)).axes(ofRank: shape.count)
    var result = shape
    for axis in axes { result[axis] = .unknown }
    try check(context, axes: axes.count)
    let scales = try context.constant(takesOnlyScales ? 1 : 2)?.values(as: Float.self)
    if let scales, !scales.isEmpty {
      guard scales.count == axes.count else { throw Resize.mismatch(scales.count, axes.count) }
      for (axis, scale) in zip(axes, scales) {
        result[axis] =
          scale == 1 ? shape[axis] : try shape[axis].value.map { .fixed(try $0.scaled(by: scale)) } ?? .unknown
      }
    } else if let sizes = context.contents(3), !takesOnlyScales {
      guard sizes.count == axes.count else { throw Resize.mismatch(sizes.count, axes.count) }
      let (extents, known) = (axes.compactMap { shape[$0].value }, sizes.compactMap(\.value))
      if aspectRatio == .stretch {
        for (axis, size) in zip(axes, sizes) { result[axis] = size }
      } else if extents.count == axes.count, known.count == axes.count {
        for (axis, plan) in zip(axes, try plan(extents, sizes: known)) { result[axis] = .fixed(plan.output) }
      }
    }
    for case .fixed(let extent) in result where extent < 0 { throw OperatorError.invalid("extent \(extent)") }
    return [.tensor(context.elementType(0), result)]
  }

  /// Asks for scales or sizes, one for each axis, and for the region if there is one.
  private func check(_ context: InferenceContext, axes: Int) throws {
    func isGiven(_ index: Int) -> Bool? { context.has(index) ? context.elementCount(index).map { $0 > 0 } : false }
    let scales = takesOnlyScales ? 1 : 2
    let (hasScales, hasSizes) = (isGiven(scales), takesOnlyScales ? false : isGiven(3))
    if hasScales == true, hasSizes == true { throw OperatorError.invalid("both scales and sizes are given") }
    if hasScales == false, hasSizes == false { throw Resize.mismatch(0, axes) }
    for index in [scales] + (takesOnlyScales ? [] : [3]) where isGiven(index) == true {
      if let count = context.elementCount(index), count != axes { throw Resize.mismatch(count, axes) }
    }
    if resampling.coordinates == .cropAndResize, !takesOnlyScales {
      guard context.has(1) else { throw OperatorError.input(1, expected: "a region") }
      if let count = context.elementCount(1), count != 2 * axes { throw Resize.mismatch(count, 2 * axes) }
    }
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    let resampled = try resampledAxes(
      of: data.shape, scales: context.optionalTensor(takesOnlyScales ? 1 : 2),
      sizes: takesOnlyScales ? nil : context.optionalTensor(3),
      region: resampling.coordinates == .cropAndResize ? context.tensor(1) : nil)
    return [.tensor(try resampling.resized(data, resampled))]
  }

  /// How the axes change, by the other inputs.
  package func resampledAxes(
    of shape: [Int], scales: Tensor?, sizes: Tensor?, region: Tensor?
  ) throws -> [Resampling.Axis] {
    let axes = try (axes ?? Array(shape.indices)).axes(ofRank: shape.count)
    let extents = axes.map { shape[$0] }
    let scales = try scales?.values(as: Float.self) ?? []
    let sizes = try sizes?.values(as: Int64.self).map { Int($0) }
    var plan: [(output: Int, scale: Double)]
    if let sizes, !sizes.isEmpty {
      guard scales.isEmpty else { throw OperatorError.invalid("both scales and sizes are given") }
      guard sizes.count == axes.count else { throw Resize.mismatch(sizes.count, axes.count) }
      plan = try self.plan(extents, sizes: sizes)
    } else {
      guard scales.count == axes.count else { throw Resize.mismatch(scales.count, axes.count) }
      plan = try zip(extents, scales).map { (try $0.scaled(by: $1), Double($1)) }
    }
    var resampled = zip(axes, plan).map { axis, plan in
      Resampling.Axis(index: axis, input: shape[axis], output: plan.output, scale: plan.scale)
    }
    if resampling.coordinates == .cropAndResize {
      let region = try region?.values(as: Double.self) ?? []
      guard region.count == 2 * axes.count else { throw Resize.mismatch(region.count, 2 * axes.count) }
      for index in axes.indices { resampled[index].region = (region[index], region[index + axes.count]) }
    }
    return resampled
  }

  /// The output's extents and the scales that belong to them.
  func plan(_ extents: [Int], sizes: [Int]) throws -> [(output: Int, scale: Double)] {
    _ = try Tensor.elementCount(of: sizes)
    let scales = zip(extents, sizes).map { $0 == 0 ? 1 : Double($1) / Double($0) }
    switch aspectRatio {
    case .stretch: return zip(sizes, scales).map { ($0, $1) }
    case .notLarger, .notSmaller:
      guard let scale = aspectRatio == .notLarger ? scales.min() : scales.max() else { return [] }
      return try extents.map { extent in
        let output = (scale * Double(extent) + 0.5).rounded(.down)
        guard output < 0x1p56 else { throw OperatorError.limit("an extent of \(output)") }
        return (Int(output), scale)
      }
    }
  }

  private static func mismatch(_ count: Int, _ expected: Int) -> OperatorError {
    .invalid("\(count) scales, sizes or bounds where \(expected) are expected")
  }
}

extension Int {
  /// This extent scaled and rounded down, in `Float` as the runtimes and the checker do it.
  package func scaled(by scale: Float) throws -> Int {
    guard scale > 0, scale.isFinite else { throw OperatorError.invalid("a scale of \(scale)") }
    if scale == 1 { return self }
    let scaled = (Float(self) * scale).rounded(.down)
    guard scaled < 0x1p56 else { throw OperatorError.limit("an extent of \(scaled)") }
    return Int(scaled)
  }
}

extension Resize: ErrorPropagation {
  /// Means of elements with factors that are not negative, except cubic ones. Regions, scales and sizes are settings.
  package func errors(_ context: ErrorContext) throws -> [RuntimeValue]? {
    guard resampling.mode != .cubic else { return nil }
    return try context.results(of: self, reading: [try context.error(0)] + context.inputs.dropFirst())
  }
}
