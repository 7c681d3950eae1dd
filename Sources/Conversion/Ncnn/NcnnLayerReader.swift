import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// A layer that is to become nodes of a graph, for its kind's file to look at. A setting that nobody reads is an error.
final class NcnnLayerReader {
  /// The layer.
  let layer: NcnnLayer
  /// The graph in the making, and the weights.
  let source: NcnnSource
  private var unread: Set<Int>

  init(_ layer: NcnnLayer, _ source: NcnnSource) {
    (self.layer, self.source) = (layer, source)
    // Shapes of the results, and what ncnn may compute in half precision, mean nothing here.
    unread = Set(layer.parameters.ids).subtracting([30, 31])
  }

  /// An error that says why the layer cannot be read.
  func refusal(_ reason: String, remedy: Remedy? = nil) -> ConversionError {
    ConversionError(.unsupported, reason, remedy: remedy)
  }

  /// - Throws: ``ConversionError`` if a setting has not been read.
  func finish() throws {
    guard unread.isEmpty else {
      throw refusal("its settings \(unread.sorted().map(String.init).listed(with: "and")) are not supported")
    }
  }

  // MARK: Settings

  /// An integer or its default.
  func int(_ id: Int, default value: Int = 0) throws -> Int {
    unread.remove(id)
    switch layer.parameters[id] {
    case nil: return value
    case .int(let value)?: return value
    default: throw ConversionError(.badInput, "setting \(id) is no integer")
    }
  }

  /// A positive integer that a size is made of.
  func size(_ id: Int, default value: Int = 0) throws -> Int {
    let value = try int(id, default: value)
    guard value > 0 else { throw ConversionError(.badInput, "setting \(id) is \(value)") }
    return value
  }

  /// A number or its default.
  func float(_ id: Int, default value: Float) throws -> Float {
    unread.remove(id)
    switch layer.parameters[id] {
    case nil: return value
    case .float(let value)?: return value
    case .int(let value)?: return Float(value)
    default: throw ConversionError(.badInput, "setting \(id) is no number")
    }
  }

  /// Integers; `nil` if they are not given.
  func ints(_ id: Int) throws -> [Int]? {
    unread.remove(id)
    switch layer.parameters[id] {
    case nil: return nil
    case .int(let value)?: return [value]
    case .ints(let values)?: return values
    default: throw ConversionError(.badInput, "setting \(id) is no list of integers")
    }
  }

  /// Numbers; `nil` if they are not given.
  func floats(_ id: Int) throws -> [Float]? {
    unread.remove(id)
    switch layer.parameters[id] {
    case nil: return nil
    case .float(let value)?: return [value]
    case .floats(let values)?: return values
    case .ints(let values)?: return values.map(Float.init)
    default: throw ConversionError(.badInput, "setting \(id) is no list of numbers")
    }
  }

  /// - Throws: ``ConversionError`` if a setting is not as it always is here.
  func require(_ id: Int, _ expected: Int, _ what: String) throws {
    guard try int(id, default: expected) == expected else { throw refusal(what) }
  }

  // MARK: Inputs

  /// Number of inputs.
  var inputCount: Int { layer.inputs.count }

  /// An input.
  func input(_ index: Int = 0) throws -> ValueID {
    guard index < layer.inputs.count else { throw ConversionError(.badInput, "input \(index) is missing") }
    return try source.read(layer.inputs[index])
  }

  /// The extents of a value, without the batch.
  func dimensions(_ id: ValueID) throws -> [Dimension] { Array(try source.shape(of: id).dropFirst()) }

  /// The extents of a value without the batch, all of which must be known.
  func fixed(_ id: ValueID) throws -> [Int] {
    let dimensions = try dimensions(id)
    let values = dimensions.compactMap(\.value)
    guard values.count == dimensions.count else {
      throw refusal(
        "sizes must be known here",
        remedy: .giveInputShape(input: source.graph.inputs.first.map { source.graph[$0].name }))
    }
    return values
  }

  // MARK: Weights

  /// Weights with a tag, of a shape.
  func tagged(_ shape: [Int], _ name: String = "weight") throws -> Tensor {
    try source.data.tagged(count(shape), of: layer.name).reshaped(shape)
  }

  /// Numbers without a tag.
  func plain(_ shape: [Int]) throws -> Tensor {
    try source.data.plain(count(shape), of: layer.name).reshaped(shape)
  }

  private func count(_ shape: [Int]) throws -> Int {
    do { return try Tensor.elementCount(of: shape, .float32) } catch { throw NcnnFault.size(layer: layer.name) }
  }

  /// A constant named after the layer.
  func constant(_ tensor: Tensor, _ name: String) -> ValueID { source.constant(tensor, name: "\(layer.name).\(name)") }

  /// A number as a constant.
  func number(_ value: Float) throws -> ValueID {
    source.constant(try Tensor(scalar: value), name: "\(layer.name).number")
  }

  /// Integers as a constant.
  func integers(_ values: [Int]) throws -> ValueID { try source.integers(values) }

  // MARK: Results

  /// A node on the way.
  func step(_ operation: any Operator, _ inputs: ValueID?...) throws -> ValueID {
    try source.apply(operation, inputs, name: layer.name)[0]
  }

  /// A node whose result is the layer's.
  func write(_ operation: any Operator, _ inputs: ValueID?...) throws {
    define(try source.apply(operation, inputs, name: layer.outputs.first ?? layer.name)[0])
  }

  /// Says that a value is the layer's result.
  func define(_ id: ValueID, _ index: Int = 0) {
    if index < layer.outputs.count { source.define(layer.outputs[index], id) }
  }

  /// A value under other extents; 0 keeps one, -1 is what is left.
  func reshaped(_ id: ValueID, _ shape: [Int]) throws -> ValueID { try step(Reshape(), id, integers(shape)) }

  /// A value with what setting 9 says done to it, which becomes the layer's result.
  func defineActivated(_ id: ValueID) throws {
    let numbers = try floats(10) ?? []
    func number(_ index: Int) throws -> Float {
      guard index < numbers.count else { throw ConversionError(.badInput, "setting 10 has \(numbers.count) numbers") }
      return numbers[index]
    }
    switch try int(9) {
    case 0: define(id)
    case 1: try write(Relu(), id)
    case 2: try write(LeakyRelu(alpha: number(0)), id)
    case 3: try write(Clip(), id, self.number(number(0)), self.number(number(1)))
    case 4: try write(Sigmoid(), id)
    case 5: try write(Mish(), id)
    case 6: try NcnnHardSigmoid.write(self, id, alpha: number(0), beta: number(1))
    case let kind: throw refusal("activation \(kind) is not known")
    }
  }
}
