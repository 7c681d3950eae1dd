import CNNFormats
import CNNTensors

/// What is done with a picture before a network sees it: its size, its numbers, and their order.
///
/// A number `v` of a pixel, from 0 to 255, becomes `(v * scale - mean) / deviation`.
public struct ImagePreparation: Hashable, Sendable {
  /// How a picture is brought to a size.
  public enum Resizing: Hashable, Sendable {
    /// Not at all.
    case none
    /// The shorter side gets this length, the longer one its share of it, rounded down.
    case shorterSide(Int)
    /// Both sides get a length of their own.
    case exact(ImageExtent)
    /// The picture fits in, and grey (114) fills what is left on both sides.
    case letterbox(ImageExtent)
  }

  /// Which channels there are, in which order.
  public enum Channels: String, CaseIterable, Sendable {
    /// Red, green, blue.
    case rgb
    /// Blue, green, red, as Caffe and OpenCV have it.
    case bgr
    /// One channel of grey.
    case grey
  }

  /// The order of the axes.
  public enum Layout: String, CaseIterable, Sendable {
    /// `[N, C, H, W]`
    case nchw
    /// `[N, H, W, C]`
    case nhwc
  }

  /// How the picture is resized.
  public var resizing: Resizing
  /// The part in the middle that is kept; all if it is `nil`. What lies outside of a smaller picture is black.
  public var crop: ImageExtent?
  /// How it is resized.
  public var interpolation: Interpolation
  /// What numbers from 0 to 255 are multiplied by.
  public var scale: Double
  /// What is subtracted then, a number for each channel in the network's order.
  public var mean: [Double]
  /// What is divided by then, a number for each channel in the network's order.
  public var deviation: [Double]
  /// The channels.
  public var channels: Channels
  /// The order of the axes.
  public var layout: Layout

  /// ImageNet's means by red, green and blue, as torchvision and timm have them.
  public static let imageNetMean = [0.485, 0.456, 0.406]
  /// ImageNet's standard deviations.
  public static let imageNetDeviation = [0.229, 0.224, 0.225]

  /// The preparation of torchvision's networks: 256, of which the middle 224 are kept, and ImageNet's statistics.
  public init(
    resizing: Resizing = .shorterSide(256), crop: ImageExtent? = ImageExtent(224),
    interpolation: Interpolation = .bilinear, scale: Double = 1 / 255, mean: [Double] = imageNetMean,
    deviation: [Double] = imageNetDeviation, channels: Channels = .rgb, layout: Layout = .nchw
  ) {
    (self.resizing, self.crop, self.interpolation, self.scale) = (resizing, crop, interpolation, scale)
    (self.mean, self.deviation, self.channels, self.layout) = (mean, deviation, channels, layout)
  }

  /// Number of channels.
  public var channelCount: Int { channels == .grey ? 1 : 3 }

  /// Why the settings make no sense; `nil` if they do.
  public var fault: String? {
    for (name, numbers) in [("mean", mean), ("std", deviation)] where ![1, channelCount].contains(numbers.count) {
      return "\(name) has \(numbers.count) numbers for \(channelCount) channels"
    }
    guard (mean + deviation + [scale]).allSatisfy({ $0.isFinite && abs($0) < 1e9 }) else {
      return "a number is too large"
    }
    guard deviation.allSatisfy({ abs($0) > 1e-9 }) else { return "std is 0" }
    return nil
  }
}

/// A width and a height in pixels.
public struct ImageExtent: Hashable, Sendable, CustomStringConvertible {
  /// Pixels from left to right.
  public var width: Int
  /// Pixels from top to bottom.
  public var height: Int
  /// No side may be longer.
  public static let longest = 1 << 15

  /// A width and a height.
  public init(width: Int, height: Int) { (self.width, self.height) = (width, height) }
  /// A square.
  public init(_ side: Int) { self.init(width: side, height: side) }

  /// `224`, or `640x480` for a width and a height.
  public init?(_ text: String) {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(sides.count), let width = sides[0], let height = sides[sides.count - 1],
      (1...Self.longest).contains(width), (1...Self.longest).contains(height)
    else { return nil }
    self.init(width: width, height: height)
  }

  /// `224`, or `640x480`.
  public var description: String { width == height ? "\(width)" : "\(width)x\(height)" }
}
