import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// Makes a graph of a network of ncnn's layers.
struct NcnnImporter {
  private let layers: [NcnnLayer]
  private let shapes: [(input: String?, extents: [Dimension])]
  private let data: NcnnData

  /// - Parameter shapes: those that a caller gives for inputs, by name.
  init(_ layers: [NcnnLayer], data: NcnnData, shapes: [(input: String?, extents: [Dimension])]) {
    (self.layers, self.data, self.shapes) = (layers, data, shapes)
  }

  /// The graph, verified.
  /// - Throws: ``ConversionError`` naming the layer that is wrong or not supported; ``NcnnFault``.
  func importGraph() throws -> Graph {
    // A constant blob is one for each image, and joins other blobs of one image alone.
    let hasConstants = layers.contains { $0.type == "MemoryData" }
    let source = NcnnSource(name: "ncnn", batch: hasConstants ? 1 : "N", data: data)
    for layer in layers {
      do {
        if layer.type == "Input" {
          try addInput(layer, to: source)
          continue
        }
        guard let kind = NcnnLayers.readers[layer.type] else {
          throw ConversionError(.unsupported, "layers of this type are not supported")
        }
        let reader = NcnnLayerReader(layer, source)
        try kind.read(reader)
        try reader.finish()
      } catch {
        if error is NcnnFault { throw error }
        throw ConversionError(
          outside: error, at: .init(node: "line \(layer.line): layer \(layer.name.quoted) (\(layer.type.inSentence))"))
      }
    }
    try source.data.finish()
    return try source.finish(layers.flatMap(\.outputs))
  }

  private func addInput(_ layer: NcnnLayer, to source: NcnnSource) throws {
    let reader = NcnnLayerReader(layer, source)
    let extents = try [2, 11, 1, 0].map { try reader.int($0) }
    try reader.finish()
    guard extents.allSatisfy({ $0 >= 0 }) else { throw ConversionError(.badInput, "a negative size") }
    for name in layer.outputs {
      var shape = [source.batch] + extents.filter { $0 > 0 }.map { Dimension.fixed($0) }
      // Without sizes it is an image of any size, unless a caller knows more.
      if shape.count == 1 { shape += Array(repeating: .unknown, count: 3) }
      if let given = shapes.first(where: {
        $0.input == name || $0.input == nil && layers.filter { $0.type == "Input" }.count == 1
      }) {
        guard (2...5).contains(given.extents.count) else {
          throw ConversionError(.usage, "input \(name.quoted) has a batch and one to four dimensions")
        }
        shape = given.extents
      }
      try source.input(name, shape: shape)
    }
  }
}
