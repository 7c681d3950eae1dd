import TestSupport

/// Something that is fed with bytes: a reader, or a way through the whole program.
struct FuzzTarget: Sendable {
  /// Changes bytes in a way that keeps them near to valid; false if it cannot make anything of them.
  typealias Mutation = @Sendable (inout [UInt8], inout SplitMix) -> Bool

  /// The name by which the script knows it.
  let name: String
  /// What knows the format's structure; `nil` leaves it to libFuzzer.
  let mutation: Mutation?
  /// What the format's files are written with.
  let words: [String]
  /// How often it is to be executed before it counts as tried: readers 10⁷ times, ways through the program 10⁶ times.
  let goal: Int
  /// Makes what all executions share, before the first one.
  let prepare: @Sendable () -> Void
  /// Reads an input. What it throws must be an error that a user can be told.
  let body: @Sendable (FuzzInput) throws -> Void

  init(
    _ name: String, mutation: Mutation? = nil, words: [String] = [], goal: Int = 10_000_000,
    prepare: @escaping @Sendable () -> Void = {}, body: @escaping @Sendable (FuzzInput) throws -> Void
  ) {
    (self.name, self.mutation, self.words, self.goal) = (name, mutation, words, goal)
    (self.prepare, self.body) = (prepare, body)
  }

  /// What a way through the whole program aims at.
  static let goalOfWays = 1_000_000

  /// The words as a dictionary of libFuzzer's.
  var dictionary: String {
    words.map { word in
      let bytes = word.utf8.map { byte in
        let digits = String(byte, radix: 16)
        return "\\x\(digits.count == 1 ? "0" : "")\(digits)"
      }
      return "\"\(bytes.joined())\"\n"
    }.joined()
  }
}
