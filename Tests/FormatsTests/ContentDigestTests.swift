import CNNTensors
import TestSupport
import Testing

@testable import CNNFormats

@Suite struct ContentDigestTests {
  private func digest(_ bytes: [UInt8]) -> UInt64 {
    var digest = ContentDigest()
    bytes.withUnsafeBytes { digest.update($0) }
    return digest.value
  }

  /// Sums that xxhsum prints.
  @Test(
    arguments: [
      ("", 0xef46_db37_51d8_e999), ("a", 0xd24e_c4f1_a98c_6e5b), ("abc", 0x44bc_2cf5_ad77_0999),
      ("Nobody inspects the spammish repetition", 0xfbce_a83c_8a37_8bf1),
    ] as [(String, UInt64)])
  func knownSums(text: String, sum: UInt64) { #expect(digest(Array(text.utf8)) == sum) }

  @Test func piecesMakeTheSame() throws {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 2) }
    let whole = digest(bytes)
    for size in [1, 7, 31, 32, 33, 100] {
      var digest = ContentDigest()
      for start in stride(from: 0, to: bytes.count, by: size) {
        bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { digest.update($0) }
      }
      #expect(digest.value == whole)
    }
    let folder = try TemporaryFolder()
    var mapped = ContentDigest()
    try mapped.update(Storage(file: folder.map([9] + bytes), offset: 1, count: bytes.count))
    #expect(mapped.value == whole)
  }
}
