import CNNConv
import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// What a session does beside computing: sharing, shapes, errors and what has no kernel.
@Suite struct EngineSessionTests {
  private static let options = SessionOptions(engine: EngineOptions(threads: 2), planCache: nil)

  /// A small network of free batch and size: an image of features and ten scores.
  private static func model() throws -> Model {
    var sketch = GraphSketch(seed: 5)
    let x = try sketch.freeInput([.symbol("N"), 3, .symbol("H"), .symbol("W")])
    let a = try sketch.node(
      Relu(), sketch.convolution(x, 3, 20, kernel: [3, 3], window: .padded(1, stride: 2), bias: true))
    let b = try sketch.convolution(a, 20, 20, kernel: [3, 3], window: .padded(1))
    let sum = try sketch.node(Relu(), sketch.node(Add(), b, a))
    let mean = try sketch.node(GlobalAveragePooling(), sum)
    let scores = try sketch.linear(sketch.node(Flatten(), mean), 20, 10)
    return try Model(graph: sketch.finish(sum, scores).graph)
  }

  private static func image(_ images: Int, _ height: Int, _ width: Int, seed: Int = 1) throws -> [String: Tensor] {
    var random = SplitMix(seed: seed)
    return ["x": try random.tensor([images, 3, height, width])]
  }

  // MARK: Sharing

  /// Tasks of two shapes that run, and at first compile, at the same time.
  @Test func isSharedBetweenTasks() async throws {
    let model = try Self.model()
    let (alone, shared) = (Session(model, options: Self.options), Session(model, options: Self.options))
    let images = try (0..<8).map { try Self.image(1 + $0 % 2, 41, 37, seed: $0) }
    let expected = try images.map { try bits(alone.run($0).values) }
    #expect(Set(expected.map { $0[1] }).count == 8)
    let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
      for (image, expected) in zip(images, expected) {
        group.addTask {
          for _ in 0..<25 { guard try bits(shared.run(image).values) == expected else { return false } }
          return true
        }
      }
      var outcomes: [Bool] = []
      for try await outcome in group { outcomes.append(outcome) }
      return outcomes
    }
    #expect(outcomes == Array(repeating: true, count: 8))
  }

  @Test(arguments: [1, 2, 3]) func givesTheSameBits(threads: Int) throws {
    let model = try Self.model()
    let image = try Self.image(2, 60, 50)
    func session() -> Session {
      Session(model, options: SessionOptions(engine: EngineOptions(threads: threads), planCache: nil))
    }
    let first = session()
    let expected = try bits(first.run(image).values)
    for _ in 0..<20 { #expect(try bits(first.run(image).values) == expected) }
    #expect(try bits(session().run(image).values) == expected)
  }

  // MARK: Shapes

  @Test func takesAnyShape() throws {
    let model = try Self.model()
    let (session, reference) = (Session(model, options: Self.options), Session(model, options: .reference))
    let sizes = [(1, 9, 9), (2, 16, 16), (3, 8, 21), (1, 33, 12), (5, 7, 7), (2, 1, 1)]
    for (images, height, width) in sizes + sizes.reversed() {
      let image = try Self.image(images, height, width)
      let difference = try largestDifference(session.run(image).values, reference.run(image).values)
      #expect(difference <= 2e-5, "\(images) images of \(height) by \(width)")
    }
  }

  private final class Observed {
    weak var engine: Engine?
    init(_ engine: Engine?) { self.engine = engine }
  }

  /// Engines of shapes that were not asked for lately go; one that is used stays.
  @Test func keepsFewEngines() throws {
    let session = Session(try Self.model(), options: Self.options)
    let favourite = try Self.image(1, 6, 6)
    let engine = Observed(try session.engine(for: favourite))
    var others: [Observed] = []
    for size in 7..<27 {
      let image = try Self.image(1, size, size)
      _ = try session.run(image)
      others.append(Observed(try session.engine(for: image)))
      _ = try session.run(favourite)
    }
    #expect(engine.engine != nil)
    #expect(try session.engine(for: favourite) === engine.engine)
    #expect(others[0].engine == nil && others[19].engine != nil)
    #expect(others.filter { $0.engine != nil }.count < 10)
    #expect(try Session(Self.model(), options: .reference).engine(for: favourite) == nil)
  }

  @Test func refusesWrongInputs() throws {
    var sketch = GraphSketch()
    let x = try sketch.freeInput([.symbol("N"), 3, 8, 8])
    let r = try sketch.freeInput([.symbol("N"), 4, 8, 8], "r")
    let y = try sketch.node(Add(), sketch.convolution(x, 3, 4, kernel: [1, 1]), r)
    let session = Session(try Model(graph: sketch.finish(y).graph), options: Self.options)
    var random = SplitMix(seed: 3)
    let good = ["x": try random.tensor([2, 3, 8, 8]), "r": try random.tensor([2, 4, 8, 8])]
    let expected = try bits(session.run(good).values)
    func without(_ name: String) -> [String: Tensor] { good.filter { $0.key != name } }
    func with(_ name: String, _ tensor: Tensor) -> [String: Tensor] { good.merging([name: tensor]) { $1 } }
    let wrong: [([String: Tensor], ConversionError.Code, String)] = [
      ([:], .usage, "no value was given for input 'x'"), (without("r"), .usage, "no value was given for input 'r'"),
      (with("z", try Tensor(scalar: Float(1))), .usage, "there is no input 'z'; the inputs are 'x', 'r'"),
      (with("x", try random.tensor([2, 4, 8, 8])), .badInput, "input 'x': shape float32[N, 3, 8, 8] expected"),
      (with("x", try random.tensor([2, 3, 64])), .badInput, "input 'x': shape float32[N, 3, 8, 8] expected"),
      (with("r", try random.tensor([1, 4, 8, 8])), .badInput, "input 'r': shape float32[N, 4, 8, 8] expected"),
      (with("x", try random.tensor([2, 3, 8, 8]).converted(to: .float64)), .badInput, "input 'x': float32 expected"),
    ]
    for (inputs, code, message) in wrong {
      let error = #expect(throws: ConversionError.self) { try session.run(inputs) }
      #expect(error?.code == code)
      #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
      #expect(try bits(session.run(good).values) == expected)
    }
  }

  // MARK: Nodes that fail

  /// A failure names its node, and the next run is as if there had been none.
  @Test(arguments: [1, 2]) func failsAndGoesOn(threads: Int) throws {
    var sketch = GraphSketch(seed: 6)
    let x = try sketch.input([1, 8, 20, 20])
    let indices = try sketch.input(Tensor([Int64(5), 0], shape: [2]), "indices")
    let a = try sketch.convolution(x, 8, 8, kernel: [3, 3], window: .padded(1))
    let picked = try sketch.node(Gather(axis: 1), a, indices, name: "pick")
    let y = try sketch.convolution(picked, 2, 40, kernel: [3, 3], window: .padded(1))
    let sample = try sketch.finish(y, a)
    try expectAgreement(sample, references: ["node 'pick' (Gather)"])
    let options = SessionOptions(engine: EngineOptions(threads: threads), planCache: nil)
    let session = Session(try Model(graph: sample.graph), options: options)
    let good = ["x": sample.inputs[0], "indices": sample.inputs[1]]
    let expected = try bits(session.run(good).values)
    let bad = good.merging(["indices": try Tensor([Int64(0), 99], shape: [2])]) { $1 }
    for _ in 0..<50 {
      let error = #expect(throws: ConversionError.self) { try session.run(bad) }
      #expect(error?.location.node == "node 'pick' (Gather)")
      #expect(error?.code == .badInput)
      #expect(try bits(session.run(good).values) == expected)
    }
  }

  @Test func namesAReshapeThatDoesNotFit() throws {
    var sketch = GraphSketch(seed: 6)
    let x = try sketch.input([1, 8, 6, 6])
    let shape = try sketch.input(Tensor([Int64(4), -1], shape: [2]), "shape")
    let a = try sketch.convolution(x, 8, 8, kernel: [1, 1])
    let sample = try sketch.finish(sketch.node(Reshape(), a, shape, name: "fold"))
    try expectAgreement(sample, references: ["node 'fold' (Reshape)"])
    let session = Session(try Model(graph: sample.graph), options: Self.options)
    let bad = ["x": sample.inputs[0], "shape": try Tensor([Int64(7), 13], shape: [2])]
    let error = #expect(throws: ConversionError.self) { try session.run(bad) }
    #expect(error?.location.node == "node 'fold' (Reshape)")
    let good = try session.run(["x": sample.inputs[0], "shape": sample.inputs[1]])
    #expect(try largestDifference(good.values, sample.expected()) <= 2e-5)
  }
}
