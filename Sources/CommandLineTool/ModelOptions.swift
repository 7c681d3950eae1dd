import ArgumentParser
import CNNConv
import CNNSystem

/// How a model is read.
struct ModelOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Take this shape for an input; NAME: may be left out where there is one. N or -1 leaves an extent free.",
      valueName: "NAME:1,3,224,224"))
  var inputShape: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("Force an architecture; for files that hold weights alone.", valueName: "NAME"),
    completion: .networks)
  var arch: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Take this of several state dicts in a checkpoint, such as model_ema.", valueName: "KEY"))
  var stateDict: String?

  @Flag(name: .long, help: "Refuse weights of which something would have to be assumed, such as a head's activations.")
  var strict = false

  /// Reads the model, and lets the command take what it needs.
  /// - Parameters:
  ///   - argument: a file or folder, or `-`.
  ///   - isOther: whether it is the second of two models; what is said of weights need not fit it.
  func read(_ argument: String, isOther: Bool = false) throws -> Model {
    try model(of: StandardInput.path(for: argument), isOther: isOther)
  }

  /// Reads the model in a file or folder.
  func model(of path: String, isOther: Bool = false) throws -> Model {
    try model(of: path, isOther: isOther, shapes: shapes())
  }

  /// The model drawn for inputs of another size than the published one, if weights alone leave it free.
  func redrawn(_ model: Model, for inputs: [String: Tensor]) throws -> Model {
    guard inputShape.isEmpty, let path = model.path, let shape = model.inputShape(redrawnFor: inputs) else {
      return model
    }
    return try self.model(of: path, isOther: false, shapes: [shape])
  }

  private func model(of path: String, isOther: Bool, shapes: [InputShape]) throws -> Model {
    Phase.begin("reading \(path)")
    defer { Phase.end() }
    let options = isOther ? ModelFormats.standard.readingOptions(of: path) : nil
    let size = Path.byteCount(of: path) ?? 0
    LimitOptions.allow(forBytes: size)
    let model = try Model(
      contentsOf: path, architecture: options?.contains(ArchitectureOption.name) ?? true ? arch : nil,
      stateDictionary: options?.contains(StateDictionaryOption.name) ?? true ? stateDict : nil, inputShapes: shapes,
      isStrict: strict)
    LimitOptions.allow(forBytes: max(0, model.byteCount - size))
    return model
  }

  /// Reads the tensors of a file, or of stdin, and lets the command take what it needs.
  static func readTensors(_ argument: String, stateDictionary: String? = nil) throws -> TensorInventory {
    try tensors(of: StandardInput.path(for: argument), stateDictionary: stateDictionary)
  }

  /// Reads the tensors of a file.
  static func tensors(of path: String, stateDictionary: String?) throws -> TensorInventory {
    Phase.begin("reading \(path)")
    defer { Phase.end() }
    LimitOptions.allow(forBytes: Path.byteCount(of: path) ?? 0)
    return try TensorInventory(contentsOf: path, stateDictionary: stateDictionary)
  }

  func shapes() throws -> [InputShape] {
    try inputShape.map { text in
      guard let shape = InputShape(text) else {
        throw ConversionError(
          .usage,
          "--input-shape \(text): a shape is written as 1,3,224,224 or 1x3x224x224, N for a free extent, NAME: before it "
            + "if there are several inputs")
      }
      return shape
    }
  }
}
