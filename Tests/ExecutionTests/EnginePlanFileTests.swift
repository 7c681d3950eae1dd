import CNNConv
import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import Foundation
import TestSupport
import Testing

/// Compiled plans that outlive their process.
@Suite(.serialized) struct EnginePlanFileTests {
  private let folder: TemporaryFolder
  private let options = EngineOptions(threads: 2)

  init() throws { folder = try TemporaryFolder() }

  /// The key of a graph whose weights all lie in memory.
  private static func key(_ sample: Sample, _ words: String = "key") throws -> PlanKey {
    let names = sample.graph.inputs.map { sample.graph[$0].name }
    return PlanKey(
      words: [words], secret: try #require(PlanSecret(Array(0..<32))), constants: [:],
      inputs: Dictionary(uniqueKeysWithValues: zip(names, sample.inputs.map(\.shape))),
      outputs: sample.graph.outputs.map { sample.graph[$0].type.tensor?.shape?.map(\.value) })
  }

  private func path(_ name: String) -> String { folder.file(name) }

  /// A graph with all kernels that read no weights where they lie.
  private static func sample() throws -> Sample {
    var sketch = GraphSketch(seed: 4)
    let image = try sketch.input([1, 3, 26, 22])
    let a = try sketch.node(
      Relu(), sketch.convolution(image, 3, 20, kernel: [5, 5], window: .padded(2, stride: 2), bias: true))
    let b = try sketch.convolution(a, 20, 20, kernel: [3, 3], window: .padded(1))
    let c = try sketch.node(HardSwish(), sketch.convolution(a, 20, 20, kernel: [3, 3], window: .padded(1), groups: 20))
    let sum = try sketch.node(Relu(), sketch.node(Add(), b, a))
    let joined = try sketch.nodes(Concatenation(axis: 1), [sum, c], outputs: 1)[0]
    let narrow = try sketch.convolution(
      sketch.node(Relu(), sketch.normalization(joined, 40)), 40, 24, kernel: [1, 1], bias: true)
    let pooled = try sketch.node(
      MaxPooling(window: SpatialWindow(kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1])), narrow)
    let normal = try sketch.node(LocalResponseNormalization(size: 5, alpha: 0.5), pooled)
    let mean = try sketch.node(GlobalAveragePooling(), normal)
    let gated = try sketch.node(Multiply(), normal, sketch.node(Sigmoid(), mean))
    return try sketch.finish(gated, sketch.node(Softmax(axis: -1), sketch.node(Flatten(), mean)), joined)
  }

  @Test func comesBackTheSame() throws {
    let sample = try Self.sample()
    let key = try Self.key(sample)
    let inputs = sample.inputs.map { RuntimeValue.tensor($0) }
    for set in instructionSets {
      let options = EngineOptions(threads: 2, instructionSet: set)
      let engine = try Engine(sample.graph, options: options)
      #expect(engine.write(to: path("a.plan"), key: key))
      let again = try #require(Engine(contentsOf: path("a.plan"), key: key, options: options))
      #expect(again.description == engine.description)
      #expect(again.inputNames == engine.inputNames && again.work == engine.work)
      let (before, after) = (try engine.run(inputs), try again.run(inputs))
      #expect(try bits(after) == bits(before), "\(set)")
      #expect(try largestDifference(after, sample.expected()) <= 2e-5, "\(set)")
    }
  }

  @Test func isForOneKey() throws {
    let sample = try Self.sample()
    let key = try Self.key(sample)
    let engine = try Engine(sample.graph, options: options)
    #expect(engine.write(to: path("a.plan"), key: key))
    for other in [try Self.key(sample, "kez"), try Self.key(sample, "")] {
      #expect(Engine(contentsOf: path("a.plan"), key: other, options: options) == nil)
    }
    #expect(Engine(contentsOf: path("b.plan"), key: key, options: options) == nil)
    #expect(!engine.write(to: path("missing/a.plan"), key: key))
    #expect(folder.names == ["a.plan"])
  }

  /// What has nodes without kernels, or weights that lie in no file, cannot be kept.
  @Test func keepsNoGraphsAndNoMemory() throws {
    var linear = GraphSketch()
    let matrix = try linear.input([2, 9])
    let graphs = [try linear.finish(linear.linear(matrix, 9, 4))]
    var reference = GraphSketch()
    let x = try reference.input([1, 5, 4, 4])
    let more = try reference.finish(reference.node(Cos(), reference.convolution(x, 5, 5, kernel: [1, 1])))
    for sample in graphs + [more] {
      let isKept = try Engine(sample.graph, options: options).write(to: path("a.plan"), key: Self.key(sample))
      #expect(!isKept)
    }
    #expect(folder.names == [])
  }

  /// A file that was cut short is none, and no changed byte leads to other results or a crash.
  @Test func noticesDamage() throws {
    let sample = try Self.sample()
    let key = try Self.key(sample)
    let inputs = sample.inputs.map { RuntimeValue.tensor($0) }
    let engine = try Engine(sample.graph, options: options)
    let expected = try bits(engine.run(inputs))
    #expect(engine.write(to: path("a.plan"), key: key))
    let bytes = try Data(contentsOf: URL(filePath: path("a.plan")))
    let damaged = URL(filePath: path("b.plan"))
    for length in Array(0..<80) + stride(from: 80, to: bytes.count, by: bytes.count / 60) {
      try bytes.prefix(length).write(to: damaged, options: .atomic)
      #expect(Engine(contentsOf: damaged.path, key: key, options: options) == nil, "cut after \(length) bytes")
    }
    var refused = 0
    for index in Array(0..<80) + stride(from: 80, to: bytes.count, by: bytes.count / 150) {
      var copy = bytes
      copy[index] ^= 0x41
      try copy.write(to: damaged, options: .atomic)
      guard let found = Engine(contentsOf: damaged.path, key: key, options: options) else {
        refused += 1
        continue
      }
      // Between its parts a file may hold anything.
      #expect(try bits(found.run(inputs)) == expected, "byte \(index)")
    }
    #expect(refused > 200)
  }

  /// A model file may be replaced while a process works with what it held before: the plan is of the old weights.
  @Test func knowsWhichFileAPlanIsOf() throws {
    func model(seed: Int) throws -> Model {
      var sketch = GraphSketch(seed: seed)
      var x = try sketch.freeInput([1, 512, 13, 17])
      // So many weights take long enough to pack that the plan is worth keeping.
      for _ in 0..<3 { x = try sketch.convolution(x, 512, 512, kernel: [3, 3], window: .padded(1)) }
      return try Model(graph: sketch.finish(x).graph)
    }
    let file = path("model.onnx")
    let cache = PlanCache(folder: path("cache"), leastMilliseconds: 0)
    let cached = SessionOptions(engine: options, planCache: cache)
    var random = SplitMix(seed: 3)
    let image = ["x": try random.tensor([1, 512, 13, 17])]
    try model(seed: 1).write(to: file)
    let old = try Model(contentsOf: file)
    let expectedOld = try Session(old, options: .reference).run(image).values
    try model(seed: 2).write(to: file)
    // The first run compiles, when the file is another one already.
    #expect(try largestDifference(Session(old, options: cached).run(image).values, expectedOld) <= 2e-5)
    BackgroundWork.finish()
    let new = try Model(contentsOf: file)
    let expectedNew = try Session(new, options: .reference).run(image).values
    for _ in 0..<2 {
      #expect(try largestDifference(Session(new, options: cached).run(image).values, expectedNew) <= 2e-5)
      BackgroundWork.finish()
    }
    let plans = TemporaryFolder.names(of: cache.folder).filter { $0.hasSuffix(".plan") }
    #expect(plans.count == 1 || plans.count == 2, "nothing was kept: the test says nothing")
  }
}
