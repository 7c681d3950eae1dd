import CNNConv

/// What `run --image` prints.
struct ImageReport: Encodable {
  /// A class and its probability.
  struct Class: Encodable {
    let index: Int
    let label: String?
    let probability: Double

    private enum CodingKeys: String, CodingKey {
      case index = "class"
      case label, probability
    }

    init(_ entry: ClassScores.Entry) { (index, label, probability) = (entry.index, entry.label, entry.probability) }
  }

  /// A box around what a detector found.
  struct Box: Encodable {
    let index: Int
    let label: String?
    let score: Double
    /// The first column and row, and those behind the last.
    let box: [Double]

    private enum CodingKeys: String, CodingKey {
      case index = "class"
      case label, score, box
    }

    init(_ box: DetectedBox) {
      (index, label, score) = (box.index, box.label, box.score)
      self.box = [box.left, box.top, box.right, box.bottom]
    }
  }

  /// A class of places and how much of the picture it covers.
  struct Area: Encodable {
    let index: Int
    let label: String?
    let share: Double

    private enum CodingKeys: String, CodingKey {
      case index = "class"
      case label, share
    }

    init(_ area: PixelClasses.Area) { (index, label, share) = (area.index, area.label, area.share) }
  }

  /// What is said of a picture: one of its lists.
  struct Image: Encodable {
    let file: String
    var top: [Class] = []
    var boxes: [Box]?
    var areas: [Area]?

    /// - Parameter finding: `nil` if only outputs are written.
    init(file: String, _ finding: PictureFinding?) {
      self.file = file
      switch finding {
      case nil: break
      case .classes(let entries, _)?: top = entries.map(Class.init)
      case .boxes(let found)?: boxes = found.map(Box.init)
      case .areas(let places, let labels)?: areas = places.areas(labels: labels).map(Area.init)
      }
    }
  }

  let model: String
  let preparation: String
  let assumptions: [Remark]
  var scores: ClassScores.Meaning?
  var images: [Image] = []
  private var imagesPerSecond = 0.0
  private let start: Double

  private enum CodingKeys: String, CodingKey {
    case model, preparation, assumptions, scores, images
    case imagesPerSecond = "images_per_second"
  }

  init(model: String, preparation: ImagePreparation, assumptions: [Remark], clock: Double) {
    (self.model, self.preparation, self.assumptions, start) = (model, preparation.text, assumptions, clock)
  }

  /// Stops the clock.
  mutating func finish(_ clock: Double) { imagesPerSecond = speed(clock) }

  private func speed(_ clock: Double) -> Double { Double(images.count) * 1000 / max(clock - start, 1e-3) }

  /// Pictures a second, so far or in all.
  func rate(_ clock: Double?) -> String { "\((clock.map(speed) ?? imagesPerSecond).rounded(to: 1)) a second" }
}
