import CNNGraphs
import CNNOperators
import TestSupport
import Testing

/// What the registry says of each operator.
@Suite struct RegistryTests {
  @Test func everyOperatorIsFoundByItsName() {
    #expect(OperatorRegistry.standard.signatures.count == StandardOperators.all.count, "two bear the same name")
    for type in StandardOperators.all {
      let found = OperatorRegistry.standard.type(domain: type.signature.domain, name: type.signature.name)
      #expect(found.map { ObjectIdentifier($0) } == ObjectIdentifier(type), "\(type)")
    }
    #expect(OperatorRegistry.standard.type(domain: "ai.onnx", name: "Conv") == Convolution.self)
    #expect(OperatorRegistry.standard.type(domain: "com.example", name: "Conv") == nil)
  }

  @Test(arguments: OperatorRegistry.standard.signatures) func signaturesAreInOrder(_ signature: OperatorSignature) {
    #expect(signature.versions.first ?? 0 >= 1)
    #expect(signature.versions == Array(Set(signature.versions)).sorted())
    #expect(signature.inputs.lowerBound >= 0 && signature.outputs.lowerBound >= 0)
    #expect(signature.outputs.upperBound >= 1)
  }

  @Test func everyOperatorHasAFixture() {
    let covered = Set(OperatorSample.names.compactMap { $0.split(separator: "/").first.map(String.init) })
    #expect(OperatorRegistry.standard.signatures.map(\.name).filter { !covered.contains($0) } == [])
  }

  // MARK: Numbers of inputs and outputs

  /// A graph with one node more or less than an operator's inputs or outputs is none.
  @Test(arguments: OperatorSample.first) func arityIsChecked(name: String) throws {
    let sample = try OperatorSample(name)
    let signature = sample.node.operator.signature
    func message(_ change: (inout Node) -> Void) -> String {
      var graph = sample.model.graph
      let index = graph.nodes.lastIndex { $0.operator.signature == signature && $0.inputs == sample.node.inputs }
      guard let index else { return "no node" }
      change(&graph.nodes[index])
      do {
        try graph.verify()
        return "fine"
      } catch { return "\(error)" }
    }
    #expect(message { _ in } == "fine")
    if signature.inputs.upperBound < 100 {
      let most = signature.inputs.upperBound
      #expect(
        message { while $0.inputs.count <= most { $0.inputs.append(nil) } }.contains("expected, \(most + 1) found"))
    }
    if signature.inputs.lowerBound > 0 {
      let few = signature.inputs.lowerBound - 1
      #expect(message { $0.inputs.removeLast($0.inputs.count - few) }.contains("expected, \(few) found"))
    }
    if signature.outputs.upperBound < 100 {
      let most = signature.outputs.upperBound
      #expect(
        message { while $0.outputs.count <= most { $0.outputs.append(nil) } }.contains("expected, \(most + 1) found"))
    }
  }
}
