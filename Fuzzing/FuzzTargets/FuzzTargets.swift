extension FuzzTarget {
  /// All targets, in the order in which the script runs them.
  static let all: [FuzzTarget] = [
    .onnx, .tensorFile, .safetensors, .shards, .image, .json, .pickle, .torchArchive, .torchLegacy, .torchScript,
    .scriptSource, .zip, .npy, .npz, .ncnn, .externalData, .plan, .importing, .program, .weights, .wholeReference,
    .wholeEngine,
    .attributes, .graph, .kernels,
  ]
}
