import CKernels

/// Tags that nobody can make without the secret: 16 bytes for any bytes.
///
/// Packed constants are hundreds of megabytes and are read at every start, so they are not hashed by a cipher. NH
/// compresses each block of 4 KiB to 16 bytes at the memory's speed, on all threads; it is a universal hash: two blocks
/// that differ, chosen without the key, meet with a probability of at most 2⁻⁶⁴. Each try takes a start of the program, so
/// that is never. SipHash-2-4 of 128 bits, a pseudorandom function, then makes one sum of a mebibyte's blocks, and one tag
/// of all sums. A universal hash followed by a pseudorandom function is a message authentication code (Boneh and Shoup, "A
/// Graduate Course in Applied Cryptography", 7.3). A file holds tags alone, so that nothing is learnt of NH's key.
package struct KeyedSum: Sendable {
  /// What a tag is for: the same bytes have another tag for another purpose.
  enum Purpose: UInt64 { case plan, constants, content }

  /// A tag.
  package typealias Tag = [UInt8]

  private let sipKey: [UInt8]
  private let key: [UInt8]

  package init(_ secret: PlanSecret) {
    sipKey = Array(secret.bytes[..<16])
    let source = Array(secret.bytes[16...])
    var key: [UInt8] = []
    for counter in 0..<UInt64(CNN_SUM_KEY / 16) {
      key += withUnsafeBytes(of: counter) { KeyedSum.sipHash($0, key: source) }
    }
    self.key = key
  }

  /// The tag of a head and of long bytes, which may lie anywhere.
  func tag(_ purpose: Purpose, _ head: [UInt8], _ parts: [UnsafeRawBufferPointer], on pool: ThreadPool) -> Tag {
    let most = Int(CNN_SUM_PIECE)
    let pieces = parts.flatMap { part in
      stride(from: 0, to: part.count, by: most).map { start in
        cnn_sum_piece(bytes: part.baseAddress.map { $0 + start }, count: Int64(min(most, part.count - start)))
      }
    }
    var message = ByteWriter()
    message.put([Int(purpose.rawValue), head.count, pieces.count])
    let start = message.bytes.count + head.count
    var sums = message.bytes + head + [UInt8](repeating: 0, count: pieces.count * Int(CNN_SUM_BYTES))
    sums.withUnsafeMutableBufferPointer { sums in
      guard let target = sums.baseAddress else { return }
      key.withUnsafeBufferPointer { key in
        sipKey.withUnsafeBufferPointer { sipKey in
          pieces.withUnsafeBufferPointer { pieces in
            let context = cnn_keyed_sums(
              pieces: pieces.baseAddress, key: key.baseAddress, sip_key: sipKey.baseAddress, sums: target + start)
            pool.run(cnn_keyed_sum_kernel.function(cnn_best_instruction_set()), context, tasks: pieces.count)
          }
        }
      }
    }
    return sums.withUnsafeBytes { KeyedSum.sipHash($0, key: sipKey) }
  }

  /// What tells contents apart: the tag of a head and of long bytes, in hexadecimal digits.
  /// - Parameter threads: how many threads compute it.
  /// - Returns: `nil` if the system gives no threads.
  package func digest(_ head: [UInt8], _ parts: [UnsafeRawBufferPointer], threads: Int) -> String? {
    guard let pool = ThreadPool.shared(threads) else { return nil }
    return tag(.content, head, parts, on: pool).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// A number that only who has the secret can tell, the same for the same numbers.
  package func number(_ numbers: [Int]) -> UInt64 {
    numbers.withUnsafeBytes { KeyedSum.sipHash($0, key: sipKey) }.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
  }

  /// SipHash-2-4 of 128 bits.
  /// - Parameter key: 16 bytes.
  package static func sipHash(_ bytes: UnsafeRawBufferPointer, key: [UInt8]) -> Tag {
    precondition(key.count == 16, "SipHash takes a key of 16 bytes")
    return Tag(unsafeUninitializedCapacity: 16) { target, count in
      cnn_siphash(key, bytes.baseAddress, Int64(bytes.count), target.baseAddress)
      count = 16
    }
  }
}
