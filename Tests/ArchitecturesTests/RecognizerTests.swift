import CNNArchitectures
import CNNGraphs
import CNNOperators
import CNNTensors
import Testing

@Suite struct RecognizerTests {
  @Test(arguments: Zoo.entries.map(\.name), [nil, 10, 84, 4096])
  func networksOfTheZooAreRecognized(name: String, classes: Int?) throws {
    let entry = try Zoo.entry(named: name)
    let graph = try entry.blueprint(classes: classes ?? entry.classes).graph
    let found = try #require(ArchitectureRecognizer.recognize(graph))
    #expect(found.name == name)
    #expect(found.title == entry.title)
    #expect(found.classes == classes ?? entry.classes)
  }

  @Test func foldedNormalizationsAreNotMissed() throws {
    var graph = try Zoo.entry(named: "resnet50").blueprint(classes: 1000).graph
    graph.removeNodes { $0 is BatchNormalization }
    #expect(ArchitectureRecognizer.recognize(graph)?.title == "ResNet-50")
    graph = try Zoo.entry(named: "vgg19_bn").blueprint(classes: 1000).graph
    graph.removeNodes { $0 is BatchNormalization }
    #expect(ArchitectureRecognizer.recognize(graph)?.title == "VGG-19")
  }

  @Test func otherNetworksAreNot() throws {
    #expect(ArchitectureRecognizer.recognize(Graph()) == nil)
    var graph = try Zoo.entry(named: "vgg16").blueprint(classes: 1000).graph
    graph.nodes.removeLast()
    #expect(ArchitectureRecognizer.recognize(graph) == nil)
  }

  @Test func linearLayersAreRecognizedEitherWayRound() throws {
    var graph = Graph()
    let input = try graph.addValue(Value("x", type: .tensor(.float32, [.symbol("N"), 1, 32, 32])))
    graph.inputs = [input]
    var x = input
    func add(_ operation: any Operator, _ shape: [Dimension], _ graph: inout Graph) throws {
      let weight = try graph.addValue(Value("", type: .tensor(.float32, shape)))
      let result = try graph.addValue(Value(""))
      graph.nodes.append(Node("", operation, inputs: [x, weight], outputs: [result]))
      x = result
    }
    try add(Convolution(), [6, 1, 5, 5], &graph)
    try add(Convolution(), [16, 6, 5, 5], &graph)
    try add(MatrixMultiplication(), [400, 120], &graph)
    try add(GeneralMatrixMultiplication(), [120, 84], &graph)
    try add(GeneralMatrixMultiplication(transposesB: true), [26, 84], &graph)
    #expect(ArchitectureRecognizer.recognize(graph) == RecognizedArchitecture("lenet5", "LeNet-5", classes: 26))
    graph.nodes[0].operator = Convolution(groups: 2)
    #expect(ArchitectureRecognizer.recognize(graph) == nil)
  }
}

extension Graph {
  /// Takes nodes of one input out; who read them reads their input.
  fileprivate mutating func removeNodes(where isRemoved: (any Operator) -> Bool) {
    var sources: [ValueID: ValueID] = [:]
    var kept: [Node] = []
    for var node in nodes {
      node.inputs = node.inputs.map { $0.map { sources[$0] ?? $0 } }
      if isRemoved(node.operator), let output = node.outputs.first, let output, let source = node.inputs[0] {
        sources[output] = source
      } else {
        kept.append(node)
      }
    }
    nodes = kept
  }
}
