import CNNConv
import CNNTensors
import TestSupport
import Testing

/// Graphs that ask for more than there is end in the error of a limit, however they are run.
@Suite struct HostileGraphTests {
  /// Small enough for a program that is not optimized; what the graphs ask for is beyond all bounds.
  private static let limits = Limits(memory: 64 << 20, work: 2_000_000_000)

  private static func inputs(of model: Model) throws -> [String: Tensor] {
    let type = model.graph[model.graph.inputs[0]].type.tensor?.elementType
    return ["x": try type == .int64 ? Tensor([Int64(1) << 40]) : Tensor([Float(1)])]
  }

  private static func refusal(of graph: HostileGraph, _ options: SessionOptions) throws -> ConversionError? {
    #expect(throws: ConversionError.self, "\(graph)") {
      try limits.run {
        let model = try Model(graph: graph.graph())
        _ = try Session(model, options: options).run(inputs(of: model))
      }
    }
  }

  @Test(arguments: HostileGraph.large, [SessionOptions.reference, SessionOptions(planCache: nil)])
  func whatAsksForMemoryIsRefused(_ graph: HostileGraph, _ options: SessionOptions) throws {
    let error = try Self.refusal(of: graph, options)
    #expect(error?.code == .limit, "\(String(describing: error))")
    // An arena belongs to no node.
    if options.usesReference { #expect(error?.location.node != nil, "\(String(describing: error))") }
  }

  @Test(arguments: HostileGraph.long, [SessionOptions.reference, SessionOptions(planCache: nil)])
  func whatAsksForTimeIsRefused(_ graph: HostileGraph, _ options: SessionOptions) throws {
    let error = try Self.refusal(of: graph, options)
    #expect(error?.code == .limit, "\(String(describing: error))")
    // An arena belongs to no node.
    if options.usesReference { #expect(error?.location.node != nil, "\(String(describing: error))") }
  }

  /// Whatever a file asks for, rewriting and comparing it ends.
  @Test(arguments: HostileGraph.large + HostileGraph.long)
  func rewritingThemEnds(_ graph: HostileGraph) throws {
    do {
      try Self.limits.run {
        let model = try Model(graph: graph.graph())
        let fusion = try model.fused()
        _ = try model.verify(fused: fusion.model)
      }
    } catch let error as ConversionError {
      #expect(error.code == .limit || error.code == .usage || error.code == .badInput, "\(error)")
    }
  }
}
