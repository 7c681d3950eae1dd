import TestSupport

/// What decides a random graph: numbers of a seed, or the bytes that a fuzzer gives.
///
/// Bytes are used up one by one, so that a change of one of them changes one decision. When they are used up, every
/// decision is the first and simplest one.
package struct Choices: Sendable {
  private enum Source: Sendable {
    case random(SplitMix)
    case bytes(ArraySlice<UInt8>)
  }

  private var source: Source

  /// The choices of a seed.
  package init(seed: Int) { source = .random(SplitMix(seed: seed)) }

  /// The choices that bytes spell.
  package init(bytes: some Sequence<UInt8>) { source = .bytes(Array(bytes)[...]) }

  /// True if there were bytes and all have been used.
  package var isExhausted: Bool { if case .bytes(let bytes) = source { bytes.isEmpty } else { false } }

  /// A number from 0 up to `count`.
  package mutating func below(_ count: Int) -> Int {
    switch source {
    case .random(var random):
      let result = random.pick(0...max(count - 1, 0))
      source = .random(random)
      return result
    case .bytes(var bytes):
      var number = Int(bytes.popFirst() ?? 0)
      if count > 256 { number = number << 8 | Int(bytes.popFirst() ?? 0) }
      source = .bytes(bytes)
      return number % max(count, 1)
    }
  }

  /// A number of a range.
  package mutating func pick(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

  /// One of some values.
  package mutating func pick<T>(_ options: [T]) -> T { options[below(options.count)] }

  /// True with this probability; false if bytes are used up.
  package mutating func chance(_ probability: Double) -> Bool {
    if isExhausted { return false }
    return Double(below(256)) >= 256 * (1 - probability)
  }

  /// A generator for the elements of one tensor, which are too many for decisions of their own.
  package mutating func elements() -> SplitMix { SplitMix(seed: below(1 << 16)) }

  /// Numbers in another order.
  package mutating func shuffled(_ numbers: [Int]) -> [Int] {
    var result = numbers
    for index in result.indices.dropLast() { result.swapAt(index, index + below(result.count - index)) }
    return result
  }
}
