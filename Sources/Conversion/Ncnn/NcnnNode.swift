import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// A node of the graph that is to become layers of ncnn, for an operator's file to look at and to write.
struct NcnnNode {
  /// The network in the making.
  let draft: NcnnDraft
  /// The node.
  let node: Node

  /// What the node computes.
  var `operator`: any Operator { node.operator }
  /// Number of inputs.
  var inputCount: Int { node.inputs.count }
  /// The node's name, or that of its result.
  var name: String {
    node.name.isEmpty ? node.outputs.lazy.compactMap { $0.map { draft.graph[$0].name } }.first ?? "" : node.name
  }

  /// An error that says why the node cannot be written.
  func refusal(_ reason: String, remedy: Remedy? = nil) -> ConversionError {
    ConversionError(.unsupported, reason, remedy: remedy)
  }

  // MARK: Inputs

  /// True if an input is given.
  func has(_ index: Int) -> Bool { index < node.inputs.count && node.inputs[index] != nil }

  private func id(_ index: Int) throws -> ValueID {
    guard has(index), let id = node.inputs[index] else { throw refusal("input \(index) is missing") }
    return id
  }

  /// The extents of an input, some of which may be free.
  func shape(_ index: Int) throws -> [Dimension] { try shape(of: id(index)) }

  /// The extents of an input, all of which must be known.
  func fixedShape(_ index: Int) throws -> [Int] { try fixed(shape(index)) }

  /// The extents of a result, some of which may be free.
  func outputShape(_ index: Int = 0) throws -> [Dimension] {
    guard index < node.outputs.count, let id = node.outputs[index] else { throw refusal("output \(index) is missing") }
    return try shape(of: id)
  }

  /// Extents that must all be known.
  func fixed(_ shape: [Dimension]) throws -> [Int] {
    let extents = shape.compactMap(\.value)
    guard extents.count == shape.count else {
      throw refusal(
        "shape [\(shape.map(\.description).joined(separator: ", "))] must be known",
        remedy: .giveInputShape(input: nil))
    }
    return extents
  }

  private func shape(of id: ValueID) throws -> [Dimension] {
    guard let shape = draft.graph[id].type.tensor?.shape else {
      throw refusal(
        "the shape of \(draft.graph[id].name.quoted) must be known", remedy: .giveInputShape(input: nil))
    }
    return shape
  }

  /// An input that is a constant.
  func constant(_ index: Int) -> Tensor? {
    guard has(index) else { return nil }
    return node.inputs[index].flatMap { try? draft.constant($0) }
  }

  /// An input that must be a constant.
  func requiredConstant(_ index: Int, _ what: String) throws -> Tensor {
    guard let constant = constant(index) else { throw refusal("\(what) must be constant, as ncnn's layers have it") }
    return constant
  }

  /// Integers that must be constant; `nil` if the input is left out.
  func integers(_ index: Int, _ what: String) throws -> [Int]? {
    guard has(index) else { return nil }
    return try requiredConstant(index, what).values(as: Int64.self).map(Int.init)
  }

  /// The number that a constant of one element is.
  func scalar(_ index: Int) throws -> Float? {
    guard let tensor = constant(index), tensor.count == 1 else { return nil }
    return try tensor.values(as: Float.self)[0]
  }

  /// - Throws: ``ConversionError`` if the first axis, which layers of images take for the batch, is not of one element.
  func requireOneImage() throws {
    guard try shape(0).first == .fixed(1) else { throw refusal("its first axis is a batch, and ncnn has none") }
  }

  /// Where an input lies.
  func place(_ index: Int) throws -> NcnnPlace { try draft.place(of: id(index)) }

  /// The dimensions of an input: its extents without a batch of one.
  func dimensions(_ index: Int) throws -> [Dimension] { NcnnDraft.dimensions(try shape(index)) }

  /// The dimensions of a result: its extents without a batch of one.
  func outputDimensions(_ index: Int = 0) throws -> [Dimension] { NcnnDraft.dimensions(try outputShape(index)) }

  /// The blob of an input under certain dimensions, or those of its shape.
  func blob(_ index: Int, as dimensions: [Dimension]? = nil) throws -> String {
    try draft.blob(place(index), as: dimensions ?? self.dimensions(index))
  }

  /// An axis of an input's shape as one of its dimensions; `nil` for the batch, which is none.
  func axis(_ axis: Int, of index: Int = 0) throws -> Int? {
    let shape = try shape(index)
    let positive = try axis.axis(ofRank: shape.count)
    let dropped = shape.count - NcnnDraft.dimensions(shape).count
    return positive < dropped ? nil : positive - dropped
  }

  /// Weights in the type that ncnn has them in: `float32`, or `float16` as they are if a tag can say so.
  func weights(_ index: Int, _ what: String, isTagged: Bool = false) throws -> Tensor {
    let tensor = try requiredConstant(index, what)
    guard tensor.elementType.isFloatingPoint else {
      throw refusal("\(what) are \(tensor.elementType), and ncnn takes numbers with a fraction")
    }
    if isTagged, tensor.elementType == .float16 { return tensor }
    return try tensor.converted(to: .float32)
  }

  // MARK: Results

  /// Writes a layer that makes a result.
  /// - Parameter dimensions: those of its blob; those of the result's shape if they are `nil`.
  func write(
    _ type: String, _ inputs: [String], _ parameters: NcnnParameters = NcnnParameters(), weights: [NcnnWeight] = [],
    dimensions: [Dimension]? = nil
  ) throws {
    guard let output = node.outputs.first ?? nil else { throw refusal("output 0 is missing") }
    let blob = draft.blobName(of: output)
    draft.add(type, name: name, inputs, [blob], parameters, weights: weights)
    draft.define(output, NcnnPlace(blob: blob, dimensions: try dimensions ?? outputDimensions()))
  }

  /// Writes a layer whose result another layer of the same node reads.
  func step(
    _ type: String, _ inputs: [String], _ parameters: NcnnParameters = NcnnParameters(), weights: [NcnnWeight] = [],
    dimensions: [Dimension]
  ) -> NcnnPlace {
    let blob = draft.blobName("\(name)_\(type.lowercased())")
    draft.add(type, name: blob, inputs, [blob], parameters, weights: weights)
    return NcnnPlace(blob: blob, dimensions: dimensions, isFresh: true)
  }

  /// Writes a layer with several results, all of which ncnn makes.
  func write(_ type: String, _ inputs: [String], _ parameters: NcnnParameters, outputs: [NcnnPlace?]) {
    var blobs: [String] = []
    for (index, place) in outputs.enumerated() {
      guard let place, let id = node.outputs[index] else {
        blobs.append(draft.blobName("\(name)_\(index)"))
        continue
      }
      draft.define(id, place)
      blobs.append(place.blob)
    }
    draft.add(type, name: name, inputs, blobs, parameters)
  }

  /// Says that a result is the elements of a place as they are.
  func pass(_ place: NcnnPlace) throws {
    guard let output = node.outputs.first ?? nil else { return }
    let dimensions = try outputDimensions()
    var place = place
    // A blob that this node has made last, and nothing reads, gets the name of the result.
    if place.isFresh, draft.entries.last?.layer.outputs == [place.blob] {
      place.blob = draft.blobName(of: output)
      draft.entries[draft.entries.count - 1].layer.outputs = [place.blob]
    }
    place.isFresh = false
    // What is not known cannot be compared later on: such a blob gets its dimensions at once.
    guard place.dimensions != dimensions, (place.dimensions + dimensions).contains(where: { $0.value == nil }) else {
      return draft.define(output, place)
    }
    draft.define(output, NcnnPlace(blob: try draft.blob(place, as: dimensions), dimensions: dimensions))
  }
}
