import ArgumentParser
import CNNConv

/// What a model that is written keeps about pictures.
struct KeptImageOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("Pictures: keep these names of classes with the model, a line each or JSON.", valueName: "FILE"),
    completion: .file())
  var labels: String?
  @OptionGroup var preparation: ImagePreparationOptions

  /// True if something is to be kept.
  var isSet: Bool { labels != nil || preparation.isSet }

  /// The model with what is set in its metadata, so that the file that is written bears it.
  /// - Throws: ``ConversionError`` if the file will be one without metadata.
  func kept(by model: Model, writing path: String) throws -> Model {
    guard isSet else { return model }
    guard try ModelFormats.standard.format(writing: path).content != .weights else {
      throw ConversionError(
        .usage, "weights alone keep neither names of classes nor how pictures are prepared; write an .onnx file",
        at: .init(file: path))
    }
    let names = try labels.map { try ClassLabels(contentsOf: $0) }
    return model.keeping(
      preparation.isSet ? try preparation.applied(to: model.imagePreparation().preparation) : nil, labels: names)
  }
}
