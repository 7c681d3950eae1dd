import TestSupport

/// A text as the words, numbers and signs that it is made of, as in JSON, Python's literals and code.
struct TextMutation {
  private(set) var tokens: [[UInt8]] = []
  /// Words that the format knows, put in place of others.
  private let words: [String]

  init(_ text: [UInt8], words: [String]) {
    self.words = words
    var kind = Kind.sign
    for byte in text {
      let next = Kind(byte)
      if next == .sign || next != kind || tokens.isEmpty { tokens.append([]) }
      tokens[tokens.count - 1].append(byte)
      kind = next
    }
  }

  private enum Kind {
    case word, number, sign

    init(_ byte: UInt8) {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): self = .number
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x80...: self = .word
      case UInt8(ascii: "_"), UInt8(ascii: "."): self = .word
      default: self = .sign
      }
    }
  }

  var text: [UInt8] { tokens.flatMap { $0 } }

  mutating func mutate(_ random: inout SplitMix) {
    for _ in 0..<random.pick(1...3) where !tokens.isEmpty { change(&random) }
  }

  private mutating func change(_ random: inout SplitMix) {
    let place = random.index(of: tokens)
    switch random.pick(0...7) {
    case 0: tokens.remove(at: place)
    case 1: tokens.insert(tokens[place], at: random.index(of: tokens))
    case 2: tokens.swapAt(place, random.index(of: tokens))
    case 3: tokens[place] = tokens[random.index(of: tokens)]
    case 4:
      let end = min(tokens.count, place + random.pick(1...24))
      tokens.insert(contentsOf: tokens[place..<end], at: random.pick(0...tokens.count))
    case 5 where !words.isEmpty: tokens[place] = Array(random.pick(words).utf8)
    default:
      guard let start = nextNumber(from: place) else { return }
      let value = Int64(String(decoding: tokens[start], as: UTF8.self)) ?? 0
      tokens[start] = Array("\(random.integer(near: value))".utf8)
    }
  }

  private func nextNumber(from place: Int) -> Int? {
    func isNumber(_ index: Int) -> Bool { tokens[index].first.map { Kind($0) == .number } ?? false }
    return (place..<tokens.count).first(where: isNumber) ?? (0..<place).first(where: isNumber)
  }
}
