import CNNConv
import Foundation
import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import Testing

struct EngineSessionTests {
  private func model(_ sketch: inout GraphSketch, _ output: ValueID) throws -> Model {
    try Model(graph: try sketch.finish(output))
  }

  @Test
  func nodesWithoutKernelRunInBetween() throws {
    var sketch = GraphSketch(seed: 2)
    let x = try sketch.input([1, 20, 6, 8])
    let a = try sketch.node(Relu(), try sketch.layer(x, 24, kernel: 3))
    let turned = try sketch.node(Transpose(permutation: [0, 1, 3, 2]), a)
    let y = try sketch.layer(turned, 10, kernel: 3)
    let graph = try sketch.finish(y)
    try expectAgreement(graph, try sketch.values(), references: 1)
    let engine = try Engine(graph)
    #expect(engine.referenceSteps.allSatisfy { $0.contains("Transpose") })
    #expect(engine.description.contains("1 nodes have no kernel"))
  }

  @Test
  func aNodeThatFailsIsNamedAndTheEngineGoesOn() throws {
    var sketch = GraphSketch(seed: 2)
    let x = try sketch.input([1, 4, 3, 3], "x")
    let index = try sketch.input([1], "index", .int64)
    let y = try sketch.node(Gather(axis: 1), try sketch.node(Relu(), x), index)
    let graph = try sketch.finish(y)
    let engine = try Engine(graph)
    let image = RuntimeValue.tensor(try Tensor([Float](repeating: 1, count: 36), shape: [1, 4, 3, 3]))
    let wrong = RuntimeValue.tensor(try Tensor([Int64(9)], shape: [1]))
    let error = #expect(throws: ConversionError.self) { try engine.run([image, wrong]) }
    #expect(error?.location.node?.contains("Gather") == true)
    let right = try engine.run([image, .tensor(try Tensor([Int64(2)], shape: [1]))])
    #expect(try right[0].tensor?.values(as: Float.self) == [Float](repeating: 1, count: 9))
  }

  @Test
  func oneSessionServesManyThreads() async throws {
    var sketch = GraphSketch(seed: 3)
    let x = try sketch.input([1, 12, 20, 20])
    let y = try sketch.node(Relu(), try sketch.layer(try sketch.layer(x, 40, kernel: 3), 30, kernel: 3))
    let model = try model(&sketch, y)
    let session = Session(model, options: SessionOptions(engine: EngineOptions(threads: 2), planCache: nil))
    var random = SplitMix(state: 5)
    let inputs = try (0..<8).map { _ in try Tensor.random([1, 12, 20, 20], from: -1, to: 1, &random) }
    let name = try #require(session.outputNames.first)
    let alone = try inputs.map { try #require(try session.run(["x": $0])[name]).values(as: Float.self) }
    try await withThrowingTaskGroup(of: (Int, [Float]).self) { group in
      for round in 0..<32 {
        group.addTask {
          let place = round % inputs.count
          let output = try #require(try session.run(["x": inputs[place]])[name])
          return (place, try output.values(as: Float.self))
        }
      }
      for try await (place, values) in group { #expect(values == alone[place]) }
    }
  }

  @Test
  func eachShapeIsCompiledForItself() throws {
    var sketch = GraphSketch(seed: 4)
    var value = Value("x", type: .tensor(.float32, [.symbol("N"), 5, .symbol("H"), .symbol("W")]))
    value.declaredType = value.type
    var graph = Graph(name: "g")
    let x = try graph.addValue(value)
    graph.inputs = [x]
    let weights = graph.addConstant(try Tensor.random([18, 5, 3, 3], from: -1, to: 1, &sketch.random), hint: "w")
    let output = try graph.addValue(Value("y"))
    let window = SpatialWindow(pads: [1, 1, 1, 1])
    graph.nodes = [Node("c", Convolution(window: window), inputs: [x, weights], outputs: [output])]
    graph.outputs = [output]
    let model = try Model(graph: graph)
    let (session, reference) = (Session(model), Session(model, options: .reference))
    for shape in [[1, 5, 7, 9], [4, 5, 7, 9], [1, 5, 12, 3], [1, 5, 7, 9]] + (4..<16).map({ [1, 5, $0, $0] }) {
      let image = try Tensor.random(shape, from: -1, to: 1, &sketch.random)
      let (actual, expected) = (try session.run(["x": image])["y"], try reference.run(["x": image])["y"])
      #expect(try relativeError(try #require(actual), try #require(expected)) <= 2e-5)
    }
  }

  @Test
  func keptPlansAreTheSameAndWholeOrNotAtAll() throws {
    var sketch = GraphSketch(seed: 6)
    let x = try sketch.input([1, 3, 20, 22])
    var y = try sketch.node(Relu(), try sketch.layer(x, 24, kernel: 3))
    y = try sketch.node(Add(), y, try sketch.layer(y, 24, kernel: 3))
    let graph = try sketch.finish(try sketch.node(GlobalAveragePooling(), y))
    let inputs = try sketch.values()
    let engine = try Engine(graph)
    let path = FixtureFolders.temporary("kept.plan")
    #expect(engine.write(to: path, key: "k"))
    #expect(Engine(contentsOf: path, key: "other") == nil)
    let kept = try #require(Engine(contentsOf: path, key: "k"))
    let (expected, actual) = (try engine.run(inputs)[0], try kept.run(inputs)[0])
    #expect(try actual.tensor?.values(as: Float.self) == expected.tensor?.values(as: Float.self))
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
    var random = SplitMix(state: 11)
    for _ in 0..<60 {
      var broken = bytes
      broken[random.integer(0...bytes.count - 1)] ^= UInt8(1 << random.integer(0...7))
      try Data(broken).write(to: URL(filePath: path))
      // Padding before the constants is not read, and may change.
      if let other = Engine(contentsOf: path, key: "k") {
        #expect(try other.run(inputs)[0].tensor?.values(as: Float.self) == expected.tensor?.values(as: Float.self))
      }
    }
    for length in stride(from: 0, to: bytes.count - 64, by: 97) {
      try Data(bytes[..<length]).write(to: URL(filePath: path))
      #expect(Engine(contentsOf: path, key: "k") == nil)
    }
  }
}
