import CNNConv

/// The outputs of a run as they are printed.
struct RunReport: Encodable {
  /// One output, or one element of an output that is a sequence.
  struct Output: Encodable {
    let name: String
    /// The element type; `nil` for an output without a value.
    let type: String?
    let shape: [Int]?
    let digest: TensorDigest?
    /// The first elements in row-major order.
    let first: [Element]
    /// The best classes of each image; `nil` if the output is no classifier's.
    let classes: [[Score]]?
    /// Where it was written; `nil` if it was only printed.
    let file: String?

    private enum CodingKeys: String, CodingKey { case name, type, shape, first, classes, file }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try container.encodeIfPresent(type, forKey: .type)
      try container.encodeIfPresent(shape, forKey: .shape)
      try container.encode(first, forKey: .first)
      try container.encodeIfPresent(classes, forKey: .classes)
      try container.encodeIfPresent(file, forKey: .file)
      try digest?.encode(to: encoder)
    }
  }

  /// A class and its score.
  struct Score: Encodable {
    let index: Int
    let score: Double

    private enum CodingKeys: String, CodingKey {
      case index = "class"
      case score
    }
  }

  /// An element.
  enum Element: Encodable {
    case number(Double)
    case text(String)

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let number): try container.encode(number)
      case .text(let text): try container.encode(text)
      }
    }

    var words: String {
      switch self {
      case .number(let number): number.significant()
      case .text(let text): text.quoted
      }
    }
  }

  /// So many elements are shown of each output.
  private static let firstCount = 8
  /// So many classes are shown of each image.
  private static let classCount = 5
  /// So many images' classes are printed.
  private static let imageCount = 8

  let model: String
  let computed: WayOfComputing
  private(set) var outputs: [Output] = []
  let fixture: String?
  private let classifies: Bool

  private enum CodingKeys: String, CodingKey { case model, computed, outputs, fixture }

  init(_ path: String, of model: Model, computed: WayOfComputing, fixture: String?) {
    (self.model, self.computed, self.fixture) = (path, computed, fixture)
    classifies = model.isClassifier
  }

  /// Adds an output; the elements of a sequence one by one.
  /// - Parameter file: writes a tensor under a name and says where; `nil` if nothing is written.
  mutating func add(_ value: RuntimeValue, _ name: String, file: ((Tensor, String) throws -> String)?) throws {
    switch value {
    case .tensor(let tensor):
      let path = try file?(tensor, name)
      outputs.append(
        Output(
          name: name, type: "\(tensor.elementType)", shape: tensor.shape, digest: TensorDigest(tensor),
          first: Self.first(of: tensor), classes: classifies ? Self.classes(in: tensor) : nil, file: path))
    case .sequence(let elements, _):
      for (index, element) in elements.enumerated() { try add(element, "\(name)_\(index)", file: file) }
    case .none:
      outputs.append(Output(name: name, type: nil, shape: nil, digest: nil, first: [], classes: nil, file: nil))
    }
  }

  private static func first(of tensor: Tensor) -> [Element] {
    if let strings = tensor.strings { return strings.prefix(firstCount).map(Element.text) }
    return ((try? tensor.withValues(as: Double.self) { Array($0.prefix(firstCount)) }) ?? []).map(Element.number)
  }

  /// The best classes of each row of scores `[N, C]`.
  private static func classes(in tensor: Tensor) -> [[Score]]? {
    guard tensor.elementType.isFloatingPoint, tensor.shape.count == 2, tensor.shape[1] > 1,
      let scores = try? tensor.values(as: Double.self)
    else { return nil }
    let width = tensor.shape[1]
    return (0..<tensor.shape[0]).map { image in
      let row = scores[image * width..<(image + 1) * width]
      return row.enumerated().filter { !$0.element.isNaN }
        .sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }
        .prefix(classCount).map { Score(index: $0.offset, score: $0.element) }
    }
  }

  /// A line for each output, and what it holds if it was not written.
  var text: String {
    var lines: [String] = []
    for output in outputs {
      guard let type = output.type, let shape = output.shape else {
        lines.append("\(output.name.printable)  no value")
        continue
      }
      let digest = output.digest?.description ?? ""
      lines.append(
        (["\(output.name.printable)  \(type)\(shape)", digest, output.file].compactMap(\.self)).filter { !$0.isEmpty }
          .joined(separator: "  "))
      guard output.file == nil else { continue }
      if !output.first.isEmpty {
        let more = output.first.count < shape.reduce(1, *) ? ", …" : ""
        lines.append("  begins  \(output.first.map(\.words).joined(separator: ", "))\(more)")
      }
      guard let classes = output.classes else { continue }
      for (image, scores) in classes.prefix(Self.imageCount).enumerated() {
        let label = classes.count == 1 ? "classes" : "classes of image \(image)"
        lines.append("  \(label)  \(scores.map { "\($0.index): \($0.score.significant())" }.joined(separator: ", "))")
      }
      if classes.count > Self.imageCount {
        lines.append("  and those of \(classes.count - Self.imageCount) more images; --json has all")
      }
    }
    return lines.joined(separator: "\n")
  }
}

extension Model {
  /// True if it gives one row of scores for each image: its input is images, its first output has rows.
  fileprivate var isClassifier: Bool {
    guard graph.requiredInputs.count == 1, let output = graph.outputs.first,
      let image = graph[graph.requiredInputs[0]].type.tensor?.shape
    else { return false }
    return image.count == 4 && graph[output].type.tensor?.shape?.count == 2
  }
}
