import CNNTensors

/// Steele, Lea and Flood's SplitMix64, so that every run is alike.
struct SplitMix {
  private var state: UInt64

  init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x5851_F42D_4C95_7F2D &+ 0x1405_7B7E_F767_814F }

  /// From 0 up to 1.
  mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }

  mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

  mutating func pick(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(uniform() * Double(range.count))
  }

  mutating func pick<T>(_ options: [T]) -> T { options[pick(0...options.count - 1)] }

  /// Numbers from `-scale` to `scale`.
  mutating func numbers(_ count: Int, scale: Double = 1) -> [Float] {
    (0..<count).map { _ in Float(scale * (2 * uniform() - 1)) }
  }

  mutating func tensor(_ shape: [Int], scale: Double = 1) throws -> Tensor {
    try Tensor(numbers(shape.reduce(1, *), scale: scale), shape: shape)
  }
}
