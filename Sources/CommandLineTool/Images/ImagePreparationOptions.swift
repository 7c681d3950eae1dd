import ArgumentParser
import CNNConv

/// How pictures are prepared, part by part.
struct ImagePreparationOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Pictures: resize the shorter side (256), both sides (256x192), into a frame (letterbox:640), or not (none).",
      valueName: "SIZE"))
  var resize: String?
  @Option(name: .long, help: ArgumentHelp("Pictures: keep this much of the middle, or all (none).", valueName: "SIZE"))
  var crop: String?
  @Option(
    name: .long, help: ArgumentHelp("Pictures: how they are resized, as Pillow does it.", valueName: "FILTER"),
    completion: .list(Interpolation.allCases.map(\.rawValue)))
  var interpolation: String?
  @Option(
    name: .long,
    help: ArgumentHelp("Pictures: multiply numbers from 0 to 255 by this, as in 1/255.", valueName: "FACTOR"))
  var scale: String?
  @Option(
    name: .long,
    help: ArgumentHelp("Pictures: then subtract these, a number or one for each channel.", valueName: "A,B,C"))
  var mean: String?
  @Option(
    name: .long,
    help: ArgumentHelp("Pictures: then divide by these, a number or one for each channel.", valueName: "A,B,C"))
  var std: String?
  @Flag(name: .long, help: "Pictures: blue, green, red instead of red, green, blue.") var bgr = false
  @Option(
    name: .long, help: ArgumentHelp("Pictures: the order of the axes, nchw or nhwc.", valueName: "ORDER"),
    completion: .list(ImagePreparation.Layout.allCases.map(\.rawValue)))
  var layout: String?

  /// True if some part is set.
  var isSet: Bool {
    bgr || [resize, crop, interpolation, scale, mean, std, layout].contains { $0 != nil }
  }

  /// A preparation with the parts that are set.
  /// - Throws: ``ConversionError`` if a part makes no sense.
  func applied(to preparation: ImagePreparation) throws -> ImagePreparation {
    var preparation = preparation
    if let resize {
      preparation.resizing = try value(
        resize, "--resize", "256, 256x192, letterbox:640 or none", ImagePreparation.Resizing.init)
      if case .letterbox = preparation.resizing, crop == nil { preparation.crop = nil }
    }
    if let crop {
      preparation.crop = crop == "none" ? nil : try value(crop, "--crop", "224, 256x192 or none", ImageExtent.init)
    }
    if let interpolation {
      let names = Interpolation.allCases.map(\.rawValue).joined(separator: ", ")
      preparation.interpolation = try value(interpolation, "--interpolation", names, Interpolation.init(rawValue:))
    }
    if let scale {
      preparation.scale = try value(scale, "--scale", "a number such as 1/255", ImagePreparation.number)
    }
    let numbers = "a number, or three with commas between them"
    if let mean { preparation.mean = try value(mean, "--mean", numbers, ImagePreparation.numbers) }
    if let std { preparation.deviation = try value(std, "--std", numbers, ImagePreparation.numbers) }
    if bgr { preparation.channels = .bgr }
    if let layout {
      preparation.layout = try value(layout, "--layout", "nchw or nhwc", ImagePreparation.Layout.init(rawValue:))
    }
    if let fault = preparation.fault { throw ConversionError(.usage, fault) }
    return preparation
  }

  private func value<T>(_ text: String, _ option: String, _ expected: String, _ read: (String) -> T?) throws -> T {
    guard let value = read(text) else { throw ConversionError(.usage, "\(option) \(text): \(expected) expected") }
    return value
  }
}
