import CNNOperators

/// What ONNX files are written with, as the registry knows it.
enum ModelWords {
  static let attributes = [
    "axis", "axes", "kernel_shape", "strides", "pads", "dilations", "group", "auto_pad", "SAME_UPPER", "SAME_LOWER",
    "VALID", "NOTSET", "epsilon", "alpha", "beta", "transA", "transB", "keepdims", "to", "value", "perm", "body",
    "then_branch", "else_branch", "mode", "ceil_mode", "count_include_pad", "num_outputs", "output_shape", "equation",
    "num_scan_inputs", "direction", "hidden_size", "layout", "coordinate_transformation_mode", "nearest_mode", "dtype",
  ]

  /// What attributes that are texts say.
  static let values = [
    "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID", "constant", "reflect", "edge", "wrap", "linear", "cubic", "nearest",
    "bilinear", "bicubic", "zeros", "border", "reflection", "asymmetric", "align_corners", "half_pixel", "forward",
    "reverse", "bidirectional", "Relu", "Tanh", "none", "add", "mul", "sum", "mean", "tanh", "ij,jk->ik", "...ii->...i",
    "DCR", "CRD", "", "?",
  ]

  static let all = OperatorRegistry.standard.signatures.map(\.name) + attributes + ["ai.onnx", "ai.onnx.ml"]
}
