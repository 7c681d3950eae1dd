import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// A preparation, and what was assumed in choosing it.
public struct AssumedPreparation: Sendable {
  /// The preparation.
  public var preparation: ImagePreparation
  /// Where it comes from and what it leaves open, a line each.
  public var assumptions: [Remark]
}

extension Model {
  /// How pictures are prepared for the model: as its metadata say, or as the published weights of the architecture that it
  /// is recognised as were evaluated.
  /// - Throws: ``ConversionError`` if the model has no input that takes pictures.
  public func imagePreparation() throws -> AssumedPreparation {
    let input = try ImageInput(self)
    if let text = metadata.property(ImagePreparation.metadataKey) {
      guard let own = ImagePreparation(text: text) else {
        throw ConversionError(
          .badInput,
          "its metadata \(ImagePreparation.metadataKey.quoted): \(ImagePreparation.fault(in: text) ?? text.quoted)",
          at: .init(file: path))
      }
      return AssumedPreparation(preparation: own, assumptions: ["prepared as the model's metadata say"])
    }
    var chosen = try described() ?? recognized(input) ?? unknown(input)
    chosen.preparation.layout = input.layout
    if input.channelCount == 1 { chosen.preparation.becomeGrey() }
    chosen.fit(input)
    return chosen
  }

  /// The same model with a preparation in its metadata, which a file that keeps metadata bears.
  public func keeping(_ preparation: ImagePreparation?, labels: ClassLabels? = nil) -> Model {
    var copy = self
    if let preparation { copy.setProperty(ImagePreparation.metadataKey, preparation.text) }
    if let labels { copy.setProperty(ClassLabels.metadataKey, labels.text) }
    return copy
  }

  /// What the files around the weights, or a trainer's metadata, say.
  private func described() throws -> AssumedPreparation? {
    if let timm = try PublishedConfiguration(besides: self) {
      return AssumedPreparation(preparation: timm.preparation, assumptions: ["prepared as \(timm.source) says"])
    }
    guard let task = metadata.property("task"), metadata.property("stride") != nil else { return nil }
    var preparation = ImagePreparation()
    preparation.apply(.unit)
    let side = metadata.property("imgsz").flatMap { text in
      Int(text.prefix { $0 != "," }.filter(\.isNumber))
    }
    guard let extent = ImageExtent("\(side ?? 640)") else { return nil }
    if task == "classify" {
      (preparation.resizing, preparation.crop) = (.shorterSide(extent.width), extent)
    } else {
      (preparation.resizing, preparation.crop) = (.letterbox(extent), nil)
    }
    return AssumedPreparation(
      preparation: preparation, assumptions: ["prepared as Ultralytics' metadata say: \(task), numbers from 0 to 1"])
  }

  private func recognized(_ input: ImageInput) -> AssumedPreparation? {
    guard let architecture else { return nil }
    var preset = ImagePreset(architecture: architecture.name, spelling: weights?.spelling)
    var assumptions: [Remark] = ["\(architecture.title) recognised: prepared as its published weights were evaluated"]
    if ["googlenet", "inception_v3"].contains(architecture.name), weights?.spelling != "caffe",
      startsWithConvolution(input)
    {
      // torchvision's networks of these names turn ImageNet's statistics into these by layers of their own.
      preset.statistics = .inception
      assumptions.append("the graph begins with a convolution: numbers from -1 to 1 assumed")
    }
    if let newer = preset.newerSide {
      assumptions.append(
        "resized to \(preset.side), as for torchvision's first weights; the second ones (V2) have the same keys and ask for \(newer)"
      )
    }
    return AssumedPreparation(preparation: preset.preparation, assumptions: assumptions)
  }

  private func startsWithConvolution(_ input: ImageInput) -> Bool {
    guard let id = graph.value(named: input.name) else { return false }
    let readers = graph.nodes.filter { $0.inputs.contains(id) }
    return readers.count == 1 && readers[0].operator is Convolution
  }

  /// True if an output holds as many boxes as YOLO gives for pictures of a size.
  private func hasBoxes(for extent: ImageExtent) -> Bool {
    graph.outputs.contains { id in
      guard let shape = graph[id].type.tensor?.shape, shape.count == 3 else { return false }
      let places = BoxForm.places(extent)
      return shape.dropFirst().contains { $0.value.map(places.contains) ?? false }
    }
  }

  private func unknown(_ input: ImageInput) -> AssumedPreparation {
    var preparation = ImagePreparation()
    var assumptions: [Remark]
    if let extent = input.extent, input.channelCount == 3, hasBoxes(for: extent) {
      preparation.apply(.unit)
      (preparation.resizing, preparation.crop) = (.letterbox(extent), nil)
      return AssumedPreparation(
        preparation: preparation,
        assumptions: ["the outputs are those of YOLO: a frame of \(extent) with grey bars, numbers from 0 to 1"])
    }
    if input.isUnbatched {
      // torchvision's detectors resize and normalize by layers of their own.
      preparation.apply(.unit)
      (preparation.resizing, preparation.crop) = (input.extent.map { .exact($0) } ?? .none, nil)
      return AssumedPreparation(
        preparation: preparation, assumptions: ["the input has no batch: whole pictures, numbers from 0 to 1"])
    }
    if [.uint8, .int8].contains(input.elementType) {
      preparation.apply(.unit)
      preparation.scale = 1
      assumptions = ["the network is not known; it takes whole numbers: pixels as they are assumed"]
    } else if input.channelCount == 1 {
      preparation.apply(.unit)
      assumptions = ["the network is not known: grey from 0 to 1 assumed"]
    } else {
      assumptions = ["the network is not known: RGB with ImageNet's mean and standard deviation assumed"]
    }
    if input.extent == nil { assumptions.append("the input's size is free: 224 assumed") }
    return AssumedPreparation(preparation: preparation, assumptions: assumptions)
  }
}

extension AssumedPreparation {
  /// Takes the size that the input has.
  fileprivate mutating func fit(_ input: ImageInput) {
    // Whole pictures set the size of networks whose weights leave it free.
    if case .shorterSide = preparation.resizing, preparation.crop == nil, input.isDrawn { return }
    guard let extent = input.extent, preparation.extent != extent else { return }
    switch preparation.resizing {
    case .letterbox: preparation.resizing = .letterbox(extent)
    case .exact: preparation.resizing = .exact(extent)
    case .none: break
    case .shorterSide(let side):
      let longest = max(extent.width, extent.height)
      // Small pictures, digits for one, are not cropped as a rule.
      let ratio = longest < 64 ? 1 : Double(side) / Double(preparation.crop.map { min($0.width, $0.height) } ?? side)
      preparation.resizing = .shorterSide(Int((Double(longest) * ratio).rounded()))
    }
    if case .shorterSide = preparation.resizing {
      preparation.crop = extent
      assumptions.append("resized in proportion to the input's \(extent)")
    }
  }
}

extension ImagePreparation {
  /// One channel, with the mean of what three had.
  fileprivate mutating func becomeGrey() {
    channels = .grey
    mean = [mean.reduce(0, +) / Double(mean.count)]
    deviation = [deviation.reduce(0, +) / Double(deviation.count)]
  }
}
