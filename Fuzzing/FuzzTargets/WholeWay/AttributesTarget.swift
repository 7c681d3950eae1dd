import CNNConversion
import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors
import GraphGeneration

extension FuzzTarget {
  /// One node of any operator in any version, with attributes of all kinds: its decoding, and the inference of its types.
  /// The bytes spell what the node is.
  static let attributes = FuzzTarget("attributes") { input in
    var drawing = NodeDrawing(choices: Choices(bytes: input.bytes))
    var graph = try OnnxImporter(externalData: nil).importGraph(drawing.model())
    var inference = TypeInference()
    try inference.infer(&graph)
  }
}

/// A model of one node that bytes spell, seldom a valid one.
private struct NodeDrawing {
  var choices: Choices
  private static let names = ModelWords.attributes
  private static let elementTypes: [Int32] = [1, 7, 6, 9, 11, 10, 16, 2, 3, 8, 14, 17, 22, 0, 99]
  private static let numbers: [Int64] = [
    1, 0, 2, 3, -1, -2, 4, 7, 8, 16, 255, 1 << 31, -(1 << 31), 1 << 32, 1 << 62, .max, .min,
  ]

  mutating func model() -> OnnxModel {
    let signature = choices.pick(OperatorRegistry.standard.signatures)
    var node = OnnxNode()
    node.operatorType = signature.name
    node.domain = signature.domain
    let count = min(signature.inputs.upperBound, signature.inputs.lowerBound + choices.below(4))
    var model = OnnxModel()
    for index in 0..<count {
      let name = choices.chance(0.1) ? "" : "x\(index)"
      node.inputs.append(name)
      if name.isEmpty { continue }
      if choices.chance(0.3) {
        model.graph.initializers.append(tensor(name))
      } else {
        model.graph.inputs.append(OnnxValueInfo(name: name, type: type()))
      }
    }
    for index in 0..<min(signature.outputs.upperBound, signature.outputs.lowerBound + choices.below(3)) {
      node.outputs.append("y\(index)")
    }
    model.graph.outputs = node.outputs.map { OnnxValueInfo(name: $0, type: nil) }
    for _ in 0..<choices.below(6) { node.attributes.append(OnnxAttribute(choices.pick(Self.names), value())) }
    model.graph.nodes = [node]
    let version = choices.chance(0.7) ? choices.pick(signature.versions) : choices.pick(1...30)
    model.operatorSets = [OnnxOperatorSet(domain: signature.domain, version: Int64(version))]
    return model
  }

  private mutating func number() -> Int64 { choices.pick(Self.numbers) }

  private mutating func list<T>(_ element: (inout NodeDrawing) -> T) -> [T] {
    (0..<choices.below(6)).map { _ in element(&self) }
  }

  private mutating func type() -> OnnxType {
    let shape =
      choices.chance(0.2)
      ? nil
      : list { drawing in
        OnnxDimension(
          drawing.choices.chance(0.2)
            ? .parameter("N") : drawing.choices.chance(0.1) ? .unknown : .value(drawing.number()))
      }
    let tensor = OnnxType(.tensor(elementType: choices.pick(Self.elementTypes), shape: shape))
    return choices.chance(0.1) ? OnnxType(choices.chance(0.5) ? .sequence(tensor) : .optional(tensor)) : tensor
  }

  /// A tensor of a few integers or numbers, as those that say what a node is to do.
  private mutating func tensor(_ name: String) -> OnnxTensor {
    let numbers = list { $0.number() }
    let isNumber = choices.chance(0.3)
    let bytes =
      isNumber
      ? numbers.flatMap { withUnsafeBytes(of: Float($0)) { Array($0) } }
      : numbers.flatMap { withUnsafeBytes(of: $0) { Array($0) } }
    guard let storage = try? bytes.withUnsafeBytes({ try Storage(copying: $0) }) else { fatalError("no memory") }
    let shape = numbers.count == 1 && choices.chance(0.5) ? [] : [numbers.count]
    return OnnxTensor(
      name: name, elementType: isNumber ? .float32 : .int64, shape: shape, payload: .bytes(storage))
  }

  private mutating func value() -> OnnxAttribute.Value {
    switch choices.below(9) {
    case 0, 1: .int(number())
    case 2, 3: .ints(list { $0.number() })
    case 4: .float(choices.pick([0, 1, -1, 0.5, .nan, .infinity, 1e-38, 3e38]))
    case 5: .floats(list { $0.choices.pick([0, 1, -1, 0.5, .nan, .infinity]) })
    case 6: .string(Array(choices.pick(ModelWords.values).utf8))
    case 7: .strings(list { Array($0.choices.pick(ModelWords.values).utf8) })
    default: .tensor(tensor("t"))
    }
  }
}
