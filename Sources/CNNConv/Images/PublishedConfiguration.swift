import CNNFormats
import CNNGraphs
import CNNSystem
import CNNTensors
import FoundationEssentials

/// What timm's publications say of weights: `config.json` beside them, or the same in a safetensors file's metadata.
struct PublishedConfiguration {
  let preparation: ImagePreparation
  /// Where it was found.
  let source: String

  /// A configuration is a few kilobytes.
  private static let limit = 1 << 20

  private struct Outer: Decodable {
    var pretrained_cfg: Inner?
    var architecture: String?
  }

  private struct Inner: Decodable {
    var input_size: [Int]?
    var test_input_size: [Int]?
    var crop_pct: Double?
    var test_crop_pct: Double?
    var interpolation: String?
    var mean: [Double]?
    var std: [Double]?
    var crop_mode: String?
  }

  /// Looks beside a model's file; `nil` if there is none, or it says nothing of pictures.
  /// - Throws: ``ConversionError`` if it holds numbers that make no sense.
  init?(besides model: Model) throws {
    guard let path = model.path, model.weights != nil else { return nil }
    let folder = Path.split(path).folder
    let name = "\(folder)/config.json"
    guard let size = Path.byteCount(of: name), size <= Self.limit,
      let file = try? MappedFile(path: name),
      let outer = file.withBytes({ try? JSONDecoder().decode(Outer.self, from: Data($0)) }),
      let inner = outer.pretrained_cfg,
      inner.mean != nil || inner.input_size != nil
    else { return nil }
    source = name
    var preparation = ImagePreparation(interpolation: .bicubic)
    let size3 = inner.test_input_size ?? inner.input_size ?? [3, 224, 224]
    guard size3.count == 3, let crop = ImageExtent("\(size3[2])x\(size3[1])") else {
      throw ConversionError(.badInput, "input_size is no size of a picture", at: .init(file: name))
    }
    let part = inner.test_crop_pct ?? inner.crop_pct ?? 0.875
    guard part > 0.05, part <= 1.5 else {
      throw ConversionError(.badInput, "crop_pct is \(part)", at: .init(file: name))
    }
    preparation.crop = crop
    let side = Int(Double(min(crop.width, crop.height)) / part)
    preparation.resizing =
      inner.crop_mode == "squash"
      ? .exact(ImageExtent(width: Int(Double(crop.width) / part), height: Int(Double(crop.height) / part)))
      : .shorterSide(side)
    if let words = inner.interpolation, let interpolation = Interpolation(rawValue: words) {
      preparation.interpolation = interpolation
    }
    if let mean = inner.mean { preparation.mean = mean }
    if let deviation = inner.std { preparation.deviation = deviation }
    if let fault = preparation.fault { throw ConversionError(.badInput, fault, at: .init(file: name)) }
    self.preparation = preparation
  }
}
