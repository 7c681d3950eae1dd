import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// `Softmax`, with a logarithm behind it for `LogSoftmax`.
enum NcnnSoftmax: NcnnLayerKind {
  static let types = ["Softmax"]
  static let operators: [any Operator.Type] = [Softmax.self, LogSoftmax.self]

  static func write(_ node: NcnnNode) throws {
    guard let softmax = node.operator as? any AxisActivation else { return }
    let shape = try node.shape(0)
    let axis = try softmax.axis.axis(ofRank: shape.count)
    if softmax.flattens, !shape[(axis + 1)...].allSatisfy({ $0 == 1 }) {
      throw node.refusal("a softmax over several axes")
    }
    guard let position = try node.axis(softmax.axis) else { throw node.refusal("a softmax over the batch") }
    var dimensions = try node.dimensions(0)
    var line = position
    if dimensions.count > 4 {
      let extents = try node.fixed(shape)
      dimensions = [
        .fixed(Array(extents[..<axis]).product), .fixed(extents[axis]), .fixed(Array(extents[(axis + 1)...]).product),
      ]
      line = 1
    }
    // Another view of the same rows saves a change of dimensions.
    let place = try node.place(0)
    if axis == shape.count - 1, place.dimensions.last == shape.last, place.dimensions.count <= 4 {
      (dimensions, line) = (place.dimensions, place.dimensions.count - 1)
    }
    var parameters = NcnnParameters()
    parameters.set(0, line)
    parameters.set(1, 1)
    var made = node.step("Softmax", [try node.draft.blob(place, as: dimensions)], parameters, dimensions: dimensions)
    if node.operator is LogSoftmax {
      var logarithm = NcnnParameters()
      logarithm.set(0, 8)
      made = node.step("UnaryOp", [made.blob], logarithm, dimensions: dimensions)
    }
    try node.pass(made)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let input = try layer.input()
    let axis = try layer.int(0).axis(ofRank: layer.dimensions(input).count)
    guard try layer.int(1) != 0 || axis == 0 else { throw layer.refusal("a softmax from before its axes were mended") }
    try layer.write(Softmax(axis: axis + 1), input)
  }
}
