import CNNGraphs
import CNNOperators
import CNNTensors

/// Runs passes until none of them has anything left to do.
package struct PassDriver: Sendable {
  /// The passes in the order in which they run.
  package let passes: [any Pass]
  /// The version of ONNX's operators that the result must be expressed in.
  package let operatorSet: Int

  /// Rewrites that undo one another would go on for ever; no graph needs this many rounds.
  private static let mostRounds = 64

  package init(_ passes: [any Pass], operatorSet: Int = .max) {
    (self.passes, self.operatorSet) = (passes, operatorSet)
  }

  /// Rewrites a graph.
  /// - Throws: ``ConversionError`` if a pass made a graph that is none, which is a mistake of the pass.
  package func run(_ graph: inout Graph) throws -> PassReport {
    var counts = [Int](repeating: 0, count: passes.count)
    var report = PassReport()
    // A graph that stays as it is is looked at once.
    var view: GraphView?
    for _ in 0..<Self.mostRounds {
      var log: [RefusalLog.Entry] = []
      var didChange = false
      for (index, pass) in passes.enumerated() {
        for _ in 0..<Self.mostRounds {
          let (count, refusals) = try sweep(pass, &graph, &view)
          counts[index] += count
          if count == 0 {
            log += refusals.entries.map { entry in
              var entry = entry
              entry.pass = pass.description.name
              return entry
            }
            break
          }
          didChange = true
        }
      }
      report.refusals = log
      if !didChange { break }
    }
    graph = graph.compacted()
    report.fired = zip(passes, counts).map { ($0.description.name, $1) }
    return report
  }

  private func sweep(
    _ pass: any Pass, _ graph: inout Graph, _ known: inout GraphView?
  ) throws -> (Int, RefusalLog) {
    try WorkBudget.current.charge(graph.nodes.count, times: 20 * WorkBudget.Cost.element)
    let view = known ?? GraphView(graph, operatorSet: operatorSet)
    known = view
    var refusals = RefusalLog()
    let patches = try pass.patches(in: view, refusals: &refusals)
    guard !patches.isEmpty else { return (0, refusals) }
    var applier = PatchApplier(view)
    for patch in patches {
      do {
        _ = try applier.apply(patch)
      } catch let refusal as Refusal {
        refusals.add(refusal, at: patch.removed.max() ?? 0, in: view)
      }
    }
    guard applier.count > 0 else { return (0, refusals) }
    graph = applier.finished()
    known = nil
    do {
      try graph.verify()
      var inference = TypeInference()
      try inference.infer(&graph)
    } catch {
      // What has to end is no fault of the pass.
      try WorkBudget.current.check()
      let fault = ConversionError(error)
      throw ConversionError(
        .internalFault, "the pass '\(pass.description.name)' made a graph that is none: \(fault.message)",
        at: fault.location, cause: error)
    }
    return (applier.count, refusals)
  }
}
