import CNNFormats
import CNNGraphs
import CNNTensors

extension ModelFormats {
  /// The tensors of the file or folder at a path, of any format that can be read, and of a single array
  /// (`.npy`, ONNX's `TensorProto`). No architecture is looked for, and nothing of the tensors is read.
  /// - Throws: `ConversionError`, `FileError`, or a `FormatFault`.
  public func readTensors(_ path: String, options: FormatOptions = FormatOptions()) throws -> StoredTensors {
    let input = try ModelFile(path: path)
    if let array = try NumpyFormat.array(input) { return array }
    guard let format = format(of: input) else {
      if let value = OnnxValueFile.tensors(input) { return value }
      _ = try input.requireFile()
      throw FormatError.notWeights(input.kind ?? .unknown)
    }
    try options.check(format.readingOptions, of: format)
    guard format.content == .graph else { return try format.readTensors(input, options: options) }
    // A value in a file of its own begins as a model does.
    do {
      let tensors = try format.readTensors(input, options: options)
      return tensors.entries.isEmpty ? OnnxValueFile.tensors(input) ?? tensors : tensors
    } catch {
      guard let value = OnnxValueFile.tensors(input) else { throw error }
      return value
    }
  }

  /// What the file or folder at a path holds; `nil` if no format claims it.
  public func content(of path: String) -> ModelContent? {
    guard let input = try? ModelFile(path: path) else { return nil }
    if (try? NumpyFormat.array(input)) != nil { return .weights }
    return format(of: input)?.content
  }

  /// True if the tensors of the file or folder at a path have keys of their own there.
  public func keepsKeys(at path: String) -> Bool {
    guard let input = try? ModelFile(path: path) else { return false }
    if (try? NumpyFormat.array(input)) != nil { return true }
    return format(of: input)?.keepsKeys ?? false
  }

  /// Writes tensors under their own names in the format of weights that the file's name asks for.
  /// - Parameter stateVersion: the version that PyTorch's class asks for, if it asks for one.
  /// - Returns: what a user should know of the file, one line each.
  /// - Throws: `ConversionError`, `FileError`, or a `FormatFault`.
  public func write(
    _ tensors: StoredTensors, stateVersion: Int? = nil, to path: String, options: FormatOptions = FormatOptions()
  ) throws -> [String] {
    let format = try format(writing: path)
    try options.check(format.writingOptions, of: format)
    guard let format = format as? any WeightsFormat else {
      throw ConversionError(
        .usage, "tensors without a graph are written as \(writableEndings(of: .weights).listed(with: "or"))",
        at: .init(file: path))
    }
    try format.write(
      ExportedWeights(entries: tensors.entries, stateVersion: stateVersion, metadata: tensors.metadata), to: path)
    guard !format.keepsMetadata, !tensors.metadata.isEmpty else { return [] }
    let keys = tensors.metadata.keys.sorted().prefix(4).map { "'\($0.printable)'" }.joined(separator: ", ")
    return ["the file's own words (\(keys)) have no place in this format and were left out"]
  }
}

extension OnnxValueFile {
  /// The one tensor of a file that holds a `TensorProto`, under its own name or the file's; `nil` if it holds none.
  fileprivate static func tensors(_ input: ModelFile) -> StoredTensors? {
    guard let file = input.file, let value = try? readTensor(file), value.tensor.count > 0 || value.name != nil else {
      return nil
    }
    let name = value.name ?? ""
    return StoredTensors(
      container: "ONNX TensorProto", content: .weights,
      entries: [.init(key: name.isEmpty ? input.stem : name, tensor: value.tensor)])
  }
}

extension NumpyFormat {
  /// The array of a `.npy` file under the file's name; `nil` for any other file.
  fileprivate static func array(_ input: ModelFile) throws -> StoredTensors? {
    guard let file = input.file, file.withBytes({ $0.starts(with: [0x93] + Array("NUMPY".utf8)) }) else { return nil }
    let tensor = try NumpyFile.read(input.path)
    return StoredTensors(
      container: "NumPy array", content: .weights, entries: [.init(key: input.stem, tensor: tensor)])
  }
}

extension ModelFile {
  /// The file's name without folders and its last ending.
  fileprivate var stem: String {
    let name = path.split(separator: "/").last ?? ""
    return String(name.lastIndex(of: ".").map { name[..<$0] } ?? name)
  }
}
