import CNNTensors

/// Seeded numbers, so that every run is alike: SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number
/// Generators", 2014).
package struct SplitMix: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The generator of a state.
  package init(state: UInt64) { self.state = state }

  /// The generator of a small number, far from those of its neighbours.
  package init(seed: Int) {
    self.init(state: UInt64(bitPattern: Int64(seed)) &* 0x5851_F42D_4C95_7F2D &+ 0x1405_7B7E_F767_814F)
  }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number from 0 up to 1.
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// True with this probability.
  package mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

  /// A number of a range.
  package mutating func pick(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(uniform() * Double(range.count))
  }

  /// One of some values.
  package mutating func pick<T>(_ options: [T]) -> T { options[pick(0...options.count - 1)] }

  /// Numbers from `-scale` to `scale`.
  package mutating func numbers(_ count: Int, scale: Double = 1) -> [Float] {
    (0..<count).map { _ in Float(scale * (2 * uniform() - 1)) }
  }

  /// A tensor of numbers from `-scale` to `scale`.
  package mutating func tensor(_ shape: [Int], scale: Double = 1) throws -> Tensor {
    try Tensor(numbers(shape.reduce(1, *), scale: scale), shape: shape)
  }
}

extension [UInt8] {
  /// The bytes with one of them changed, taken out or put in.
  package mutating func corrupt(_ random: inout SplitMix) {
    let index = Int.random(in: 0..<count, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: self[index] = .random(in: 0...255, using: &random)
    case 1: self[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 2: remove(at: index)
    case 3: insert(.random(in: 0...255, using: &random), at: index)
    default: self[index] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
    }
  }
}
