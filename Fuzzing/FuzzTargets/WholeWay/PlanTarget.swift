import CNNConv
import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport

extension FuzzTarget {
  /// A kept plan of which the bytes change numbers: what passes the check is run. Each ten bytes are a change: which
  /// field, which number in it, and the new number. The tags are not looked at, as if the attacker knew the secret.
  static let plan = FuzzTarget("plan", prepare: { _ = KeptPlan.shared }) { input in
    let kept = KeptPlan.shared
    var file = kept.file
    for start in stride(from: 0, to: input.bytes.count - 9, by: 10) {
      let range = kept.fields[Int(input.bytes[start]) % kept.fields.count]
      let offset = range.lowerBound + Int(input.bytes[start + 1]) * 4
      guard offset + 8 <= range.upperBound else { continue }
      for index in 0..<8 { file[offset + index] = input.bytes[start + 2 + index] }
    }
    guard let engine = Engine(untaggedPlanFile: file, key: kept.key, options: KeptPlan.options) else { return }
    _ = try engine.run(kept.inputs)
  }
}

/// The plan of a small network, as a file, and where its fields lie.
private final class KeptPlan: Sendable {
  static let options = EngineOptions(threads: 1)
  static let shared: KeptPlan = {
    do { return try KeptPlan() } catch { fatalError("no plan: \(error)") }
  }()

  let file: [UInt8]
  let fields: [Range<Int>]
  let key: PlanKey
  let inputs: [RuntimeValue]

  private init() throws {
    let folder = try TemporaryFolder()
    var sketch = GraphSketch(seed: 8)
    let image = try sketch.input([1, 3, 12, 11])
    let a = try sketch.node(
      Relu(), sketch.convolution(image, 3, 20, kernel: [5, 5], window: .padded(2, stride: 2), bias: true))
    let b = try sketch.convolution(a, 20, 64, kernel: [3, 3], window: .padded(1))
    let c = try sketch.node(
      HardSwish(), sketch.convolution(b, 64, 64, kernel: [3, 3], window: .padded(1), groups: 64))
    let halves = try sketch.nodes(Split(axis: 1, partCount: 2), [c], outputs: 2)
    let joined = try sketch.nodes(Concatenation(axis: 1), [halves[1], halves[0]], outputs: 1)[0]
    let pooled = try sketch.node(
      MaxPooling(window: SpatialWindow(kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1])), joined)
    let normal = try sketch.node(LocalResponseNormalization(size: 5, alpha: 0.5), pooled)
    let mean = try sketch.node(GlobalAveragePooling(), normal)
    let gated = try sketch.node(Multiply(), normal, sketch.node(Sigmoid(), mean))
    let scores = try sketch.linear(sketch.node(Flatten(), mean), 64, 10)
    try sketch.end([gated, sketch.node(Softmax(axis: -1), scores), joined])
    // Weights of linear layers are kept only if they lie in a file.
    try Model(graph: sketch.graph).write(to: folder.file("model.onnx"), externalData: .always(threshold: 16))
    let model = try Model(contentsOf: folder.file("model.onnx"))
    var constants: [Int: Tensor] = [:]
    for (index, value) in model.graph.values.enumerated() { constants[index] = value.constant }
    guard let secret = PlanSecret(Array(0..<32)) else { fatalError("32 bytes are a secret") }
    key = PlanKey(
      words: ["model", "x"], secret: secret, constants: constants, inputs: ["x": [1, 3, 12, 11]],
      outputs: model.graph.outputs.map { model.graph[$0].type.tensor?.shape?.map(\.value) })
    inputs = sketch.inputs.map { RuntimeValue.tensor($0) }
    var graph = model.graph
    var inference = TypeInference()
    try inference.infer(&graph)
    guard try Engine(graph, options: Self.options).write(to: folder.file("a.plan"), key: key) else {
      fatalError("the plan is not kept")
    }
    file = try MappedFile(path: folder.file("a.plan")).withBytes { Array($0) }
    guard let found = Engine.fields(ofPlanFile: file), !found.isEmpty else { fatalError("a plan without fields") }
    fields = found.map(\.range).filter { $0.count >= 8 }
  }
}
