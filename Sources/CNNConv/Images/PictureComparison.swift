import CNNFormats
import CNNGraphs
import CNNTensors

/// The outcome of comparing two models on pictures.
public struct PictureVerification: Encodable, Sendable {
  /// For how many pictures both models give the same answers, if they are classifiers.
  public struct Answers: Encodable, Sendable {
    /// Pictures for which the best class is the same.
    public internal(set) var top1 = 0
    /// Pictures for which the five best classes are the same, in any order; all classes if there are fewer.
    public internal(set) var top5 = 0
    /// The first picture for which the best class is another one.
    public internal(set) var firstDeparture: String?

    private enum CodingKeys: String, CodingKey {
      case top1, top5
      case firstDeparture = "first_departure"
    }
  }

  /// The other model.
  public let against: String
  /// How the model was computed.
  public let computed: WayOfComputing
  /// How the other model was computed.
  public let otherComputed: WayOfComputing
  /// How pictures were prepared, for both.
  public let preparation: String
  /// Pictures compared.
  public internal(set) var pictures = 0
  /// Those for which all outputs are within the tolerance.
  public internal(set) var agreeing = 0
  /// The classes; `nil` if the models are no classifiers.
  public internal(set) var answers: Answers?
  /// For each output, the comparison of the picture that is farthest beyond the tolerance, or nearest to it.
  public internal(set) var outputs: [Comparison] = []
  /// True if all outputs are within the tolerance for every picture.
  public var agrees: Bool { agreeing == pictures }

  private enum CodingKeys: String, CodingKey {
    case against, computed, preparation, pictures, agreeing, answers, outputs
    case otherComputed = "other_computed"
  }
}

/// Compares two models on pictures, a batch after the other.
///
/// ```swift
/// var comparison = try PictureComparison(model, fused)
/// for file in try ImageFile.list(["photographs"]) { try comparison.add([(file, ImageFile.read(file))]) }
/// print(comparison.outcome.agrees)
/// ```
public struct PictureComparison: Sendable {
  /// What was found so far.
  public private(set) var outcome: PictureVerification
  private let model: ImageClassifier
  private let other: ImageClassifier
  private let tolerance: Tolerance

  /// Pictures are prepared as the first model expects them, for both; each gets the order of axes that it takes.
  /// - Parameters:
  ///   - preparation: how pictures are prepared; as the first model says if it is `nil`.
  ///   - options: how the first model is run.
  ///   - otherOptions: how the other one is run; the same way if `nil`.
  /// - Throws: ``ConversionError`` if one of them has no input that takes pictures.
  public init(
    _ model: Model, _ other: Model, preparation: ImagePreparation? = nil, tolerance: Tolerance = .standard,
    options: SessionOptions = SessionOptions(fuses: false), otherOptions: SessionOptions? = nil
  ) throws {
    guard model.graph.outputs.count == other.graph.outputs.count else {
      throw ConversionError(
        .differs, "\(model.graph.outputs.count) outputs against \(other.graph.outputs.count)",
        at: .init(file: model.path))
    }
    let preparation = try preparation ?? model.imagePreparation().preparation
    var (own, others) = (preparation, preparation)
    own.layout = try ImageInput(model).layout
    others.layout = try ImageInput(other).layout
    let otherOptions = otherOptions ?? options
    self.model = try ImageClassifier(model, preparation: own, options: options)
    self.other = try ImageClassifier(other, preparation: others, options: otherOptions)
    self.tolerance = tolerance
    outcome = PictureVerification(
      against: other.path ?? "the other model", computed: options.way, otherComputed: otherOptions.way,
      preparation: own.text)
  }

  /// Runs both models on pictures and compares what they give.
  public mutating func add(_ pictures: [(file: String, image: RGBImage)]) throws {
    // Each picture is judged by itself, so that a batch does not hide which one differs.
    for (file, image) in pictures {
      let (expected, actual) = (try model.run([image])[0].outputs, try other.run([image])[0].outputs)
      let comparisons = zip(expected.names.indices, actual.values).map { index, value in
        Comparison(expected.names[index], actual: value, expected: expected.values[index], tolerance: tolerance)
      }
      outcome.pictures += 1
      if comparisons.allSatisfy(\.agrees) { outcome.agreeing += 1 }
      outcome.outputs =
        outcome.outputs.isEmpty
        ? comparisons : zip(outcome.outputs, comparisons).map { $1.isWorse(than: $0) ? $1 : $0 }
      try count(expected, actual, file)
    }
  }

  private mutating func count(_ expected: Session.Outputs, _ actual: Session.Outputs, _ file: String) throws {
    guard outcome.answers != nil || outcome.pictures == 1, let own = try model.scores(ofFirst: expected),
      let others = try other.scores(ofFirst: actual), own.classes == others.classes
    else { return }
    let (mine, theirs) = (own.best(5, of: 0).map(\.index), others.best(5, of: 0).map(\.index))
    var answers = outcome.answers ?? .init()
    if mine.first == theirs.first { answers.top1 += 1 } else { answers.firstDeparture = answers.firstDeparture ?? file }
    if Set(mine) == Set(theirs) { answers.top5 += 1 }
    outcome.answers = answers
  }
}

extension ImageClassifier {
  /// The scores in outputs; `nil` if they are none of a classifier.
  fileprivate func scores(ofFirst outputs: Session.Outputs) throws -> ClassScores? {
    do { return try scores(in: outputs) } catch let error as ConversionError {
      guard [.unsupported, .badInput].contains(error.code) else { throw error }
      return nil
    }
  }
}

extension Comparison {
  /// True if it is farther beyond its tolerance, or nearer to it, than another one of the same output.
  fileprivate func isWorse(than other: Comparison) -> Bool {
    guard agrees == other.agrees else { return !agrees }
    return share > other.share
  }

  /// The least absolute tolerance that would pass, in proportion to what is allowed.
  private var share: Double {
    guard reason == nil, let passingAbsoluteTolerance else { return .infinity }
    return passingAbsoluteTolerance / max(scale, .leastNormalMagnitude)
  }
}
