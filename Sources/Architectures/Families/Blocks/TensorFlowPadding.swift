import CNNGraphs

extension Remark {
  /// What weights cannot tell of networks that exist with TensorFlow's padding, too.
  static let tensorFlowPadding: Remark =
    "weights cannot tell TensorFlow's padding and epsilon (timm's tf_ networks) from PyTorch's; PyTorch's are taken"
}
