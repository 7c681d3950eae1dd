import CNNGraphs
import CNNOperators

extension FeatureMap {
  /// `max(x, 0)`.
  @inline(never)
  package func relu() -> FeatureMap { then(Relu(), "relu") }

  /// `min(max(x, 0), 6)`.
  @inline(never)
  package func relu6() -> FeatureMap {
    guard !builder.hasFailed else { return self }
    let (low, high) = (
      builder.scalar(0, hint: origin.appending(step: "min")), builder.scalar(6, hint: origin.appending(step: "max"))
    )
    return builder.apply(Clip(), [id, low, high], named: origin.appending(step: "relu6"), to: self, origin: origin)
  }

  /// The hyperbolic tangent.
  @inline(never)
  package func tanh() -> FeatureMap { then(Tanh(), "tanh") }

  /// `1 / (1 + exp(-x))`.
  @inline(never)
  package func sigmoid() -> FeatureMap { then(Sigmoid(), "sigmoid") }

  /// `x * sigmoid(x)`, also called Swish (Ramachandran et al. 2017).
  @inline(never)
  package func silu() -> FeatureMap { self * sigmoid() }

  /// `min(max(x / 6 + 1/2, 0), 1)` (Howard et al. 2019, section 5.2).
  @inline(never)
  package func hardSigmoid() -> FeatureMap { then(HardSigmoid(alpha: 1.0 / 6, beta: 0.5), "hard_sigmoid") }

  /// `x * hardSigmoid(x)`.
  @inline(never)
  package func hardSwish() -> FeatureMap { then(HardSwish(), "hard_swish") }
}

extension FeatureMap {
  /// `x / 2 * (1 + erf(x / √2))` (Hendrycks, Gimpel 2016), in operators that every version of ONNX has.
  @inline(never)
  package func gelu() -> FeatureMap {
    let gate = scaled(by: 0.70710677).then(ErrorFunction(), "erf").shifted(by: 1)
    return (self * gate).scaled(by: 0.5)
  }

  /// The approximation of ``gelu()`` by a hyperbolic tangent.
  @inline(never)
  package func geluByTanh() -> FeatureMap {
    let cube = self * (self * self)
    let inside = added(cube.scaled(by: 0.044715)).scaled(by: 0.7978845608)
    return (self * inside.tanh().shifted(by: 1)).scaled(by: 0.5)
  }

  /// `x` if it is positive, else a fraction of it.
  @inline(never)
  package func leakyRelu(_ slope: Float) -> FeatureMap { then(LeakyRelu(alpha: slope), "leaky_relu") }

  /// `x * tanh(log(1 + exp(x)))` (Misra 2019).
  @inline(never)
  package func mish() -> FeatureMap { self * then(Softplus(), "softplus").tanh() }
}
