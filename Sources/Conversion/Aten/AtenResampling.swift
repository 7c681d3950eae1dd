import CNNGraphs
import CNNOperators
import CNNTensors

/// Images made larger and smaller, and read at given places.
enum AtenResampling {
  private static let nearest = Resampling(.nearest, coordinates: .asymmetric, rounding: .floor)
  private static let exact = Resampling(.nearest, coordinates: .halfPixel, rounding: .preferCeiling)

  static let family = AtenOperators.Family(
    name: "Resampling",
    operators: AtenOperators.singles([
      "aten::upsample_nearest1d": { try resize($0, &$1, axes: 1, nearest) },
      "aten::upsample_nearest2d": { try resize($0, &$1, axes: 2, nearest) },
      "aten::upsample_nearest3d": { try resize($0, &$1, axes: 3, nearest) },
      "aten::_upsample_nearest_exact1d": { try resize($0, &$1, axes: 1, exact) },
      "aten::_upsample_nearest_exact2d": { try resize($0, &$1, axes: 2, exact) },
      "aten::_upsample_nearest_exact3d": { try resize($0, &$1, axes: 3, exact) },
      "aten::upsample_linear1d": { try resize($0, &$1, axes: 1, Resampling(.linear)) },
      "aten::upsample_bilinear2d": { try resize($0, &$1, axes: 2, Resampling(.linear)) },
      "aten::upsample_trilinear3d": { try resize($0, &$1, axes: 3, Resampling(.linear)) },
      "aten::upsample_bicubic2d": { try resize($0, &$1, axes: 2, Resampling(.cubic)) },
      "aten::_upsample_bilinear2d_aa": { call, builder in
        var resampling = Resampling(.linear)
        resampling.antialiases = true
        return try resize(call, &builder, axes: 2, resampling)
      },
      "aten::_upsample_bicubic2d_aa": { call, builder in
        var resampling = Resampling(.cubic)
        (resampling.antialiases, resampling.cubicCoefficient) = (true, -0.5)
        return try resize(call, &builder, axes: 2, resampling)
      },
      "aten::grid_sampler": sample, "aten::grid_sampler_2d": sample, "aten::grid_sampler_3d": sample,
      "aten::affine_grid_generator": { call, builder in
        try builder.apply(
          AffineGrid(alignsCorners: call.bool("align_corners")), call.tensor("theta", &builder),
          builder.integers(call.list("size")))
      },
    ]))

  private static func resize(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, axes: Int, _ resampling: Resampling
  ) throws -> ValueID {
    var resampling = resampling
    let name = call.arguments["input"] == nil ? "self" : "input"
    let x = try call.tensor(name, &builder)
    let extents = try builder.extents(of: x)
    guard extents.count == axes + 2 else { throw call.fault(name, expected: "\(axes + 2) axes") }
    let alignsCorners = try call.bool("align_corners")
    if alignsCorners { resampling.coordinates = .alignCorners }
    let factors = try factors(call, axes: axes)
    if !call.has("output_size") {
      // Sizes follow from the factors, which also say where elements lie.
      guard let factors else { throw call.fault("scale_factors", expected: "a factor for each axis") }
      return try builder.apply(
        Resize(resampling), x, nil, builder.add(Tensor([1, 1] + factors.map { Float($0) }), hint: "scales"))
    }
    let sizes = try call.list("output_size")
    guard sizes.count == axes else { throw call.fault("output_size", expected: "\(axes) integers") }
    if let factors, !alignsCorners, !agree(factors, extents.suffix(axes), sizes) {
      return try builder.apply(
        Resize(resampling), x, nil, builder.add(Tensor([1, 1] + factors.map { Float($0) }), hint: "scales"))
    }
    return try builder.apply(
      Resize(resampling), x, nil, nil, builder.integers(Array(extents.prefix(2)) + sizes))
  }

  /// The factors of all axes, in either of the two ways in which overloads take them.
  private static func factors(_ call: AtenCall, axes: Int) throws -> [Double]? {
    if call.has("scale_factors") {
      let factors = try call.doubles("scale_factors")
      guard factors.count == axes else { throw call.fault("scale_factors", expected: "\(axes) numbers") }
      return factors
    }
    let names = axes == 1 ? ["scales"] : ["scales_d", "scales_h", "scales_w"].suffix(axes)
    let given = try names.compactMap { call.has($0) ? try call.double($0) : nil }
    return given.count == axes ? given : nil
  }

  /// True if the factors are those of the sizes, so that nothing hangs on which of them is taken.
  private static func agree(_ factors: [Double], _ extents: ArraySlice<AtenValue>, _ sizes: [AtenValue]) -> Bool {
    zip(factors, zip(extents, sizes)).allSatisfy { factor, pair in
      guard let extent = pair.0.integer, let size = pair.1.integer else { return false }
      return factor * Double(extent) == Double(size)
    }
  }

  @Sendable
  private static func sample(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let modes: [Resampling.Mode] = [.linear, .nearest, .cubic]
    let paddings: [GridSample.Beyond] = [.zeros, .border, .reflection]
    let (mode, padding) = (try call.int("interpolation_mode"), try call.int("padding_mode"))
    guard modes.indices ~= mode, paddings.indices ~= padding else {
      throw call.unsupported("interpolation \(mode) with padding \(padding)")
    }
    return try builder.apply(
      GridSample(mode: modes[mode], beyond: paddings[padding], alignsCorners: call.bool("align_corners")),
      call.tensor("input", &builder), call.tensor("grid", &builder))
  }
}
