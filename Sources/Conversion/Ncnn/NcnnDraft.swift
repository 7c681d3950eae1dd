import CNNFormats
import CNNGraphs
import CNNTensors

/// A network of ncnn's layers in the making: layers with their weights, and where the graph's values lie in it.
///
/// ncnn has no batch: a value `[1, C, H, W]` is a blob of the dimensions `[C, H, W]`. A blob holds a value's elements in
/// their order, under any dimensions: a layer that needs certain ones asks for them, and only then they are changed.
final class NcnnDraft {
  /// A layer and its weights.
  struct Entry {
    var layer: NcnnLayer
    var weights: [NcnnWeight]
  }

  /// The graph.
  let graph: Graph
  /// The layers in the order in which they run.
  var entries: [Entry] = []
  /// What a user should know.
  var remarks: [String] = []
  private var places: [ValueID: NcnnPlace] = [:]
  private var folded: [ValueID: Tensor] = [:]
  private var reshaped: [String: String] = [:]
  private var blobNames: Set<String> = []
  private var layerNames: Set<String> = []

  init(_ graph: Graph) {
    self.graph = graph
    // The names that a caller asks for come first.
    for id in graph.inputs + graph.outputs { blobNames.insert(Self.plain(graph[id].name)) }
  }

  // MARK: Names

  /// A name as a token of the file: without white space, and short enough for ncnn.
  static func plain(_ name: String) -> String {
    let words = name.split { $0.isWhitespace || $0.isNewline || $0 == "\0" }.joined(separator: "_")
    // Room is left for what tells branches apart.
    var text = String(words.prefix(200))
    while text.utf8.count > 200 { text.removeLast() }
    return text.isEmpty ? "blob" : text
  }

  private func unique(_ hint: String, in names: inout Set<String>) -> String {
    let name = Self.plain(hint).unique { names.contains($0) }
    names.insert(name)
    return name
  }

  /// A blob's name that no other has.
  func blobName(_ hint: String) -> String { unique(hint, in: &blobNames) }

  /// The name of the blob that holds a value of the graph: the value's own if it is an input or output.
  func blobName(of id: ValueID) -> String {
    let name = Self.plain(graph[id].name)
    let isPublic = graph.inputs.contains(id) || graph.outputs.contains(id)
    return isPublic && !entries.contains { $0.layer.outputs.contains(name) } ? name : blobName(name)
  }

  // MARK: Layers

  /// Appends a layer.
  func add(
    _ type: String, name: String, _ inputs: [String], _ outputs: [String],
    _ parameters: NcnnParameters = NcnnParameters(), weights: [NcnnWeight] = []
  ) {
    let layer = NcnnLayer(
      type, name: unique(name, in: &layerNames), inputs: inputs, outputs: outputs, parameters: parameters)
    entries.append(Entry(layer: layer, weights: weights))
  }

  // MARK: Values

  /// The dimensions of a blob for a shape: without a batch of one.
  static func dimensions(_ shape: [Dimension]) -> [Dimension] {
    guard !shape.isEmpty else { return [1] }
    return shape.count > 1 && shape[0] == 1 ? Array(shape.dropFirst()) : shape
  }

  /// The constant that a value is: a stored one, or one that was computed of such.
  func constant(_ id: ValueID) throws -> Tensor? {
    if let constant = graph[id].constant ?? folded[id] { return constant }
    guard let contents = graph[id].contents, let shape = graph[id].type.tensor?.fixedShape else { return nil }
    let integers = contents.compactMap(\.value)
    guard integers.count == contents.count, Array(shape).product == integers.count else { return nil }
    return try Tensor(integers.map(Int64.init), shape: shape).converted(
      to: graph[id].type.tensor?.elementType ?? .int64)
  }

  /// Computes a node of constants alone.
  /// - Returns: false if it is none.
  func fold(_ node: Node) throws -> Bool {
    guard node.operator.isDeterministic, node.operator.bodies.isEmpty, node.captures.isEmpty,
      !(node.operator is ForeignOperator), !node.inputs.isEmpty
    else { return false }
    var inputs: [RuntimeValue?] = []
    for id in node.inputs {
      guard let id else {
        inputs.append(nil)
        continue
      }
      guard let constant = try constant(id) else { return false }
      inputs.append(.tensor(constant))
    }
    let results = try node.operator.evaluate(EvaluationContext(inputs: inputs, outputCount: node.outputs.count))
    for (id, result) in zip(node.outputs, results) { if let id, let tensor = result.tensor { folded[id] = tensor } }
    return true
  }

  /// Says where a value lies.
  func define(_ id: ValueID, _ place: NcnnPlace) { places[id] = place }

  /// Where a value lies; a constant becomes a layer that holds it.
  func place(of id: ValueID) throws -> NcnnPlace {
    if let place = places[id] { return place }
    guard let constant = try constant(id) else {
      throw ConversionError(.unsupported, "value \(graph[id].name.quoted) has no counterpart in ncnn")
    }
    let dimensions = Self.dimensions(constant.shape.map { .fixed($0) })
    let place = try hold(constant, dimensions: merged(dimensions), name: graph[id].name)
    places[id] = place
    return place
  }

  /// At most four dimensions: the outermost ones joined.
  private func merged(_ dimensions: [Dimension]) -> [Dimension] {
    guard dimensions.count > 4, let first = Array(dimensions[...(dimensions.count - 4)]).product else {
      return dimensions
    }
    return [.fixed(first)] + dimensions.suffix(3)
  }

  /// A layer that holds a constant.
  func hold(_ constant: Tensor, dimensions: [Dimension], name: String) throws -> NcnnPlace {
    guard constant.elementType.isFloatingPoint else {
      throw ConversionError(
        .unsupported,
        "constant \(name.quoted) is \(constant.elementType), and ncnn computes numbers with a fraction alone")
    }
    var parameters = NcnnParameters()
    NcnnPlace.set(dimensions, into: &parameters)
    let blob = blobName(name)
    add("MemoryData", name: name, [], [blob], parameters, weights: [.plain(try constant.converted(to: .float32))])
    return NcnnPlace(blob: blob, dimensions: dimensions)
  }

  /// The blob of a place under certain dimensions.
  /// - Throws: ``ConversionError`` if more than one of them is free.
  func blob(_ place: NcnnPlace, as dimensions: [Dimension]) throws -> String {
    if place.dimensions == dimensions { return place.blob }
    let key = "\(place.blob) \(dimensions)"
    if let known = reshaped[key] { return known }
    guard dimensions.count <= 4 else {
      throw ConversionError(.unsupported, "\(dimensions.count) dimensions beside the batch, and ncnn has at most four")
    }
    guard dimensions.count(where: { $0.value == nil }) <= 1 else {
      throw ConversionError(
        .unsupported, "shape [\(dimensions.map(\.description).joined(separator: ", "))] must be known",
        remedy: .giveInputShape(input: nil))
    }
    var parameters = NcnnParameters()
    NcnnPlace.set(dimensions, into: &parameters)
    let blob = blobName("\(place.blob)_reshape")
    add("Reshape", name: blob, [place.blob], [blob], parameters)
    reshaped[key] = blob
    return blob
  }
}

/// Where a value lies: in a blob, under some dimensions, the outermost first.
struct NcnnPlace {
  var blob: String
  var dimensions: [Dimension]
  /// True for a blob that the node in work has made.
  var isFresh = false

  /// The settings of layers that make a blob of given dimensions; a free one is what is left over.
  static func set(_ dimensions: [Dimension], into parameters: inout NcnnParameters) {
    let ids: [Int] =
      switch dimensions.count {
      case 1: [0]
      case 2: [1, 0]
      case 3: [2, 1, 0]
      default: [2, 11, 1, 0]
      }
    for (id, extent) in zip(ids, dimensions) { parameters.set(id, extent.value ?? -1) }
  }
}
