import CNNTensors
import RealModule

/// Matsumoto and Nishimura's generator MT19937 (ACM TOMACS 8, 1998), seeded and read as NumPy's `RandomState` does, so
/// that a seeded operator draws what ONNX's reference draws.
package struct MersenneTwister: Sendable {
  private var state: [UInt32]
  private var position = 624
  private var spareNormal: Double?

  /// Starts from a seed.
  package init(seed: UInt32) {
    state = [UInt32](repeating: seed, count: 624)
    for i in 1..<624 { state[i] = 1_812_433_253 &* (state[i - 1] ^ state[i - 1] >> 30) &+ UInt32(i) }
  }

  /// Starts from an attribute's seed, or from a random one if there is none.
  package init(seed: Int?) {
    self.init(seed: seed.map { UInt32(truncatingIfNeeded: $0) } ?? UInt32.random(in: .min ... .max))
  }

  /// Starts from an attribute's seed, whose fraction counts for nothing.
  package init(seed: Float?) { self.init(seed: seed.map { Int(truncatingIfNeeded: Double($0).asInt64) }) }

  /// 32 random bits.
  package mutating func next() -> UInt32 {
    if position == 624 { refill() }
    var bits = state[position]
    position += 1
    bits ^= bits >> 11
    bits ^= bits << 7 & 0x9D2C_5680
    bits ^= bits << 15 & 0xEFC6_0000
    return bits ^ bits >> 18
  }

  private mutating func refill() {
    for i in 0..<624 {
      let mixed = state[i] & 0x8000_0000 | state[(i + 1) % 624] & 0x7FFF_FFFF
      state[i] = state[(i + 397) % 624] ^ mixed >> 1 ^ (mixed & 1 == 0 ? 0 : 0x9908_B0DF)
    }
    position = 0
  }

  /// A number of 53 random bits in [0, 1).
  package mutating func uniform() -> Double {
    let (high, low) = (next() >> 5, next() >> 6)
    return (Double(high) * 0x1p26 + Double(low)) * 0x1p-53
  }

  /// A number of the standard normal distribution, by Marsaglia's polar method.
  package mutating func normal() -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return spare
    }
    while true {
      let (x, y) = (2 * uniform() - 1, 2 * uniform() - 1)
      let square = x * x + y * y
      guard square < 1, square > 0 else { continue }
      let scale = (-2 * Double.log(square) / square).squareRoot()
      spareNormal = scale * x
      return scale * y
    }
  }

  /// 1 with the probability given, otherwise 0: one draw, turned over above a half.
  package mutating func bernoulli(_ probability: Double) -> Int {
    guard probability > 0 else { return 0 }
    guard probability <= 0.5 else { return 1 - (uniform() > probability ? 1 : 0) }
    return uniform() > 1 - probability ? 1 : 0
  }
}
