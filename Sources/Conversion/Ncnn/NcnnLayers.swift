import CNNGraphs

/// The kinds of layers, one line each.
enum NcnnLayers {
  /// All of them in alphabetical order.
  static let all: [any NcnnLayerKind.Type] = [
    NcnnBatchNorm.self,
    NcnnBinaryOp.self,
    NcnnClip.self,
    NcnnConcat.self,
    NcnnConvolution.self,
    NcnnCrop.self,
    NcnnDeconvolution.self,
    NcnnEltwise.self,
    NcnnElu.self,
    NcnnGelu.self,
    NcnnGemm.self,
    NcnnGlobalPooling.self,
    NcnnGroupNorm.self,
    NcnnHardSigmoid.self,
    NcnnIdentity.self,
    NcnnInnerProduct.self,
    NcnnInstanceNorm.self,
    NcnnInterp.self,
    NcnnLayerNorm.self,
    NcnnLeakyReLU.self,
    NcnnLRN.self,
    NcnnMatMul.self,
    NcnnMemoryData.self,
    NcnnMultiHeadAttention.self,
    NcnnPadding.self,
    NcnnPermute.self,
    NcnnPixelShuffle.self,
    NcnnPlainActivation.self,
    NcnnPooling.self,
    NcnnPReLU.self,
    NcnnReduction.self,
    NcnnReshape.self,
    NcnnScale.self,
    NcnnShuffleChannel.self,
    NcnnSlice.self,
    NcnnSoftmax.self,
    NcnnSwish.self,
    NcnnTile.self,
    NcnnUnaryOp.self,
  ]

  /// The kind that writes an operator.
  static let writers: [ObjectIdentifier: any NcnnLayerKind.Type] = {
    var table: [ObjectIdentifier: any NcnnLayerKind.Type] = [:]
    for kind in all { for type in kind.operators { table[ObjectIdentifier(type)] = kind } }
    return table
  }()

  /// The kind that reads a layer.
  static let readers: [String: any NcnnLayerKind.Type] = {
    var table: [String: any NcnnLayerKind.Type] = [:]
    for kind in all { for type in kind.types { table[type] = kind } }
    return table
  }()
}
