import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// Graphs that no exporter writes, and calls that no program should make: each is refused or right, and none ends the
/// process or reads what is not its own. What used to crash runs in a process of its own.
@Suite struct EngineHostileTests {
  struct Wrong: Error {
    var what: String
  }

  /// The engine's results; `nil` if it refused.
  private static func run(_ sample: Sample) throws -> [RuntimeValue]? {
    do {
      return try Engine(sample.graph, options: EngineOptions(threads: 1)).run(
        sample.inputs.map { RuntimeValue.tensor($0) })
    } catch is ConversionError { return nil }
  }

  // MARK: Parameters that do not fit

  /// A normalization of fewer channels than there are, in front of a convolution that takes it in.
  static func shortNormalization() throws {
    for clips in [true, false] {
      var sketch = GraphSketch()
      let x = try sketch.input([1, 20, 5, 5])
      var y = try sketch.normalization(x, 3)
      if clips { y = try sketch.node(Relu(), y) }
      // Refused when the types are inferred, before there is a plan; if not, then by the run.
      guard let sample = try? sketch.finish(sketch.convolution(y, 20, 8, kernel: [1, 1])) else { continue }
      guard try run(sample) == nil else { throw Wrong(what: "3 factors for 20 channels") }
    }
  }

  @Test func refusesAShortNormalization() async {
    await #expect(processExitsWith: .success) { try EngineHostileTests.shortNormalization() }
  }

  // MARK: Constants as images

  /// A constant that a node without a kernel reads, and after it kernels that take images.
  static func constantImages() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1, 8, 5, 5])
    let (plain, few) = (try sketch.weights([1, 8, 5, 5]), try sketch.weights([1, 3, 5, 5]))
    let sample = try sketch.finish(
      sketch.node(Transpose(), plain), sketch.node(Transpose(), few),
      sketch.convolution(plain, 8, 6, kernel: [3, 3]), sketch.convolution(few, 3, 6, kernel: [3, 3]),
      sketch.node(Relu(), plain), sketch.node(GlobalAveragePooling(), few), sketch.node(Add(), x, plain))
    guard let actual = try run(sample), try largestDifference(actual, sample.expected()) <= 2e-5 else {
      throw Wrong(what: "kernels of constants")
    }
  }

  @Test func readsConstantImages() async {
    await #expect(processExitsWith: .success) { try EngineHostileTests.constantImages() }
  }

  // MARK: Windows

  static func hugeDilations() throws {
    for groups in [1, 4, 8] {
      var sketch = GraphSketch()
      let x = try sketch.input([1, 8, 5, 5])
      let window = SpatialWindow(dilations: [1, Int(Int32.max)], autoPad: .sameUpper)
      let y = try sketch.convolution(x, 8, 8, kernel: [1, 7], window: window, groups: groups)
      _ = try run(sketch.finish(y))
    }
    for isMaximum in [true, false] {
      var sketch = GraphSketch()
      let x = try sketch.input([1, 8, 5, 5])
      let window = SpatialWindow(kernel: [1, 7], dilations: [1, Int(Int32.max)], autoPad: .sameLower)
      let operation: any Operator = isMaximum ? MaxPooling(window: window) : AveragePooling(window: window)
      _ = try run(sketch.finish(sketch.node(operation, x)))
    }
  }

  @Test func survivesHugeDilations() async {
    await #expect(processExitsWith: .success) { try EngineHostileTests.hugeDilations() }
  }

  static func hugePads() throws {
    for channels in [3, 8] {
      var sketch = GraphSketch()
      let x = try sketch.input([1, channels, 5, 5])
      let most = Int(Int32.max)
      let window = SpatialWindow(strides: [most, most], pads: [most, most, most, most])
      _ = try run(sketch.finish(sketch.convolution(x, channels, 8, kernel: [3, 3], window: window)))
    }
  }

  @Test func survivesHugePads() async {
    await #expect(processExitsWith: .success) { try EngineHostileTests.hugePads() }
  }

  /// A border that no memory could hold, around an image of five pixels.
  @Test(arguments: [3, 20]) func padsFarBeyondTheImage(channels: Int) throws {
    for groups in [1, channels] {
      var sketch = GraphSketch()
      let x = try sketch.input([1, channels, 5, 5])
      let far = 1 << 20
      let window = SpatialWindow(strides: [far, far], pads: [far, far, far, far])
      let y = try sketch.convolution(x, channels, channels, kernel: [3, 3], window: window, groups: groups, bias: true)
      try expectAgreement(sketch.finish(y), references: nil)
    }
  }

  // MARK: Types that files declare

  /// A value is said to be larger than it is, and nothing but the run can tell.
  static func declaredShapes() throws {
    for (inputs, declared) in [(4, [1, 4, 64, 64]), (32, [1, 32, 64, 64]), (32, [2, 16, 5, 5])] {
      var sketch = GraphSketch()
      let x = try sketch.input([1, inputs, 5, 5])
      let shape = try sketch.input(Tensor([1, inputs, 5, 5].map { Int64($0) }, shape: [4]), "shape")
      let y = try sketch.node(Reshape(), x, shape)
      sketch.declare(y, .tensor(.float32, declared.map(Dimension.fixed)))
      let sample = try sketch.finish(
        sketch.convolution(y, declared[1], 8, kernel: [3, 3]), sketch.node(GlobalAveragePooling(), y))
      guard let actual = try run(sample) else { continue }
      // The reference may refuse what the engine did not.
      guard let expected = try? sample.expected(), try largestDifference(actual, expected) <= 2e-5 else {
        throw Wrong(what: "\(declared) declared")
      }
    }
  }

  @Test func doesNotTrustDeclaredShapes() async {
    await #expect(processExitsWith: .success) { try EngineHostileTests.declaredShapes() }
  }

  /// Parts whose extents are an input, while the file says what they were when it was written.
  @Test func splitsAsTheRunSays() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1, 12, 5, 5])
    let extents = try sketch.input(Tensor([Int64(8), 4], shape: [2]), "extents")
    let parts = try sketch.nodes(Split(axis: 1), [x, extents], outputs: 2)
    for part in parts { sketch.declare(part, .tensor(.float32, [1, 6, 5, 5])) }
    let sample = try sketch.finish(sketch.node(Relu(), parts[0]), sketch.node(Relu(), parts[1]))
    if let actual = try Self.run(sample) { #expect(try largestDifference(actual, sample.expected()) <= 2e-5) }
  }

  // MARK: Calls

  /// Fewer inputs than there are, and tensors of another shape or type than the engine was compiled for.
  static func wrongCalls() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 20, 64, 64])
    let image = try sketch.input([2, 3, 64, 64], "image")
    let y = try sketch.convolution(x, 20, 8, kernel: [1, 1])
    let z = try sketch.convolution(image, 3, 8, kernel: [1, 1])
    let sample = try sketch.finish(y, z)
    let engine = try Engine(sample.graph, options: EngineOptions(threads: 1))
    let good = sample.inputs.map { RuntimeValue.tensor($0) }
    let (small, text) = (try Tensor([Float(1)], shape: [1]), try Tensor(strings: ["a"], shape: [1]))
    let wide = try sample.inputs[0].converted(to: .float64)
    let calls: [[RuntimeValue]] = [
      [], [good[0]], [.tensor(small), good[1]], [good[0], .tensor(small)], [.tensor(text), good[1]], [good[0], .none],
      [.tensor(wide), good[1]], [good[1], good[0]],
    ]
    for (index, inputs) in calls.enumerated() {
      do {
        _ = try engine.run(inputs)
      } catch is ConversionError { continue }
      throw Wrong(what: "call \(index)")
    }
    guard try largestDifference(engine.run(good), sample.expected()) <= 2e-5 else { throw Wrong(what: "a good call") }
  }

  @Test func checksCalls() async {
    await #expect(processExitsWith: .success) { try EngineHostileTests.wrongCalls() }
  }

  @Test func refusesWhatThisMachineLacks() {
    for set in EngineOptions.InstructionSet.allCases where !instructionSets.contains(set) {
      #expect(throws: ConversionError.self) {
        try Engine(Graph(name: "empty"), options: EngineOptions(instructionSet: set))
      }
    }
    #expect(throws: ConversionError.self) { try Engine(Graph(name: "empty"), options: EngineOptions(threads: 5000)) }
  }
}
