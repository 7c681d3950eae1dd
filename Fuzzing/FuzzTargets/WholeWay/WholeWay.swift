import CNNConv
import CNNConversion
import CNNGraphs
import CNNTensors

/// The whole way of a file: import, inference, rewriting, and one run.
enum WholeWay {
  /// What a run gave, by the reference evaluation or by the engine.
  struct Run {
    let model: Model
    let inputs: [String: Tensor]
    let outputs: Session.Outputs
  }

  /// The engine of one thread, on the best instruction set or on a given one.
  static func engine(_ instructionSet: EngineOptions.InstructionSet = .best) -> SessionOptions {
    var options = SessionOptions(planCache: nil)
    options.engine.threads = 1
    options.engine.instructionSet = instructionSet
    return options
  }

  /// Reads a model, and runs it on seeded inputs.
  static func run(_ path: String, _ options: SessionOptions) throws -> Run {
    let model = try Model(contentsOf: path)
    let inputs = try SeededInputs(seed: 1).values(for: model)
    return Run(model: model, inputs: inputs, outputs: try Session(model, options: options).run(inputs))
  }

  /// Both runs must agree on what the outputs are: how many, of which types and shapes.
  static func compareKinds(_ first: Session.Outputs, _ second: Session.Outputs) {
    guard first.names == second.names else { fatalError("other outputs: \(first.names), \(second.names)") }
    for (name, pair) in zip(first.names, zip(first.values, second.values)) {
      guard let a = pair.0.tensor, let b = pair.1.tensor else { continue }
      guard a.elementType == b.elementType, a.shape == b.shape else {
        fatalError("output '\(name)': \(a.elementType) \(a.shape), \(b.elementType) \(b.shape)")
      }
    }
  }
}
