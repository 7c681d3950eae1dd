import CNNConv
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport

/// A way from a graph and its inputs to results.
package enum AgreementPath: Sendable, Hashable, CustomStringConvertible {
  /// The operators' own evaluation, node by node, once more.
  case reference
  /// The same, beside what inference says of each value.
  case inference
  /// The engine.
  case engine(fuses: Bool, EngineOptions.InstructionSet, threads: Int)
  /// The graph as `fuse` rewrites it, by the reference evaluation.
  case rewritten
  /// An ONNX file of an operator set, read back, by the reference evaluation.
  case file(operatorSet: Int)
  /// An ONNX file of the graph's own operator set, written twice.
  case roundTrip
  /// The engine from a kept plan.
  case keptPlan

  /// The path's name, as it is given on the command line.
  package var description: String {
    switch self {
    case .reference: "reference"
    case .inference: "inference"
    case .engine(let fuses, let set, let threads): "\(fuses ? "fused" : "unfused")-\(set)-\(threads)"
    case .rewritten: "rewritten"
    case .file(let version): "opset\(version)"
    case .roundTrip: "roundtrip"
    case .keptPlan: "plan"
    }
  }

  /// What a path makes of a graph.
  package enum Outcome: Sendable {
    case results([RuntimeValue])
    /// The path cannot say the graph, as is documented: an operator set lacks the operator, or it has no such type.
    case inexpressible
  }

  /// Every path of this machine, the files of the operator sets 7 to 28 among them.
  package static let all: [AgreementPath] = {
    let sets = EngineOptions.InstructionSet.allCases.filter {
      $0.rawValue <= EngineOptions.InstructionSet.best.rawValue
    }
    let engines = sets.flatMap { set in
      [1, 2].flatMap { threads in [true, false].map { AgreementPath.engine(fuses: $0, set, threads: threads) } }
    }
    let files = (7...28).map { AgreementPath.file(operatorSet: $0) }
    return [.reference, .inference] + engines + [.rewritten, .roundTrip, .keptPlan] + files
  }()

  /// Runs a graph.
  package func run(_ graph: Graph, _ inputs: [Tensor], in folder: TemporaryFolder) throws -> Outcome {
    let values = inputs.map { RuntimeValue.tensor($0) }
    switch self {
    case .reference: return .results(try ReferenceEvaluator(graph).run(values))
    case .inference:
      var inferred = graph
      var inference = TypeInference()
      try inference.infer(&inferred)
      var odd: String?
      let results = try ReferenceEvaluator(inferred).run(values) { id, value in
        guard let tensor = value.tensor else { return }
        // An optional that holds a tensor is that tensor.
        var type = inferred[id].type
        if case .optional(let element) = type { type = element }
        if type.merged(with: .tensor(TensorType(of: tensor))) == nil {
          odd = odd ?? "'\(inferred[id].name)' is inferred \(type) and is \(TensorType(of: tensor))"
        }
      }
      if let odd { throw Different(what: odd) }
      return .results(results)
    case .engine(let fuses, let set, let threads):
      let options = SessionOptions(
        fuses: fuses, engine: EngineOptions(threads: threads, instructionSet: set), planCache: nil)
      return .results(try Self.run(try Model(graph: graph, metadata: Self.metadata), inputs, options))
    case .rewritten:
      let model = try Model(graph: graph, metadata: Self.metadata).fused().model
      return .results(try Self.run(model, inputs, .reference))
    case .file(let version):
      // The least elements are the greatest of the negated ones there, NaN among them.
      let takesLeast = graph.nodes.contains { ($0.operator as? TopK)?.takesLargest == false }
      if version < 11, takesLeast { return .inexpressible }
      let path = folder.file("model.onnx")
      do {
        try Model(graph: graph, metadata: Self.metadata).write(to: path, operatorSet: version)
      } catch let error as ConversionError where error.code == .unsupported { return .inexpressible }
      return .results(try Self.run(try Model(contentsOf: path), inputs, .reference))
    case .roundTrip:
      let paths = (folder.file("first.onnx"), folder.file("second.onnx"))
      do {
        try Model(graph: graph, metadata: Self.metadata).write(to: paths.0)
      } catch let error as ConversionError where error.code == .unsupported { return .inexpressible }
      let model = try Model(contentsOf: paths.0)
      try model.write(to: paths.1)
      guard try Self.bytes(paths.0) == Self.bytes(paths.1) else { throw Different(what: "the second file is another") }
      return .results(try Self.run(model, inputs, .reference))
    case .keptPlan:
      let path = folder.file("planned.onnx")
      do {
        try Model(graph: graph, metadata: Self.metadata).write(to: path)
      } catch let error as ConversionError where error.code == .unsupported { return .inexpressible }
      let cache = PlanCache(folder: folder.file("plans"), leastMilliseconds: 0)
      let options = SessionOptions(engine: EngineOptions(threads: 1), planCache: cache)
      _ = try Self.run(try Model(contentsOf: path), inputs, options)
      BackgroundWork.finish()
      return .results(try Self.run(try Model(contentsOf: path), inputs, options))
    }
  }

  private struct Different: Error, CustomStringConvertible {
    let what: String
    var description: String { what }
  }

  private static let metadata = ModelMetadata(operatorSet: 28)

  private static func run(_ model: Model, _ inputs: [Tensor], _ options: SessionOptions) throws -> [RuntimeValue] {
    let names = model.graph.requiredInputs.map { model.graph[$0].name }
    guard names.count == inputs.count else { throw Different(what: "\(names.count) inputs are asked for") }
    return try Session(model, options: options).run(Dictionary(uniqueKeysWithValues: zip(names, inputs))).values
  }

  private static func bytes(_ path: String) throws -> [UInt8] { try MappedFile(path: path).withBytes { Array($0) } }
}
