import CNNConv

extension FuzzTarget {
  private static let words = HeaderMutations.programWords + ["torch.conv2d(", "CONSTANTS.c0", "for i in range(3):\n"]

  /// Programs of `torch.export` and TorchScript to graphs: reading, and building every call.
  static let program = FuzzTarget("program", mutation: ZipMutation.program, words: words, goal: goalOfWays) { input in
    _ = try Model(contentsOf: input.path, inputShapes: [])
  }
}
