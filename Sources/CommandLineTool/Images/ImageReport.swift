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

  /// The best classes of a picture.
  struct Image: Encodable {
    let file: String
    let top: [Class]
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
  func rate(_ clock: Double?) -> String { "\(Self.rounded(clock.map(speed) ?? imagesPerSecond, digits: 1)) a second" }

  /// Lines for people: a picture, and below it a class a line.
  var table: [String] {
    images.flatMap { image in
      [image.file.printable]
        + image.top.map { entry in
          let share = Self.rounded(entry.probability * 100, digits: 2)
          let padding = String(repeating: " ", count: max(0, 7 - share.count))
          let number = String(repeating: " ", count: max(0, 6 - "\(entry.index)".count)) + "\(entry.index)"
          return "  \(padding)\(share) %\(number)  \(entry.label?.printable ?? "")".trimmedEnd
        }
    }
  }

  /// Lines for spreadsheets.
  var csv: [String] {
    ["file,rank,class,label,probability"]
      + images.flatMap { image in
        image.top.enumerated().map { rank, entry in
          "\(Self.field(image.file)),\(rank + 1),\(entry.index),\(Self.field(entry.label ?? "")),\(Float(entry.probability))"
        }
      }
  }

  private static func field(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"\(text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
  }

  private static func rounded(_ value: Double, digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    let factor = digits == 1 ? 10 : 100
    let whole = Int((abs(value) * Double(factor)).rounded())
    let rest = "\(whole % factor)"
    let sign = value < 0 && whole > 0 ? "-" : ""
    return "\(sign)\(whole / factor).\(String(repeating: "0", count: digits - rest.count))\(rest)"
  }
}

extension String {
  /// Without spaces at the end.
  fileprivate var trimmedEnd: String {
    var text = self
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }
}
