import CKernels
import CNNExecution
import TestSupport
import Testing

/// What kept plans are authenticated with.
@Suite struct KeyedSumTests {
  /// The reference implementation's vectors: the key is 0, 1, …, 15, the message 0, 1, ….
  @Test(arguments: [
    (0, "a3817f04ba25a8e66df67214c7550293"), (1, "da87c1d86b99af44347659119b22fc45"),
    (2, "8177228da4a45dc7fca38bdef60affe4"), (3, "9c70b60c5267a94e5f33b6b02985ed51"),
    (15, "5493e99933b0a8117e08ec0f97cfc3d9"),
  ]) func isSipHash(count: Int, expected: String) {
    let message = (0..<count).map { UInt8($0) }
    let tag = message.withUnsafeBytes { KeyedSum.sipHash($0, key: Array(0..<16)) }
    #expect(tag.map { hexadecimal($0) }.joined() == expected)
  }

  private func hexadecimal(_ byte: UInt8) -> String { String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }

  /// NH by its definition: products of pairs of words, each with its key added, for two keys 16 bytes apart.
  private func blocks(_ bytes: [UInt8], _ key: [UInt8]) -> [UInt8] {
    func word(_ bytes: [UInt8], _ index: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | (index + $1 < bytes.count ? UInt32(bytes[index + $1]) << (8 * $1) : 0) }
    }
    var sums: [UInt64] = []
    for start in stride(from: 0, to: bytes.count, by: 4096) {
      for pass in 0..<2 {
        var sum: UInt64 = 0
        for place in stride(from: 0, to: 4096, by: 8) {
          let first = word(bytes, start + place) &+ word(key, pass * 16 + place)
          let second = word(bytes, start + place + 4) &+ word(key, pass * 16 + place + 4)
          sum &+= UInt64(first) &* UInt64(second)
        }
        sums.append(sum)
      }
    }
    return (sums + [UInt64(bytes.count)]).flatMap { sum in (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) } }
  }

  @Test(arguments: [1, 7, 64, 4095, 4096, 4097, 12_000]) func isNHOnEveryInstructionSet(count: Int) {
    var random = SplitMix(seed: count)
    let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let key = (0..<Int(CNN_SUM_KEY)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let sipKey = (0..<16).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let expected = blocks(bytes, key).withUnsafeBytes { KeyedSum.sipHash($0, key: sipKey) }
    for set in instructionSets {
      let task = [cnn_keyed_sum_kernel.plain, cnn_keyed_sum_kernel.avx2, cnn_keyed_sum_kernel.avx512][Int(set.rawValue)]
      var sum = [UInt8](repeating: 0, count: 16)
      bytes.withUnsafeBytes { bytes in
        withUnsafePointer(to: cnn_sum_piece(bytes: bytes.baseAddress, count: Int64(count))) { piece in
          sum.withUnsafeMutableBufferPointer { sum in
            key.withUnsafeBufferPointer { key in
              sipKey.withUnsafeBufferPointer { sipKey in
                var context = cnn_keyed_sums(
                  pieces: piece, key: key.baseAddress, sip_key: sipKey.baseAddress, sums: sum.baseAddress)
                task?(&context, 0, nil)
              }
            }
          }
        }
      }
      #expect(sum == expected, "\(set)")
    }
  }

  /// Every byte counts, where pieces begin counts, and another secret gives other digests.
  @Test func tellsContentsApart() throws {
    var random = SplitMix(seed: 1)
    var bytes = (0..<(1 << 20) + 77).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let secret = try #require(PlanSecret(Array(0..<32)))
    func digest(_ bytes: [UInt8], _ secret: PlanSecret, threads: Int = 2) -> String? {
      bytes.withUnsafeBytes { KeyedSum(secret).digest([1], [$0], threads: threads) }
    }
    let expected = try #require(digest(bytes, secret))
    #expect(digest(bytes, secret, threads: 1) == expected)
    #expect(digest(bytes, try #require(PlanSecret(Array(1..<33)))) != expected)
    #expect(digest(bytes + [0], secret) != expected)
    #expect(digest(Array(bytes.dropLast()), secret) != expected)
    for place in [0, 4095, 4096, 600_000, (1 << 20) - 1, 1 << 20, bytes.count - 1] {
      bytes[place] ^= 1
      #expect(digest(bytes, secret) != expected, "byte \(place)")
      bytes[place] ^= 1
    }
    #expect(digest(bytes, secret) == expected)
  }
}
