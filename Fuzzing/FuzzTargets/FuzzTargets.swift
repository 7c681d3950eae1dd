extension FuzzTarget {
  /// All targets, in the order in which the script runs them.
  static let all: [FuzzTarget] = [
    .onnx, .tensorFile, .safetensors, .image, .json, .pickle, .torchArchive, .torchLegacy, .torchScript, .scriptSource,
    .zip, .npy,
    .npz, .externalData, .plan, .importing, .weights, .wholeReference, .wholeEngine,
    .attributes, .graph, .kernels,
  ]
}
