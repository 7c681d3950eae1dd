import CNNFormats

extension FuzzTarget {
  /// A `.npy` file.
  static let npy = FuzzTarget("npy", mutation: HeaderMutations.npy, words: HeaderMutations.numpyWords) { input in
    _ = try NumpyFile.read(input.path)
  }

  /// A `.npz` archive.
  static let npz = FuzzTarget("npz", mutation: ZipMutation.archive) { input in _ = try NumpyFile.readArchive(input.path)
  }
}
