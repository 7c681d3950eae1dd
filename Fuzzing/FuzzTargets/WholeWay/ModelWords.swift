import CNNOperators

/// What ONNX files are written with, as the registry knows it.
enum ModelWords {
  private static let attributes = [
    "axis", "axes", "kernel_shape", "strides", "pads", "dilations", "group", "auto_pad", "SAME_UPPER", "SAME_LOWER",
    "VALID", "NOTSET", "epsilon", "alpha", "beta", "transA", "transB", "keepdims", "to", "value", "perm", "body",
    "then_branch", "else_branch", "mode", "ceil_mode", "count_include_pad", "num_outputs", "output_shape", "equation",
    "num_scan_inputs", "direction", "hidden_size", "layout", "coordinate_transformation_mode", "nearest_mode", "dtype",
  ]

  static let all = OperatorRegistry.standard.signatures.map(\.name) + attributes + ["ai.onnx", "ai.onnx.ml"]
}
