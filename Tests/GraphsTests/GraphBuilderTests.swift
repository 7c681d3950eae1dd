import CNNGraphs
import CNNOperators
import CNNTensors
import Testing

/// Graphs built step by step.
struct GraphBuilderTests {
  @Test func nodesAndValuesAreNamed() throws {
    var builder = GraphBuilder(name: "net")
    let x = try builder.input("x", shape: ["N", 3])
    let one = try builder.constant(Tensor([1]))
    let sum = try builder.apply(Add(), to: x, one, name: "sum")
    let positive = try builder.apply(Relu(), to: sum)
    let again = try builder.apply(Relu(), to: positive)
    try builder.output(again, name: "y")
    let graph = builder.graph
    try graph.verify()
    #expect(graph.name == "net")
    #expect(graph.nodes.map { graph.describe($0) } == ["node 'sum' (Add)", "node 'relu' (Relu)", "node 'y' (Relu)"])
    #expect(graph.outputs.map { graph[$0].name } == ["y"])
    #expect(graph.inputs.map { graph[$0].type.description } == ["float32[N, 3]"])
  }

  @Test func operatorsMayHaveSeveralOutputs() throws {
    var builder = GraphBuilder()
    let x = try builder.input("x", shape: [6])
    let parts = try builder.apply(Split(axis: 0), to: [x], names: ["low", ""])
    for part in parts { try builder.output(part) }
    try builder.graph.verify()
    #expect(builder.graph.outputs.map { builder.graph[$0].name } == ["low", "split"])
  }

  @Test func namesAreTakenOnce() throws {
    var builder = GraphBuilder()
    let x = try builder.input("x", shape: [1])
    #expect(throws: ConversionError.self) { try builder.input("x", shape: [1]) }
    #expect(throws: ConversionError.self) { try builder.apply(Relu(), to: x, name: "x") }
    #expect(throws: ConversionError.self) { try builder.constant(Tensor([1]), name: "x") }
    let y = try builder.apply(Relu(), to: x, name: "y")
    #expect(throws: ConversionError.self) { try builder.output(y, name: "x") }
    #expect(builder.graph.nodes.count == 1)
  }

  @Test func valuesOfAnotherGraphAreRefused() throws {
    var (first, second) = (GraphBuilder(), GraphBuilder())
    let x = try first.input("x", shape: [1])
    let error = #expect(throws: ConversionError.self) { try second.apply(Relu(), to: x) }
    #expect(error?.code == .usage)
    #expect(throws: ConversionError.self) { try second.output(x) }
  }
}
