import CNNGraphs
import CNNTensors

/// Inputs drawn from a seed: the same ones for the same seed on every machine.
public struct SeededInputs: Sendable {
  private let seed: UInt64

  /// Inputs of a seed.
  public init(seed: UInt64) { self.seed = seed }

  /// A tensor for each input that must be given: standard normal numbers, or small integers.
  ///
  /// Free axes take the extents that the given inputs have there. A free first axis becomes `batch`; others must have been
  /// bound when the model was read.
  /// - Parameter given: inputs that need not be drawn, by name; they are returned, too.
  public func values(for model: Model, given: [String: Tensor] = [:], batch: Int = 1) throws -> [String: Tensor] {
    var values = given
    let graph = model.graph
    // One that does not fit is refused by the run, with both shapes.
    let shapes = graph.requiredInputs.compactMap { id in
      given[graph[id].name].flatMap { tensor in graph[id].type.tensor?.shape.map { ($0, tensor.shape) } }
    }
    let givenBatch = shapes.lazy.compactMap { $0.0.first?.value == nil ? $0.1.first : nil }.first
    var binding = DimensionBinding(inputsOf: graph, batch: givenBatch ?? batch)
    for (declared, shape) in shapes { binding.rebind(declared, to: shape) }
    for (index, id) in graph.requiredInputs.enumerated() where given[graph[id].name] == nil {
      let value = graph[id]
      guard let type = value.type.tensor, let elementType = type.elementType, let shape = type.shape else {
        throw ConversionError(
          .usage, "input \(value.name.quoted) is \(value.type): its values must be given", at: .init(file: model.path))
      }
      guard let extents = TensorType(elementType, binding.bound(shape)).fixedShape else {
        throw ConversionError(
          .usage, "input \(value.name.quoted) is \(type)", at: .init(file: model.path),
          remedy: .giveInputShape(input: value.name))
      }
      values[value.name] = try tensor(elementType, extents, stream: UInt64(index))
    }
    return values
  }

  private func tensor(_ type: ElementType, _ shape: [Int], stream: UInt64) throws -> Tensor {
    var generator = SplitMix64(state: seed &* 0x9E37_79B9_7F4A_7C15 &+ stream)
    if type.isFloatingPoint {
      let wide = try Tensor(.float32, shape: shape) { (target: UnsafeMutableBufferPointer<Float>) in
        for i in 0..<target.count { target[i] = generator.nextNormal() }
      }
      return try wide.converted(to: type)
    }
    let integers = try Tensor(.int64, shape: shape) { (target: UnsafeMutableBufferPointer<Int64>) in
      for i in 0..<target.count { target[i] = Int64(generator.next() % (type == .bool ? 2 : 8)) }
    }
    return try integers.converted(to: type)
  }
}

/// Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (OOPSLA 2014), figure 17's constants.
private struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// Irwin-Hall: the sum of twelve uniform numbers less six has mean 0 and variance 1, and is exact everywhere.
  mutating func nextNormal() -> Float {
    var sum = 0
    for _ in 0..<3 {
      let bits = next()
      for part in 0..<4 { sum += Int(bits >> UInt64(part * 16) & 0xFFFF) }
    }
    return Float(sum - 6 * 0xFFFF) / 65536
  }
}
