import CNNFormats
import CNNGraphs
import CNNTensors

/// A network that is given pictures and answers with classes, boxes or areas.
///
/// ```swift
/// let classifier = try ImageClassifier(Model(contentsOf: "resnet50.onnx"))
/// for entry in try classifier.classify([ImageFile.read("cat.jpg")])[0] {
///   print(entry.probability, entry.label ?? "class \(entry.index)")
/// }
/// ```
public struct ImageClassifier: Sendable {
  /// How pictures are prepared.
  public let preparation: ImagePreparation
  /// What was assumed of the preparation, a line each.
  public let assumptions: [Remark]
  /// The batch that the model asks for; `nil` if it takes any.
  public let batch: Int?
  let model: Model
  private let session: Session
  private let input: ImageInput
  let labels: ClassLabels?
  private let others: [String: Tensor]

  /// Prepares a model.
  /// - Parameters:
  ///   - preparation: how pictures are prepared; as ``Model/imagePreparation()`` says if it is `nil`.
  ///   - labels: the names of the classes; the model's own or ImageNet's if it is `nil`.
  ///   - others: the model's other inputs, the same for every picture.
  /// - Throws: ``ConversionError`` if the model has no input that takes pictures so prepared.
  public init(
    _ model: Model, preparation: ImagePreparation? = nil, labels: ClassLabels? = nil, others: [String: Tensor] = [:],
    options: SessionOptions = SessionOptions()
  ) throws {
    input = try ImageInput(model)
    if let preparation {
      (self.preparation, assumptions) = (preparation, [])
    } else {
      let assumed = try model.imagePreparation()
      (self.preparation, assumptions) = (assumed.preparation, assumed.assumptions)
    }
    (self.model, self.labels, self.others, batch) = (model, labels, others, input.batch)
    if let fault = self.preparation.fault { throw ConversionError(.usage, fault) }
    guard self.preparation.channelCount == input.channelCount else {
      throw ConversionError(
        .usage,
        "input \(input.name.quoted) takes \(input.channelCount == 1 ? "1 channel" : "\(input.channelCount) channels"), \(self.preparation.channelCount) are prepared",
        at: .init(file: model.path)
      )
    }
    session = Session(model, options: options)
  }

  /// Runs the model on pictures: in one batch if it takes any, or else in its own, the last filled up with zeros.
  /// - Returns: the outputs of each batch, and how many pictures it held.
  public func run(_ images: [RGBImage]) throws -> [(outputs: Session.Outputs, count: Int)] {
    guard let batch, batch != images.count else { return [(try run(batch: images, size: images.count), images.count)] }
    return try stride(from: 0, to: images.count, by: batch).map { start in
      let part = Array(images[start..<min(start + batch, images.count)])
      return (try run(batch: part, size: batch), part.count)
    }
  }

  private func run(batch images: [RGBImage], size: Int) throws -> Session.Outputs {
    var tensor = try preparation.tensor(images, elementType: input.elementType)
    if size > images.count { tensor = try tensor.filled(to: size) }
    if input.isUnbatched { tensor = try tensor.unbatched() }
    return try session.run(others.merging([input.name: tensor]) { $1 })
  }

  /// The name of the input that takes pictures.
  public var inputName: String { input.name }

  /// The best classes of each picture.
  /// - Throws: ``ConversionError`` if the model is no classifier.
  public func classify(_ images: [RGBImage], top: Int = 5) throws -> [[ClassScores.Entry]] {
    try scores(images).flatMap { scores, count in (0..<count).map { best(top, of: $0, in: scores) } }
  }

  /// The scores of each batch, and how many pictures it held.
  /// - Throws: ``ConversionError`` if the model is no classifier.
  public func scores(_ images: [RGBImage]) throws -> [(scores: ClassScores, count: Int)] {
    try run(images).map { outputs, count in (try scores(in: outputs), count) }
  }

  /// The scores in outputs of this model.
  /// - Throws: ``ConversionError`` if the model is no classifier.
  public func scores(in outputs: Session.Outputs) throws -> ClassScores {
    let size = outputs.values.first?.tensor?.shape.first ?? 0
    guard let scores = try ClassScores(outputs, of: model, batch: size) else {
      let listed = zip(outputs.names, outputs.values).map { name, value in
        "\(name.quoted) \(value.tensor.map { "\($0.elementType)\($0.shape)" } ?? "")"
      }
      throw ConversionError(
        .unsupported,
        "the model gives neither scores of classes [N, C] nor boxes or areas of a known form; its outputs are \(listed.joined(separator: ", "))",
        at: .init(file: model.path))
    }
    return scores
  }

  /// The best classes of a picture with their names.
  public func best(_ count: Int, of picture: Int, in scores: ClassScores) -> [ClassScores.Entry] {
    scores.best(count, of: picture, labels: labels ?? ClassLabels(model, classes: scores.classes))
  }
}

extension Tensor {
  /// More rows, of zeros.
  fileprivate func filled(to rows: Int) throws -> Tensor {
    try Tensor(elementType, shape: [rows] + shape.dropFirst()) { target in
      withBytes { source in
        target.copyMemory(from: source)
        _ = UnsafeMutableRawBufferPointer(rebasing: target[source.count...])
          .initializeMemory(as: UInt8.self, repeating: 0)
      }
    }
  }
}
