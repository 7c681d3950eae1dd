import CNNGraphs
import CNNOperators

/// Numbers that the drawing itself knows, and what they do.
extension FeatureMap {
  /// Numbers as a value.
  package func constant(_ numbers: [Float], shape: [Int]) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    let id = builder.numbers(numbers, shape: shape, hint: origin.appending(step: "numbers"))
    return FeatureMap(builder: builder, id: id, origin: origin)
  }

  /// The sum with numbers.
  package func added(_ numbers: [Float], shape: [Int]) -> FeatureMap { added(constant(numbers, shape: shape)) }

  /// The product with numbers.
  package func multiplied(_ numbers: [Float], shape: [Int]) -> FeatureMap { self * constant(numbers, shape: shape) }

  /// Places of an axis in an order, some perhaps several times.
  @inline(never)
  package func gathered(_ places: [Int], axis: Int) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    let indices = builder.constant(places.map(Int64.init), hint: origin.appending(step: "gather.places"))
    return builder.apply(
      Gather(axis: axis), [id, indices], named: origin.appending(step: "gather"), to: self, origin: origin)
  }

  /// The nearest number of a range.
  @inline(never)
  package func clipped(_ low: Float, _ high: Float) -> FeatureMap {
    guard !builder.hasFailed else { return self }
    let (low, high) = (
      builder.scalar(low, hint: origin.appending(step: "min")),
      builder.scalar(high, hint: origin.appending(step: "max"))
    )
    return builder.apply(Clip(), [id, low, high], named: origin.appending(step: "clip"), to: self, origin: origin)
  }

  /// e to the power of each element.
  package func exponential() -> FeatureMap { then(Exp(), "exp") }

  /// The natural logarithm.
  package func logarithm() -> FeatureMap { then(Log(), "log") }

  /// Divided by the Euclidean length along an axis.
  package func unitLength(axis: Int) -> FeatureMap { then(LpNormalization(axis: axis, p: 2), "unit_length") }

  /// Gives up the drawing for a reason.
  package func refused(_ reason: String) -> FeatureMap {
    builder.refuse(reason)
    return self
  }
}
