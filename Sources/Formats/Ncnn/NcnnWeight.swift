import CNNTensors

/// Numbers of a layer as they stand in the file of weights.
package struct NcnnWeight: Sendable {
  /// The numbers, `float32` or `float16`.
  package var tensor: Tensor
  /// True if a tag before the numbers says how they are stored, so that they may be in half precision.
  package var isTagged: Bool

  /// Weights with a tag.
  package static func tagged(_ tensor: Tensor) -> NcnnWeight { NcnnWeight(tensor: tensor, isTagged: true) }

  /// Numbers that are always `float32`.
  package static func plain(_ tensor: Tensor) -> NcnnWeight { NcnnWeight(tensor: tensor, isTagged: false) }
}

/// The tags of ncnn's `ModelBinFromDataReader`.
enum NcnnTag {
  static let float32: UInt32 = 0
  /// Numbers whose range is told to ncnn's int8 tools.
  static let float32Scaled: UInt32 = 0x0002_c056
  static let float16: UInt32 = 0x0130_6b47
}
