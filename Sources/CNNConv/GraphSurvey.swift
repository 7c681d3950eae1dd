import CNNGraphs
import CNNOperators
import CNNTensors

/// Counts what a graph holds.
struct GraphSurvey {
  var operators: [String: Int] = [:]
  var unsupported: [String: String] = [:]
  var parameters = 0
  var buffers = 0
  var weights: [String: ModelSummary.Weights] = [:]
  var findings: [String] = []
  private var files: [String: Int] = [:]

  func externalBytes(than path: String?) -> Int { files.filter { $0.key != path }.values.reduce(0, +) }

  mutating func visit(_ graph: Graph) {
    var statistics: Set<ValueID> = []
    var used: Set<ValueID> = Set(graph.outputs)
    for node in graph.nodes {
      let signature = node.operator.signature
      let name = (signature.domain.isEmpty ? "" : signature.domain + ".") + signature.name
      operators[name, default: 0] += 1
      if let foreign = node.operator as? ForeignOperator, foreign.function == nil { unsupported[name] = foreign.reason }
      for index in node.operator.statisticsInputs where index < node.inputs.count {
        if let id = node.inputs[index] { statistics.insert(id) }
      }
      used.formUnion(node.inputs.compactMap(\.self))
      used.formUnion(node.captures)
      if case .dense(let tensor)? = (node.operator as? Constant)?.value {
        count(tensor, isStatistics: false, isStored: true)
      }
      for body in node.operator.bodies { visit(body) }
    }
    var unused = (count: 0, bytes: 0)
    for id in graph.valueIDs {
      guard let constant = graph[id].constant else { continue }
      count(constant, isStatistics: statistics.contains(id), isStored: true)
      if !used.contains(id) { unused = (unused.count + 1, unused.bytes + constant.byteCount) }
    }
    if unused.count > 0 { findings.append("\(unused.count) constants are used by nothing (\(unused.bytes) bytes)") }
  }

  private mutating func count(_ tensor: Tensor, isStatistics: Bool, isStored: Bool) {
    weights[tensor.elementType.description, default: .init()].tensors += 1
    weights[tensor.elementType.description]?.elements += tensor.count
    weights[tensor.elementType.description]?.bytes += tensor.byteCount
    if let file = tensor.storage?.fileRange?.file { files[file.path, default: 0] += tensor.byteCount }
    guard tensor.isLearned else { return }
    if isStatistics { buffers += tensor.count } else { parameters += tensor.count }
  }
}
