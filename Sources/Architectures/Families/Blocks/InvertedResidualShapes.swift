/// What the shapes of an inverted residual tell, in both spellings.
struct InvertedResidualShapes {
  /// Channels inside; `nil` if the block is a single convolution.
  let expanded: Int?
  let channels: Int
  let isFused: Bool

  /// Reads a block; `nil` if there is none.
  init?(reading keys: WeightTree) {
    if keys.block.exists {
      let last = keys.block.count - 1
      guard let first = keys.block[0][0].shape(), first.count == 4, let channels = keys.block[last][0].outputs else {
        return nil
      }
      // Neither 1x1 nor depthwise.
      isFused = first[2] > 1 && first[1] > 1
      (expanded, self.channels) = (last > 0 ? first[0] : nil, channels)
    } else {
      guard let channels = keys.conv_pwl.outputs ?? keys.conv_pw.outputs ?? keys.conv.outputs else { return nil }
      isFused = !keys.conv_dw.exists
      (expanded, self.channels) = (keys.conv_dw.outputs ?? keys.conv_exp.outputs, channels)
    }
  }
}
