import CNNGraphs
import CNNTensors

/// The values that a run is given, checked against what a graph expects.
struct SessionArguments {
  /// A value for each of the graph's inputs; `nil` takes the input's default.
  let values: [RuntimeValue?]

  /// Checks values by input name.
  /// - Throws: ``ConversionError`` if one is missing, unknown, or of another type or shape than its input.
  init(_ inputs: [String: RuntimeValue], for graph: Graph) throws {
    let known = Set(graph.inputs.map { graph[$0].name })
    for name in inputs.keys.sorted() where !known.contains(name) {
      let names = graph.requiredInputs.map { graph[$0].name }.quoted()
      throw ConversionError(.usage, "there is no input \(name.quoted); the inputs are \(names)")
    }
    var binding = DimensionBinding()
    var arguments: [RuntimeValue?] = []
    for id in graph.inputs {
      let value = graph[id]
      guard let given = inputs[value.name] else {
        guard value.isConstant || value.isOptional else {
          throw ConversionError(.usage, "no value was given for input \(value.name.quoted)")
        }
        arguments.append(value.isConstant ? nil : RuntimeValue.none)
        continue
      }
      try Self.check(given, for: value, &binding)
      arguments.append(given)
    }
    values = arguments
  }

  private static func check(_ given: RuntimeValue, for value: Value, _ binding: inout DimensionBinding) throws {
    guard let tensor = given.tensor, let type = value.type.tensor else { return }
    if let expected = type.elementType, expected != tensor.elementType {
      throw ConversionError(.badInput, "input \(value.name.quoted): \(expected) expected, \(tensor.elementType) given")
    }
    guard let shape = type.shape else { return }
    guard binding.take(tensor.shape, for: shape) else {
      throw ConversionError(
        .badInput, "input \(value.name.quoted): shape \(type.description) expected, \(tensor.shape) given")
    }
  }
}

extension Value {
  fileprivate var isOptional: Bool { if case .optional = type { true } else { false } }
}
