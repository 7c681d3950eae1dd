/// A counter-based generator of uniform numbers: element `i` is a function of seed, key and `i`.
///
/// SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014) starts at
/// `mix(seed) ^ FNV-1a(key)`; its `i`-th output gives the elements `2i`, from its low half, and `2i + 1`, from its high half.
/// The upper 24 bits of a half, as a signed number, are exactly a `Float`; what follows is one multiplication and one
/// addition, so that every machine has the same bits.
package struct UniformGenerator {
  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15
  private let start: UInt64

  package init(seed: UInt64, key: String) {
    start = UniformGenerator.mix(seed) ^ UniformGenerator.hash(key)
  }

  /// Fills a buffer with numbers in `center - reach ..< center + reach`.
  package func fill(_ target: UnsafeMutableBufferPointer<Float>, center: Float, reach: Float) {
    let unit = reach * 0x1p-23
    var state = start
    for pair in 0..<target.count / 2 {
      state &+= UniformGenerator.step
      let bits = UniformGenerator.mix(state)
      target[2 * pair] = center + unit * UniformGenerator.signed(UInt32(truncatingIfNeeded: bits))
      target[2 * pair + 1] = center + unit * UniformGenerator.signed(UInt32(truncatingIfNeeded: bits >> 32))
    }
    if target.count % 2 == 1 {
      let bits = UniformGenerator.mix(state &+ UniformGenerator.step)
      target[target.count - 1] = center + unit * UniformGenerator.signed(UInt32(truncatingIfNeeded: bits))
    }
  }

  /// A whole number from -2^23 up to, but without, 2^23.
  @inline(__always)
  private static func signed(_ bits: UInt32) -> Float { Float(Int32(bitPattern: bits) >> 8) }

  @inline(__always)
  private static func mix(_ state: UInt64) -> UInt64 {
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// FNV-1a with 64 bits over the key's UTF-8.
  private static func hash(_ key: String) -> UInt64 {
    key.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }
}
