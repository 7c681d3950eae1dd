import CNNGraphs
import Synchronization

/// The evaluators of a node's bodies, each prepared once for all rounds.
package final class BodyEvaluators: Sendable {
  /// Which graph this is: where its parts lie, which stays the same while an evaluator holds on to them.
  private struct Key: Hashable {
    private let addresses: [Int]

    init(_ graph: Graph) {
      func address<T>(_ part: [T]) -> Int { part.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) } }
      addresses = [address(graph.nodes), address(graph.values), address(graph.inputs), address(graph.outputs)]
    }
  }

  private let evaluators = Mutex<[Key: ReferenceEvaluator]>([:])

  package init() {}

  /// The evaluator of a body.
  package func evaluator(of body: Graph) -> ReferenceEvaluator {
    let key = Key(body)
    return evaluators.withLock { evaluators in
      if let evaluator = evaluators[key] { return evaluator }
      let evaluator = ReferenceEvaluator(body)
      evaluators[key] = evaluator
      return evaluator
    }
  }
}
