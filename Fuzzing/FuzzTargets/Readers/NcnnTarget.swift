import CNNConversion
import CNNFormats
import TestSupport

extension FuzzTarget {
  /// A param file of ncnn, beside a file of weights that are all zero.
  static let ncnn = FuzzTarget(
    "ncnn", mutation: mutateNcnn, words: ncnnWords,
    prepare: { try? AtomicFile(path: ScratchFile.input.path + ".bin").fill(zeros: 1 << 16) }
  ) { input in
    _ = try ModelFormats.standard.read(input.path)
  }

  private static func mutateNcnn(_ bytes: inout [UInt8], _ random: inout SplitMix) -> Bool {
    var text = TextMutation(bytes, words: ncnnWords)
    text.mutate(&random)
    bytes = text.text
    return true
  }

  private static let ncnnWords = [
    "7767517\n", "Input", "Convolution", "ConvolutionDepthWise", "Deconvolution", "InnerProduct", "Pooling",
    "BatchNorm",
    "Split", "Concat", "Slice", "Crop", "Reshape", "Permute", "Interp", "BinaryOp", "UnaryOp", "MemoryData", "Padding",
    "Reduction", "Softmax", "MultiHeadAttention", "Gemm", "MatMul", "LayerNorm", "GroupNorm", "PixelShuffle", "-23300=",
    "-23309=", "-23310=", "0=", "1=", "2=", "6=", "7=", "11=", "=-1", "=-233", "e+38",
  ]
}

extension AtomicFile {
  fileprivate func fill(zeros count: Int) throws {
    try writeZeros(count)
    try AtomicFile.publish(self)
  }
}
