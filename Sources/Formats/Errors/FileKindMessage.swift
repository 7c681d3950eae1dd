// What a file is instead of a model, in words, and what to do about it.

extension FileKind {
  /// What the file is and what to do, to stand behind its name: "is an HTML page, not a model; …".
  public var message: String {
    switch self {
    case .zip: "is a zip archive"
    case .pickle: "is a Python pickle"
    case .torchTar:
      "is a PyTorch archive of before 0.2, which is not supported; load it with an old PyTorch and save it again"
    case .oldTorchScript:
      "is a TorchScript archive of before PyTorch 1.4, which is not supported; load and save it with a newer one"
    case .torchPackage:
      "is a package of torch.package, which is not supported; save the state_dict of its model"
    case .hdf5: "is an HDF5 file, such as Keras writes, which is not supported; export the model as ONNX"
    case .keras: "is a Keras archive, which is not supported; export the model as ONNX"
    case .tensorFlowLite: "is a TensorFlow Lite model, which is not supported; export the model as ONNX"
    case .gguf: "is a GGUF file, which is not supported"
    case .numpyArray: "is a NumPy array, not a model"
    case .numpyArchive: "is an archive of NumPy arrays (.npz), not a model"
    case .shardIndex: "is the index of a model in several files, which is not supported; save the weights as one file"
    case .empty: "is empty; download it again"
    case .html: "is an HTML page, not a model; the download went wrong, fetch the file itself"
    case .xml: "is an XML document, not a model; the server answered with an error, download it again"
    case .gitLFSPointer: "is a Git LFS pointer, not the model itself; fetch it with 'git lfs pull'"
    case .json: "is not a model but a JSON document"
    case .text: "is not a model but a text"
    case .otherZip: "is a zip archive without a model; unpack it and pass the file in it"
    case .gzip: "is packed by gzip; unpack it with 'gunzip' or 'tar xzf' first"
    case .bzip2: "is packed by bzip2; unpack it with 'bunzip2' or 'tar xjf' first"
    case .xz: "is packed by xz; unpack it with 'unxz' or 'tar xJf' first"
    case .zstandard: "is packed by Zstandard; unpack it with 'unzstd' first"
    case .sevenZip: "is a 7z archive; unpack it first"
    case .rar: "is a RAR archive; unpack it first"
    case .tar: "is a tar archive; unpack it with 'tar xf' first"
    case .document: "is a picture or a document, not a model"
    case .program: "is a program, not a model"
    case .unknown: "is not a model: neither an ONNX file nor weights of any known form"
    }
  }
}
