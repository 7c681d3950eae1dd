import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// `BatchNorm`: weights in the order slope, mean, variance, bias.
enum NcnnBatchNorm: NcnnLayerKind {
  static let types = ["BatchNorm"]
  static let operators: [any Operator.Type] = [BatchNormalization.self]

  static func write(_ node: NcnnNode) throws {
    guard let norm = node.operator as? BatchNormalization else { return }
    guard !norm.isTraining else { throw node.refusal("a batch normalization in training") }
    try node.requireOneImage()
    guard norm.isSpatial else { throw node.refusal("a batch normalization of each element") }
    var parameters = NcnnParameters()
    let scale = try node.weights(1, "a scale")
    parameters.set(0, scale.count)
    parameters.set(1, norm.epsilon)
    let weights = [
      scale, try node.weights(3, "a mean"), try node.weights(4, "a variance"), try node.weights(2, "a bias"),
    ]
    let place = try node.place(0)
    // A channel is the outermost dimension, whatever the others are.
    let fits = place.dimensions.first == .fixed(scale.count)
    try node.write(
      "BatchNorm", [fits ? place.blob : node.blob(0)], parameters, weights: weights.map(NcnnWeight.plain),
      dimensions: fits ? place.dimensions : nil)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let channels = try layer.size(0)
    let numbers = try (0..<4).map { _ in try layer.plain([channels]) }
    let names = ["weight", "running_mean", "running_var", "bias"]
    let ids = zip(numbers, names).map { layer.constant($0, $1) }
    let operation = BatchNormalization(epsilon: try layer.float(1, default: 0))
    try layer.write(operation, layer.input(), ids[0], ids[3], ids[1], ids[2])
  }
}
