import CNNGraphs

/// What stands for a tensor now, and what a write makes of it and of those that share its memory.
extension AtenGraphBuilder {
  /// The present value of a tensor.
  mutating func read(_ tensor: AtenTensor) throws -> ValueID {
    guard !tensor.isDoubtful else {
      throw ConversionError(
        .unsupported, "reads a tensor after a write to a reshaped one, which may or may not share its memory")
    }
    guard let view = tensor.view else { return tensor.value }
    let base = try read(view.base)
    if view.base.version != tensor.seen {
      guard view.isCertain else {
        throw ConversionError(
          .unsupported,
          "reads a reshaped tensor after a write to the one it comes from, whose memory it may or may not share")
      }
      tensor.value = try view.derive(&self, base)
      tensor.seen = view.base.version
      tensor.version += 1
    }
    return tensor.value
  }

  /// Writes to a tensor, and to what it is a view of.
  mutating func write(_ tensor: AtenTensor, to value: ValueID) throws {
    if let state = tensor.state, !writtenStates.contains(where: { $0.name == state }) {
      writtenStates.append((state, tensor.value))
    }
    guard let view = tensor.view else {
      tensor.value = value
      tensor.version += 1
      return
    }
    guard view.isCertain else {
      view.base.isDoubtful = true
      tensor.view = nil
      tensor.value = value
      tensor.version += 1
      return
    }
    guard let restore = view.restore else {
      throw ConversionError(.unsupported, "a write into this view of a tensor is not supported")
    }
    let base = try read(view.base)
    try write(view.base, to: restore(&self, base, value))
    tensor.value = value
    tensor.version += 1
    tensor.seen = view.base.version
  }
}
