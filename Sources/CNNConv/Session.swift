import CNNGraphs
import CNNOperators
import CNNTensors

/// Runs a model. Safe to share between threads; each run has its own memory.
///
/// The graph is compiled for the shapes of the inputs that it is given, once for each combination of shapes.
public final class Session: Sendable {
  /// Outputs by name, in the model's order.
  public struct Outputs: Sendable {
    /// Names in the model's order.
    public let names: [String]
    /// Values in the same order.
    public let values: [RuntimeValue]
    /// The tensor of a name; `nil` where there is none or it is no tensor.
    public subscript(name: String) -> Tensor? { names.firstIndex(of: name).flatMap { values[$0].tensor } }
  }

  private let evaluator: ReferenceEvaluator
  private let engines: EngineCache?
  private let path: String?

  /// Prepares a model.
  public init(_ model: Model, options: SessionOptions = SessionOptions()) {
    evaluator = ReferenceEvaluator(model.graph)
    engines = options.usesReference ? nil : EngineCache(model, options: options)
    path = model.path
  }

  /// The names of the inputs that must be given, in order.
  public var inputNames: [String] { evaluator.graph.requiredInputs.map { evaluator.graph[$0].name } }
  /// The names of the outputs, in order.
  public var outputNames: [String] { evaluator.graph.outputs.map { evaluator.graph[$0].name } }

  /// Runs the model on tensors by input name.
  /// - Throws: ``ConversionError`` where an input is missing, unknown or of the wrong type or shape, or a node fails.
  public func run(_ inputs: [String: Tensor]) throws -> Outputs {
    try run(values: inputs.mapValues { RuntimeValue.tensor($0) })
  }

  /// Runs the model on values (sequences and optionals among them) by input name.
  /// - Parameter observe: called with the name and value of each node's result, which are those of the model as it is: the
  ///   run is then one by the reference evaluation.
  public func run(
    values inputs: [String: RuntimeValue], observe: ((String, RuntimeValue) -> Void)? = nil
  ) throws -> Outputs {
    do {
      let arguments = try arguments(inputs)
      if observe == nil, let engines {
        return Outputs(names: outputNames, values: try run(inputs, on: engines))
      }
      let graph = evaluator.graph
      let results = try evaluator.run(arguments, observe: observe.map { observe in { observe(graph[$0].name, $1) } })
      return Outputs(names: outputNames, values: results)
    } catch {
      throw ConversionError(error, at: .init(file: path))
    }
  }

  /// The compiled form for inputs of these shapes, compiled now where it is not there yet.
  /// - Returns: `nil` where the session runs by the reference evaluation.
  public func engine(for inputs: [String: Tensor]) throws -> Engine? {
    try engines?.engine(for: key(inputs.mapValues { RuntimeValue.tensor($0) })).engine
  }

  private func key(_ inputs: [String: RuntimeValue]) -> EngineCache.Key {
    EngineCache.Key(
      shapes: inputs.compactMapValues { $0.tensor?.shape }, others: Set(inputs.filter { $0.value.tensor == nil }.keys))
  }

  private func run(_ inputs: [String: RuntimeValue], on engines: EngineCache) throws -> [RuntimeValue] {
    let compiled = try engines.engine(for: key(inputs))
    defer { compiled.afterFirstRun?() }
    return try compiled.engine.run(compiled.inputNames.map { inputs[$0] ?? .none })
  }

  /// A value for each of the graph's inputs, checked.
  private func arguments(_ inputs: [String: RuntimeValue]) throws -> [RuntimeValue?] {
    let graph = evaluator.graph
    let known = Set(graph.inputs.map { graph[$0].name })
    for name in inputs.keys.sorted() where !known.contains(name) {
      throw ConversionError(
        .usage, "there is no input '\(name)'; the inputs are \(inputNames.map { "'\($0)'" }.joined(separator: ", "))")
    }
    var binding = DimensionBinding()
    var arguments: [RuntimeValue?] = []
    for id in graph.inputs {
      let value = graph[id]
      guard let given = inputs[value.name] else {
        guard value.isConstant || value.isOptional else {
          throw ConversionError(.usage, "no value was given for input '\(value.name)'")
        }
        arguments.append(value.isConstant ? nil : RuntimeValue.none)
        continue
      }
      try check(given, for: value, &binding)
      arguments.append(given)
    }
    return arguments
  }

  private func check(_ given: RuntimeValue, for value: Value, _ binding: inout DimensionBinding) throws {
    guard let tensor = given.tensor, let type = value.type.tensor else { return }
    if let expected = type.elementType, expected != tensor.elementType {
      throw ConversionError(.badInput, "input '\(value.name)': \(expected) expected, \(tensor.elementType) given")
    }
    guard let shape = type.shape else { return }
    guard binding.take(tensor.shape, for: shape) else {
      throw ConversionError(
        .badInput, "input '\(value.name)': shape \(type.description) expected, \(tensor.shape) given")
    }
  }
}

extension Value {
  fileprivate var isOptional: Bool { if case .optional = type { true } else { false } }
}
