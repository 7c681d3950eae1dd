import CNNGraphs
import CNNTensors

/// The values that a body makes round after round, to be put together along a new axis.
struct StackedOutput {
  private var parts: [Tensor] = []
  private var pending: [Tensor] = []

  /// Adds one round's value, which must have the type and shape of those before.
  mutating func append(_ value: RuntimeValue) throws {
    guard let tensor = value.tensor else { throw OperatorError.invalid("a scan output that is no tensor") }
    pending.append(try tensor.reshaped([1] + tensor.shape))
    if pending.count == 1024 { try merge() }
  }

  private mutating func merge() throws {
    parts.append(try Tensor.concatenating(pending, axis: 0))
    pending = []
    // Parts of parts, so that many rounds do not mean many small tensors.
    if parts.count == 1024 { parts = [try Tensor.concatenating(parts, axis: 0)] }
  }

  /// All values, `[rounds, …]`; without any, an empty tensor of the type that the body declares.
  func stacked(as output: ValueID, of body: Graph) throws -> Tensor {
    if !parts.isEmpty || !pending.isEmpty { return try Tensor.concatenating(parts + pending, axis: 0) }
    let type = (body[output].declaredType ?? body[output].type).tensor
    let shape = type?.shape?.map { $0.value ?? 0 } ?? []
    return try Tensor.zeros(type?.elementType ?? .float32, shape: [0] + shape)
  }
}
