/// What kind of work an operator does: it gives a box its colour.
public enum OperatorFamily: String, CaseIterable, Sendable {
  case convolution, linear, attention, normalization, activation, pooling, elementwise, joining, shape, sampling
  case reduction, recurrence, quantization, control, other

  /// The name in a legend.
  var title: String { self == .joining ? "join and split" : rawValue }

  /// The family of an operator of ONNX's own.
  init(operator name: String, domain: String) {
    self = domain.isEmpty ? Self.families[name] ?? .elementwise : .other
  }

  private static let families: [String: OperatorFamily] = {
    var families: [String: OperatorFamily] = [:]
    for (family, names) in members { for name in names.split(separator: " ") { families[String(name)] = family } }
    return families
  }()

  /// Operators that are not listed work element by element.
  private static let members: [(OperatorFamily, String)] = [
    (.convolution, "Conv ConvTranspose ConvInteger QLinearConv DeformConv CausalConvWithState Col2Im"),
    (.linear, "Gemm MatMul MatMulInteger QLinearMatMul Einsum"),
    (.attention, "Attention FlexAttention LinearAttention RotaryEmbedding"),
    (
      .normalization,
      "BatchNormalization GroupNormalization InstanceNormalization LayerNormalization LRN LpNormalization "
        + "MeanVarianceNormalization RMSNormalization"
    ),
    (
      .activation,
      "Celu Clip Elu Gelu HardSigmoid HardSwish Hardmax LeakyRelu LogSoftmax Mish PRelu Relu Selu Shrink Sigmoid Softmax "
        + "Softplus Softsign Swish SwiGLU Tanh ThresholdedRelu"
    ),
    (
      .pooling,
      "AveragePool GlobalAveragePool GlobalLpPool GlobalMaxPool LpPool MaxPool MaxUnpool MaxRoiPool RoiAlign"
    ),
    (
      .joining,
      "Concat Split ConcatFromSequence SplitToSequence SequenceConstruct SequenceAt SequenceInsert SequenceErase"
    ),
    (
      .shape,
      "Reshape Flatten Transpose Squeeze Unsqueeze Shape Size Slice Gather GatherElements GatherND Expand Tile Pad "
        + "Constant ConstantOfShape Identity Cast CastLike Dropout DepthToSpace SpaceToDepth Range ScatterND "
        + "ScatterElements Scatter TensorScatter CenterCropPad Trilu OneHot ReverseSequence"
    ),
    (.sampling, "Resize Upsample GridSample AffineGrid"),
    (
      .reduction,
      "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum "
        + "ReduceSumSquare ArgMax ArgMin TopK CumSum CumProd NonMaxSuppression Unique NonZero Compress"
    ),
    (.recurrence, "LSTM GRU RNN"),
    (.quantization, "QuantizeLinear DequantizeLinear DynamicQuantizeLinear"),
    (.control, "If Loop Scan SequenceMap"),
  ]

  /// True if a box goes on with such an operator rather than begins. What is joined begins anew: the normalization that
  /// follows belongs to the next layer.
  func continues(_ family: OperatorFamily) -> Bool {
    switch self {
    case .normalization, .activation: family != .joining
    case .elementwise, .shape: true
    default: false
    }
  }
}
