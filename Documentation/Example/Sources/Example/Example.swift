import CNNConv

/// An operator that the library does not know: `x · factor`.
struct Scaling: Operator {
  static let signature = OperatorSignature("Scaling", domain: "com.example", versions: [1], inputs: 1...1)
  let factor: Float

  init(factor: Float) { self.factor = factor }
  init(from node: inout NodeReader) throws { factor = try node.float("factor", default: 1) }
  func write(to node: inout NodeWriter) { node.set("factor", factor) }
  func infer(_ context: InferenceContext) -> [InferredValue] { [InferredValue(context.type(0))] }
  func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    return [.tensor(try Tensor(x.values(as: Float.self).map { $0 * factor }, shape: x.shape))]
  }
}

@main
struct Example {
  static func main() async throws {
    // A convolution, its normalization, a rectifier, the operator of our own, and the mean of each channel.
    var network = GraphBuilder(name: "example")
    let image = try network.input("image", shape: ["N", 1, 4, 4])
    let weights = try network.constant(Tensor([Float](repeating: 1, count: 18), shape: [2, 1, 3, 3]), name: "weights")
    let statistics = try [[2, 1], [0, 3], [50, 60], [1, 1]].map { try network.constant(Tensor($0)) }
    let sums = try network.apply(Convolution(), to: image, weights)
    let normal = try network.apply(
      BatchNormalization(epsilon: 0), to: [sums] + statistics, names: ["normal"])[0]
    let scaled = try network.apply(Scaling(factor: 0.5), to: network.apply(Relu(), to: normal), name: "scaled")
    try network.output(network.apply(GlobalAveragePooling(), to: scaled), name: "means")
    let model = try Model(graph: network.graph)

    // The normalization goes into the convolution; the operator of our own stays.
    let fused = try model.fused().model
    print("\(model.graph.nodes.count) nodes, fused \(fused.graph.nodes.count)")
    guard try model.verify(against: fused).agrees else { fatalError("the fused model computes something else") }

    // Four tasks share a session; each reads a value inside the model, too.
    let session = Session(fused)
    let results = try await withThrowingTaskGroup(of: (Int, Float?, Float?).self) { tasks in
      for task in 0..<4 {
        let pixels = try Tensor((1...16).map { Float($0 + task) }, shape: [1, 1, 4, 4])
        tasks.addTask {
          let outputs = try await session.run(["image": pixels], keeping: ["scaled"])
          return (task, outputs["means"]?[0, 1, 0, 0, as: Float.self], outputs["scaled"]?[0, 0, 1, 1, as: Float.self])
        }
      }
      var results: [(Int, Float?, Float?)] = []
      for try await result in tasks { results.append(result) }
      return results.sorted { $0.0 < $1.0 }
    }
    for (task, mean, corner) in results { print("task \(task): mean \(mean ?? .nan), corner \(corner ?? .nan)") }
  }
}
