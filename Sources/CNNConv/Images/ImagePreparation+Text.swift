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
    for part in text.split(separator: " ") {
      let sides = part.split(separator: "=", maxSplits: 1)
      guard sides.count == 2 else { return nil }
      let value = String(sides[1])
      switch sides[0] {
      case "resize":
        guard let resizing = Resizing(value) else { return nil }
        self.resizing = resizing
      case "crop":
        guard let crop = ImageExtent(value) else { return nil }
        self.crop = crop
      case "interpolation":
        guard let interpolation = Interpolation(rawValue: value) else { return nil }
        self.interpolation = interpolation
      case "scale":
        guard let scale = Self.number(value) else { return nil }
        self.scale = scale
      case "mean":
        guard let mean = Self.numbers(value) else { return nil }
        self.mean = mean
      case "std":
        guard let deviation = Self.numbers(value) else { return nil }
        self.deviation = deviation
      case "channels":
        guard let channels = Channels(rawValue: value) else { return nil }
        self.channels = channels
      case "layout":
        guard let layout = Layout(rawValue: value) else { return nil }
        self.layout = layout
      default: return nil
      }
    }
    guard fault == nil else { return nil }
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
