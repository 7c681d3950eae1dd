import CNNGraphs
import CNNTensors

/// The input of a model that takes pictures.
struct ImageInput {
  let name: String
  let elementType: ElementType
  let layout: ImagePreparation.Layout
  let channelCount: Int
  /// The size it has; `nil` if it is free.
  let extent: ImageExtent?
  /// The batch it has; `nil` if it is free.
  let batch: Int?
  /// True if it has no axis for a batch, as torchvision's detectors are exported: it takes one picture.
  private(set) var isUnbatched = false
  /// True if the graph was drawn for weights alone, and can be drawn for pictures of another size.
  let isDrawn: Bool

  /// Finds the first input of rank 4 with one or three channels, or of rank 3 that begins with three channels.
  /// - Throws: ``ConversionError`` if there is none.
  init(_ model: Model) throws {
    let graph = model.graph
    isDrawn = model.weights != nil
    for id in graph.requiredInputs {
      let value = graph[id]
      guard let type = value.type.tensor, var shape = type.shape else { continue }
      if shape.count == 3, shape[0].value == 3 {
        isUnbatched = true
        shape.insert(.fixed(1), at: 0)
      }
      guard shape.count == 4 else { continue }
      let channels = { (axis: Int) in [1, 3].contains(shape[axis].value) ? shape[axis].value : nil }
      let isLast = channels(1) == nil && channels(3) != nil
      guard let count = isLast ? channels(3) : channels(1) ?? (shape[1].value == nil ? 3 : nil) else { continue }
      let (height, width) = isLast ? (shape[1].value, shape[2].value) : (shape[2].value, shape[3].value)
      name = value.name
      elementType = type.elementType ?? .float32
      layout = isLast ? .nhwc : .nchw
      channelCount = count
      extent = height.flatMap { height in width.map { ImageExtent(width: $0, height: height) } }
        .flatMap { $0.width > 0 && $0.height > 0 ? $0 : nil }
      batch = shape[0].value.flatMap { $0 > 0 ? $0 : nil }
      return
    }
    let listed = graph.requiredInputs.map { "\(graph[$0].name.quoted) \(graph[$0].type)" }.joined(separator: ", ")
    throw ConversionError(
      .unsupported, "no input takes pictures: of four axes with 1 or 3 channels; the inputs are \(listed)",
      at: .init(file: model.path))
  }
}

extension Model {
  /// Pictures as the model's input, by its name, in the order of axes that it takes.
  /// - Throws: ``ConversionError`` if the model has no input that takes pictures.
  public func inputs(of images: [RGBImage], _ preparation: ImagePreparation) throws -> [String: Tensor] {
    let input = try ImageInput(self)
    var preparation = preparation
    preparation.layout = input.layout
    let tensor = try preparation.tensor(images, elementType: input.elementType)
    return [input.name: input.isUnbatched ? try tensor.unbatched() : tensor]
  }
}

extension Tensor {
  /// The first of a batch without the axis of the batch.
  func unbatched() throws -> Tensor {
    guard let count = shape.first, count > 0, let storage else { return self }
    return try Tensor(
      elementType, shape: Array(shape.dropFirst()),
      storage: Storage(part: storage, offset: 0, count: storage.byteCount / count))
  }
}
