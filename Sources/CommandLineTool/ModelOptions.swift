import ArgumentParser
import CNNConv

/// How a model is read.
struct ModelOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Take this shape for an input; NAME: may be left out where there is one. N or -1 leaves an extent free.",
      valueName: "NAME:1,3,224,224"))
  var inputShape: [String] = []

  @Option(name: .long, help: "Force an architecture; for files that hold weights alone.")
  var arch: String?

  @Option(name: .long, help: "Take this of several state dicts in a checkpoint, such as model_ema.")
  var stateDict: String?

  /// Reads the model, and limits memory in proportion to it.
  /// - Parameter isOther: whether it is the second of two models; what is said of weights need not fit it.
  func read(_ path: String, isOther: Bool = false, memoryLimit: Int? = nil) throws -> Model {
    let options = isOther ? ModelFormats.standard.readingOptions(of: path) : nil
    let model = try Model(
      contentsOf: path, architecture: options?.contains(ArchitectureOption.name) ?? true ? arch : nil,
      stateDictionary: options?.contains(StateDictionaryOption.name) ?? true ? stateDict : nil, inputShapes: shapes())
    ModelOptions.limitMemory(for: model, to: memoryLimit)
    return model
  }

  /// Limits what tensors may take, in proportion to the model if no limit is given.
  static func limitMemory(for model: Model, to limit: Int?) {
    MemoryBudget.process.limit = limit ?? max(MemoryBudget.process.limit, model.defaultMemoryLimit)
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
