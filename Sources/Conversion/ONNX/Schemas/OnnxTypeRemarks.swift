import CNNFormats
import CNNGraphs

/// Types in a model that its operator sets do not allow: runtimes refuse such a model, and some nodes cannot run.
package enum OnnxTypeRemarks {
  /// A remark a node, and one for those that are too many to list.
  /// - Parameters:
  ///   - graph: a graph whose types are known.
  ///   - operatorSets: the operator sets that its file names.
  package static func remarks(_ graph: Graph, operatorSets: [(domain: String, version: Int)]) -> [Remark] {
    let most = 5
    var versions: [String: Int] = [:]
    for set in operatorSets { versions[set.domain == "ai.onnx" ? "" : set.domain] = set.version }
    var remarks: [Remark] = []
    var count = 0
    for node in graph.nodes {
      guard let notes = node.annotations.carried as? OnnxNodeNotes, !(node.operator is ForeignOperator) else {
        continue
      }
      let domain = notes.domain == "ai.onnx" ? "" : notes.domain ?? ""
      guard let set = versions[domain], domain != "" || set <= OnnxSchemaTable.newestOperatorSet,
        let schema = OnnxSchemas.standard.schema(domain: domain, name: node.operator.signature.name, operatorSet: set)
      else { continue }
      func types(_ ids: [ValueID?]) -> [ValueType] { ids.map { $0.map { graph[$0].type } ?? .unknown } }
      guard let words = schema.typeComplaint(inputTypes: types(node.inputs), outputTypes: types(node.outputs)) else {
        continue
      }
      count += 1
      if count <= most { remarks.append(Remark("\(graph.describe(node)): \(words) in operator set \(set)")) }
    }
    if count > most { remarks.append(Remark("and \(count - most) more nodes with types that are not allowed")) }
    return remarks
  }
}
