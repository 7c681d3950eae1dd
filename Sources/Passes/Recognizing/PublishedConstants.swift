import CNNGraphs
import CNNTensors

extension GraphView {
  /// True if a constant computed by a writer from a published one may be meant by it.
  ///
  /// `float32` rounds to 6 parts in 10⁸, which 1 in 10⁶ covers together with the digits that writers cut off; the
  /// narrower types round by themselves, so that each of a product's constants may be off by half a unit.
  package func isClose(_ value: Double, _ published: Double, for id: ValueID?) -> Bool {
    let tolerance: Double =
      switch elementType(id) {
      case .float16: 0x1p-10
      case .bfloat16: 0x1p-7
      default: 1e-6
      }
    return (value - published).magnitude <= tolerance * published.magnitude
  }

  /// True for the types that activations and poolings are defined for; operator set 22 gave `bfloat16` to the last ones.
  package func isFloatingPoint(_ id: ValueID?) -> Bool {
    switch elementType(id) {
    case .float32, .float64, .float16: true
    case .bfloat16: operatorSet >= 22
    default: false
    }
  }
}
