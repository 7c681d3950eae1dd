import CNNFormats

extension ImagePreparation {
  /// The key of a model's metadata under which a preparation is kept.
  public static let metadataKey = "cnnconv.image"

  /// All settings on one line, as a model's metadata keeps them: `resize=256 crop=224 interpolation=bilinear …`.
  public var text: String {
    var parts = [resizingText]
    if let crop { parts.append("crop=\(crop)") }
    parts += [
      "interpolation=\(interpolation.rawValue)", "scale=\(scale == 1 / 255 ? "1/255" : "\(scale)")",
      "mean=\(Self.list(mean))", "std=\(Self.list(deviation))", "channels=\(channels.rawValue)",
      "layout=\(layout.rawValue)",
    ]
    return parts.joined(separator: " ")
  }

  /// The way of resizing alone: `resize=256`.
  private var resizingText: String {
    switch resizing {
    case .none: "resize=none"
    case .shorterSide(let side): "resize=\(side)"
    case .exact(let extent): "resize=\(extent.width)x\(extent.height)"
    case .letterbox(let extent): "resize=letterbox:\(extent)"
    }
  }

  private static func list(_ numbers: [Double]) -> String { numbers.map { "\($0)" }.joined(separator: ",") }

  /// Reads what ``text`` gives; `nil` if it is something else.
  public init?(text: String) {
    self.init(crop: nil)
    for part in text.split(separator: " ") { guard take(part) else { return nil } }
    guard fault == nil else { return nil }
  }

  /// What is wrong with a text that ``init(text:)`` does not read; `nil` if it does.
  static func fault(in text: String) -> String? {
    var preparation = ImagePreparation(crop: nil)
    for part in text.split(separator: " ") where !preparation.take(part) {
      return "\(String(part).quoted) is not understood"
    }
    return preparation.fault
  }

  /// Takes one setting, such as `crop=224`.
  /// - Returns: false if it is none.
  private mutating func take(_ part: Substring) -> Bool {
    let sides = part.split(separator: "=", maxSplits: 1)
    guard sides.count == 2 else { return false }
    let value = String(sides[1])
    func set<T>(_ setting: WritableKeyPath<Self, T>, _ found: T?) -> Bool {
      guard let found else { return false }
      self[keyPath: setting] = found
      return true
    }
    switch sides[0] {
    case "resize": return set(\.resizing, Resizing(value))
    case "crop" where value == "none": return set(\.crop, .some(nil))
    case "crop": return set(\.crop, ImageExtent(value).map(Optional.some))
    case "interpolation": return set(\.interpolation, Interpolation(rawValue: value))
    case "scale": return set(\.scale, Self.number(value))
    case "mean": return set(\.mean, Self.numbers(value))
    case "std": return set(\.deviation, Self.numbers(value))
    case "channels": return set(\.channels, Channels(rawValue: value))
    case "layout": return set(\.layout, Layout(rawValue: value))
    default: return false
    }
  }

  /// Numbers with commas between them.
  public static func numbers(_ text: String) -> [Double]? {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { number(String($0)) }
    return numbers.contains { $0 == nil } || numbers.count > 3 ? nil : numbers.compactMap(\.self)
  }

  /// A number, or a fraction such as `1/255`.
  public static func number(_ text: String) -> Double? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let first = Double(parts[0]) else { return nil }
    guard parts.count == 2 else { return first.isFinite ? first : nil }
    guard let second = Double(parts[1]), second != 0 else { return nil }
    return first / second
  }
}

extension ImagePreparation.Resizing {
  /// `256` for the shorter side, `256x256`, `letterbox:640` or `none`.
  public init?(_ text: String) {
    let prefix = "letterbox:"
    if text == "none" {
      self = .none
    } else if text.hasPrefix(prefix), let extent = ImageExtent(String(text.dropFirst(prefix.count))) {
      self = .letterbox(extent)
    } else if let extent = ImageExtent(text) {
      self = text.contains("x") ? .exact(extent) : .shorterSide(extent.width)
    } else {
      return nil
    }
  }
}
