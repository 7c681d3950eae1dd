import CNNGraphs
import CNNOperators
import CNNTensors

/// Inputs to try a model on: drawn from a seed, free dimensions bound to ordinary sizes.
struct TrialInputs {
  private let model: Model
  /// Sizes for free spatial dimensions, until one of them fits the network.
  private static let sizes = [64, 224, 299, 32, 512]

  init(of model: Model) { self.model = model }

  /// One set of inputs, or two of other shapes if dimensions are free.
  func draw(seed: UInt64) throws -> [[String: Tensor]] { try drawn(seed: seed).map(runnable) }

  /// Integers may be indices along an axis: smaller ones if the model cannot be run with those that were drawn.
  private func runnable(_ inputs: [String: Tensor]) throws -> [String: Tensor] {
    var inputs = inputs
    for limit in [2, 1] as [Int64] where inputs.values.contains(where: { $0.elementType.isInteger }) {
      if (try? Session(model).run(inputs)) != nil { break }
      inputs = try inputs.mapValues { tensor in
        guard tensor.elementType.isInteger else { return tensor }
        let values = try tensor.values(as: Int64.self).map { $0 % limit }
        return try Tensor(values, shape: tensor.shape).converted(to: tensor.elementType)
      }
    }
    return inputs
  }

  private func drawn(seed: UInt64) throws -> [[String: Tensor]] {
    let graph = model.graph
    let shapes = graph.requiredInputs.map { graph[$0].type.tensor?.shape ?? [] }
    let isFree = shapes.contains { $0.contains { $0.value == nil } }
    guard isFree else { return [try SeededInputs(seed: seed).values(for: model)] }
    let hasFreeExtents = shapes.contains { $0.dropFirst().contains { $0.value == nil } }
    var trials: [[String: Tensor]] = []
    for size in hasFreeExtents ? Self.sizes : [1] {
      for (batch, side) in [(2, size), (1, size + size / 2)] where trials.count < 2 {
        if let inputs = try? inputs(batch: batch, side: side, seed: seed &+ UInt64(trials.count)) {
          trials.append(inputs)
        }
      }
      if trials.count == 2 { break }
    }
    // A batch that is baked into the graph is told by nothing but trying.
    for batch in [4, 8, 3, 16, 32, 64] where trials.isEmpty {
      for size in hasFreeExtents ? Self.sizes : [1] where trials.isEmpty {
        if let inputs = try? inputs(batch: batch, side: size, seed: seed) { trials.append(inputs) }
      }
    }
    guard !trials.isEmpty else {
      throw ConversionError(
        .usage, "no shape was found that the free dimensions of its inputs can have", at: .init(file: model.path),
        remedy: .giveInputShape(input: nil))
    }
    return trials
  }

  private func inputs(batch: Int, side: Int, seed: UInt64) throws -> [String: Tensor] {
    var graph = model.graph
    graph.bindInputs(by: DimensionBinding(inputsOf: graph, batch: batch, others: side))
    var trial = graph
    var inference = TypeInference()
    try inference.infer(&trial)
    guard inference.contradictions.isEmpty else { throw ConversionError(.usage, "the shape does not fit") }
    return try SeededInputs(seed: seed).values(for: Model(model, rewrittenAs: graph))
  }
}
