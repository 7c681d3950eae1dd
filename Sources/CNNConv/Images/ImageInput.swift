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

  /// Finds the first input of rank 4 with one or three channels.
  /// - Throws: ``ConversionError`` if there is none.
  init(_ model: Model) throws {
    let graph = model.graph
    for id in graph.requiredInputs {
      let value = graph[id]
      guard let type = value.type.tensor, let shape = type.shape, shape.count == 4 else { continue }
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
