import CNNGraphs
import CNNOperators
import CNNTensors

/// Convolutions, along one, two or three axes.
enum AtenConvolution {
  static let family = AtenOperators.Family(
    name: "Convolution",
    operators: AtenOperators.singles([
      "aten::conv1d": { try convolve($0, &$1, axes: 1) },
      "aten::conv2d": { try convolve($0, &$1, axes: 2) },
      "aten::conv3d": { try convolve($0, &$1, axes: 3) },
      "aten::conv_transpose1d": { try convolveTransposed($0, &$1, axes: 1) },
      "aten::conv_transpose2d": { try convolveTransposed($0, &$1, axes: 2) },
      "aten::conv_transpose3d": { try convolveTransposed($0, &$1, axes: 3) },
      "aten::convolution": { try convolveEither($0, &$1) },
      "aten::_convolution": { try convolveEither($0, &$1) },
      "torchvision::deform_conv2d": { try deform($0, &$1) },
    ]))

  @Sendable
  private static func convolveEither(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let axes = try builder.rank(of: call.tensor("weight", &builder)) - 2
    if try call.bool("transposed") { return try convolveTransposed(call, &builder, axes: axes) }
    return try convolve(call, &builder, axes: axes)
  }

  private static func convolve(_ call: AtenCall, _ builder: inout AtenGraphBuilder, axes: Int) throws -> ValueID {
    let strides = try call.ints("stride", count: axes)
    let dilations = try call.ints("dilation", count: axes)
    let weight = try call.tensor("weight", &builder)
    var window = SpatialWindow(strides: strides, dilations: dilations)
    if let kernel = builder.fixedShape(of: weight) { window.kernel = Array(kernel.dropFirst(2)) }
    if case .string(let name) = call["padding"] {
      guard name == "same" || name == "valid" else { throw call.fault("padding", expected: "'same' or 'valid'") }
      guard let kernel = window.kernel else { throw call.unsupported("weights of unknown extents") }
      let totals = zip(kernel, dilations).map { name == "same" ? $1 * ($0 - 1) : 0 }
      window.pads = totals.map { $0 / 2 } + totals.map { $0 - $0 / 2 }
    } else {
      let pads = try call.ints("padding", count: axes)
      window.pads = pads + pads
    }
    let groups = try call.int("groups")
    return try batched(call, &builder, axes: axes) { builder, x in
      let bias = try call.optionalTensor("bias", &builder)
      return try builder.apply(Convolution(window: window, groups: groups), x, weight, bias)
    }
  }

  private static func convolveTransposed(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, axes: Int
  ) throws -> ValueID {
    let weight = try call.tensor("weight", &builder)
    let pads = try call.ints("padding", count: axes)
    let extra = try call.ints("output_padding", count: axes)
    var window = SpatialWindow(
      strides: try call.ints("stride", count: axes), dilations: try call.ints("dilation", count: axes),
      pads: pads + pads)
    if let kernel = builder.fixedShape(of: weight) { window.kernel = Array(kernel.dropFirst(2)) }
    let operation = TransposedConvolution(
      window: window, groups: try call.int("groups"), outputPadding: extra.allSatisfy { $0 == 0 } ? nil : extra)
    return try batched(call, &builder, axes: axes) { builder, x in
      try builder.apply(operation, x, weight, call.optionalTensor("bias", &builder))
    }
  }

  /// An image without a batch gets one for the while.
  private static func batched(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, axes: Int,
    _ build: (inout AtenGraphBuilder, ValueID) throws -> ValueID
  ) throws -> ValueID {
    let x = try call.tensor("input", &builder)
    guard try builder.rank(of: x) == axes + 1 else { return try build(&builder, x) }
    return try builder.squeeze(build(&builder, builder.unsqueeze(x, [0])), [0])
  }

  private static func deform(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let weight = try call.tensor("weight", &builder)
    let pads = [try call.int("pad_h"), try call.int("pad_w")]
    var window = SpatialWindow(
      strides: [try call.int("stride_h"), try call.int("stride_w")],
      dilations: [try call.int("dilation_h"), try call.int("dilation_w")], pads: pads + pads)
    if let kernel = builder.fixedShape(of: weight) { window.kernel = Array(kernel.dropFirst(2)) }
    let operation = DeformableConvolution(
      window: window, groups: try call.int("groups"), offsetGroups: try call.int("offset_groups"))
    let mask = try call.bool("use_mask") ? call.tensor("mask", &builder) : nil
    return try builder.apply(
      operation, call.tensor("input", &builder), weight, call.tensor("offset", &builder),
      call.tensor("bias", &builder), mask)
  }
}
