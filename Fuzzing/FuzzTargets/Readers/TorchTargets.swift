import CNNTensors

@testable import CNNFormats

extension FuzzTarget {
  /// The archive of `torch.save` and `torch.jit.save` as a whole.
  static let torchArchive = FuzzTarget("torch-archive", mutation: ZipMutation.archive, words: PickleMutation.names) {
    input in
    _ = try TorchReader.read(input.modelFile())
  }

  /// The stream that `torch.save` wrote before PyTorch 1.6.
  static let torchLegacy = FuzzTarget("torch-legacy", mutation: PickleMutation.stream, words: PickleMutation.names) {
    input in
    let file = try input.modelFile()
    guard input.bytes.starts(with: [0x80]), TorchLegacyStream.isMagic(input.bytes) else {
      _ = try TorchLegacyStream(Storage(copying: input.bytes))
      return
    }
    _ = try TorchReader.read(file)
  }

  /// The code of a TorchScript archive.
  static let torchScript = FuzzTarget("torch-script", mutation: HeaderMutations.code, words: HeaderMutations.codeWords)
  { input in
    var code = TorchScriptCode()
    code.add(module: "__torch__.net", text: String(decoding: input.bytes, as: UTF8.self))
    for name in ["Net", "___torch_mangle_0.Net"] {
      _ = code.state(of: "__torch__.net.\(name)")
      _ = TorchScriptCode.plainName("__torch__.net.\(name)")
    }
  }
}
