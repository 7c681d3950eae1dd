import CNNConv
import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import Foundation
import TestSupport
import Testing

/// Plan files that somebody made: with wrong tags, and with right ones around numbers that lead anywhere.
@Suite struct ForgedPlanTests {
  /// A plan file of a model with every kernel that plans keep, and what it is read with.
  private struct Kept {
    let folder: TemporaryFolder
    let key: PlanKey
    let inputs: [RuntimeValue]
    let file: [UInt8]
    let expected: [[UInt32]]
    static let options = EngineOptions(threads: 2)

    init() throws {
      folder = try TemporaryFolder()
      var sketch = GraphSketch(seed: 8)
      let image = try sketch.input([1, 3, 23, 22])
      let a = try sketch.node(
        Relu(), sketch.convolution(image, 3, 20, kernel: [5, 5], window: .padded(2, stride: 2), bias: true))
      // Many channels, for Winograd's kernels; groups, for a gather.
      let wide = try sketch.convolution(a, 20, 64, kernel: [1, 1])
      let b = try sketch.convolution(wide, 64, 64, kernel: [3, 3], window: .padded(1))
      let c = try sketch.node(
        HardSwish(), sketch.convolution(b, 64, 64, kernel: [3, 3], window: .padded(1, stride: 2), groups: 64))
      let halves = try sketch.nodes(Split(axis: 1, partCount: 2), [c], outputs: 2)
      let joined = try sketch.nodes(Concatenation(axis: 1), [halves[1], halves[0]], outputs: 1)[0]
      let slope = try sketch.weights([64, 1, 1])
      let sloped = try sketch.node(PRelu(), joined, slope)
      let odd = try sketch.convolution(sloped, 64, 24, kernel: [1, 1], bias: true)
      let shuffled = try sketch.nodes(Split(axis: 1, partCount: 4), [odd], outputs: 4)
      let mixed = try sketch.nodes(
        Concatenation(axis: 1), [shuffled[3], shuffled[0], shuffled[2], shuffled[1]], outputs: 1)[0]
      let narrow = try sketch.convolution(
        sketch.node(Relu(), sketch.normalization(mixed, 24)), 24, 24, kernel: [1, 1], bias: true)
      let pooled = try sketch.node(
        MaxPooling(window: SpatialWindow(kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1])), narrow)
      let normal = try sketch.node(LocalResponseNormalization(size: 5, alpha: 0.5), pooled)
      let mean = try sketch.node(GlobalAveragePooling(), normal)
      let gated = try sketch.node(Multiply(), normal, sketch.node(Sigmoid(), mean))
      let scores = try sketch.linear(sketch.node(Flatten(), mean), 24, 10)
      let row = try sketch.weights([10])
      let ratio = try sketch.node(Divide(), scores, sketch.node(Exp(), sketch.node(Add(), scores, row)))
      let product = try sketch.node(Multiply(), sketch.node(ErrorFunction(), normal), mean)
      let even = try sketch.nodes(LayerNormalization(), [ratio, row], outputs: 1)[0]
      let largest = try sketch.node(ReduceMaximum(), even, sketch.integers([1]))
      let sample = try sketch.finish(
        gated, sketch.node(Softmax(axis: -1), scores), joined, ratio, product, largest)
      // Weights of linear layers are kept only if they lie in a file.
      try Model(graph: sample.graph).write(to: folder.file("model.onnx"), externalData: .always(threshold: 16))
      let model = try Model(contentsOf: folder.file("model.onnx"))
      inputs = sample.inputs.map { RuntimeValue.tensor($0) }
      var constants: [Int: Tensor] = [:]
      for (index, value) in model.graph.values.enumerated() { constants[index] = value.constant }
      key = PlanKey(
        words: ["model", "x"], secret: try #require(PlanSecret(Array(0..<32))), constants: constants,
        inputs: ["x": [1, 3, 23, 22]],
        outputs: model.graph.outputs.map { model.graph[$0].type.tensor?.shape?.map(\.value) })
      var graph = model.graph
      var inference = TypeInference()
      try inference.infer(&graph)
      let engine = try Engine(graph, options: Self.options)
      guard engine.write(to: folder.file("a.plan"), key: key) else { throw NotKept() }
      file = try Array(Data(contentsOf: URL(filePath: folder.file("a.plan"))))
      expected = try bits(engine.run(inputs))
    }

    struct NotKept: Error {}

    /// What a forged file comes to.
    func outcome(_ bytes: [UInt8]) throws -> Outcome {
      guard let engine = Engine(untaggedPlanFile: bytes, key: key, options: Self.options) else { return .refused }
      return try bits(engine.run(inputs)) == expected ? .right : .different
    }
  }

  private enum Outcome { case refused, right, different }

  @Test func readsItsOwn() throws {
    let kept = try Kept()
    #expect(try kept.outcome(kept.file) == .right)
    #expect(Engine.resealed(planFile: kept.file, secret: kept.key.secret) == kept.file)
    let fields = try #require(Engine.fields(ofPlanFile: kept.file))
    // The sample has every kernel that plans can hold.
    for kernel in [
      "convolution", "winograd", "winograd input", "depthwise", "gather", "pooling", "global pooling", "lrn", "prelu",
      "elementwise", "chain", "blocked chain", "frame", "linear", "softmax", "normalization",
      "reduction", "unpack", "border",
    ] {
      #expect(fields.contains { $0.name.hasSuffix(" \(kernel) sizes") }, "\(kernel)")
    }
  }

  /// Without the secret no byte can be changed: head, plan, padding and constants.
  @Test func isAuthenticated() throws {
    let kept = try Kept()
    let path = kept.folder.file("b.plan")
    func isRead(_ bytes: [UInt8]) throws -> Bool {
      try kept.folder.write(bytes, "b.plan")
      return Engine(contentsOf: path, key: kept.key, options: Kept.options) != nil
    }
    #expect(try isRead(kept.file))
    for place in Array(0..<70) + stride(from: 70, to: kept.file.count, by: kept.file.count / 300) {
      var copy = kept.file
      copy[place] ^= 0x41
      #expect(try !isRead(copy), "byte \(place)")
    }
    #expect(try !isRead(kept.file + [0]))
    #expect(try !isRead(Array(kept.file.dropLast())))
    // Right tags of another secret.
    let other = try #require(PlanSecret(Array(1..<33)))
    #expect(try !isRead(#require(Engine.resealed(planFile: kept.file, secret: other))))
    #expect(try isRead(#require(Engine.resealed(planFile: kept.file, secret: kept.key.secret))))
  }

  /// Files whose owner, or whose mode, says that others may have written them.
  @Test func isItsUsersOwn() throws {
    let kept = try Kept()
    let path = kept.folder.file("a.plan")
    for (mode, isUsed) in [(0o600, true), (0o644, true), (0o620, false), (0o602, false), (0o600, true)] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
      #expect((Engine(contentsOf: path, key: kept.key, options: Kept.options) != nil) == isUsed, "\(mode)")
    }
  }

  /// Each number of each field replaced by others, with right tags: refused, or run within its memory. What says where
  /// something lies, how large it is or where it goes is refused, or does not matter.
  @Test func staysWithinItsMemory() throws {
    let kept = try Kept()
    let fields = try #require(Engine.fields(ofPlanFile: kept.file))
    var random = SplitMix(seed: 5)
    var counts: [Outcome: Int] = [:]
    var different: [String: Int] = [:]
    for (name, range) in fields {
      let width = name.hasSuffix("sizes") ? 4 : 8
      let kind = name.split(separator: " ").drop { $0 == "step" || Int($0) != nil }.joined(separator: " ")
      for place in stride(from: range.lowerBound, to: range.upperBound - width + 1, by: width) {
        for _ in 0..<Self.tries {
          let bytes = Self.forged(kept.file, place, width, &random)
          if bytes == kept.file { continue }
          let outcome = try kept.outcome(bytes)
          counts[outcome, default: 0] += 1
          if outcome == .different { different[kind, default: 0] += 1 }
        }
      }
    }
    #expect(counts[.refused, default: 0] > 1000 && counts[.right, default: 0] > 100)
    // What a step computes and from which of the plan's buffers: with the secret one can write another network's plan.
    let choices = [" sizes", " reads planes", " reads operand", " table"]
    for (kind, count) in different where !choices.contains(where: { kind.hasSuffix($0) }) {
      Issue.record("\(kind): \(count) forged plans gave something else")
    }
  }

  #if DEBUG
    private static let tries = 2
  #else
    private static let tries = 12
  #endif

  /// The file with another number at a place.
  private static func forged(_ file: [UInt8], _ place: Int, _ width: Int, _ random: inout SplitMix) -> [UInt8] {
    var copy = file
    var old = 0
    for index in (0..<width).reversed() { old = old << 8 | Int(file[place + index]) }
    let choices = [0, 1, -1, old &+ 1, old &- 1, old &* 2, 1 << 31 - 1, 1 << 20, Int.max, Int.min, 16, 17]
    var new = choices[Int(random.next() % UInt64(choices.count + 1)) % choices.count]
    if random.next() % 4 == 0 { new = Int(truncatingIfNeeded: random.next()) }
    for index in 0..<width { copy[place + index] = UInt8(truncatingIfNeeded: new >> (8 * index)) }
    return copy
  }
}
