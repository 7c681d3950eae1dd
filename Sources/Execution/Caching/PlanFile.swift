import CKernels
import CNNSystem
import CNNTensors

/// A compiled plan and its packed constants in a file: a head with sums over all that follows, the plan, and the constants
/// at a page's start, where they are used as they lie.
enum PlanFile {
  private struct Head: BitwiseCopyable {
    var magic: UInt64
    var planOffset: Int
    var planCount: Int
    var packedOffset: Int
    var packedCount: Int
    var planSum: UInt64
    var packedSum: UInt64
  }

  private static let magic: UInt64 = 0x324E_414C_504E_4E43
  private static let page = 4096

  /// One sum over all bytes.
  private static func sum(_ bytes: UnsafeRawBufferPointer, on pool: ThreadPool) -> UInt64 {
    let pieces = max(1, (bytes.count + Int(CNN_CHECKSUM_BYTES) - 1) / Int(CNN_CHECKSUM_BYTES))
    var sums = [UInt64](repeating: 0, count: pieces)
    sums.withUnsafeMutableBufferPointer { sums in
      pool.run(
        cnn_checksum, cnn_checksums(bytes: bytes.baseAddress, count: Int64(bytes.count), sums: sums.baseAddress),
        tasks: pieces)
    }
    return sums.reduce(UInt64(bytes.count)) { ($0 ^ $1) &* 0x9E37_79B9_7F4A_7C15 ^ $0 >> 31 }
  }

  static func write(
    _ plan: Plan, _ constants: PackedConstants, to path: String, key: String, on pool: ThreadPool
  ) -> Bool {
    guard let encoded = plan.encoded() else { return false }
    var text = ByteWriter()
    text.put(key)
    let body = text.bytes + encoded
    let packed = UnsafeRawBufferPointer(start: constants.start, count: constants.count * 4)
    let start = MemoryLayout<Head>.size
    let packedOffset = (start + body.count + page - 1) / page * page
    let head = Head(
      magic: magic, planOffset: start, planCount: body.count, packedOffset: packedOffset,
      packedCount: constants.count, planSum: body.withUnsafeBytes { sum($0, on: pool) },
      packedSum: sum(packed, on: pool))
    let padding = [UInt8](repeating: 0, count: packedOffset - start - body.count)
    let beside = "\(path).\(CurrentProcess.number).part"
    do {
      let file = try OutputFile(path: beside, existing: .replaced, permissions: 0o600)
      try withUnsafeBytes(of: head) { try file.write($0) }
      try body.withUnsafeBytes { try file.write($0) }
      try padding.withUnsafeBytes { try file.write($0) }
      try file.write(packed)
      try file.close()
      try Path.rename(beside, to: path)
      return true
    } catch {
      Path.remove(beside)
      return false
    }
  }

  static func read(_ path: String, key: String, on pool: ThreadPool) -> (Plan, PackedConstants)? {
    guard let file = try? MappedFile(path: path, marksChanges: false) else { return nil }
    return file.withBytes { bytes in
      guard bytes.count >= MemoryLayout<Head>.size else { return nil }
      let head = bytes.loadUnaligned(as: Head.self)
      let start = MemoryLayout<Head>.size
      guard head.magic == magic, head.planOffset == start, head.planCount >= 0, head.planCount <= bytes.count - start,
        head.packedOffset >= start + head.planCount, head.packedOffset % page == 0, head.packedCount >= 0,
        head.packedOffset <= bytes.count, head.packedCount <= (bytes.count - min(bytes.count, head.packedOffset)) / 4
      else { return nil }
      let body = UnsafeRawBufferPointer(rebasing: bytes[start..<start + head.planCount])
      guard sum(body, on: pool) == head.planSum else { return nil }
      let packed = UnsafeRawBufferPointer(
        rebasing: bytes[head.packedOffset..<head.packedOffset + head.packedCount * 4])
      guard sum(packed, on: pool) == head.packedSum else { return nil }
      var reader = ByteReader(body)
      guard let found = try? reader.getString(), found == key,
        let plan = try? Plan(decoding: UnsafeRawBufferPointer(rebasing: body[reader.position...])),
        plan.packedCount == head.packedCount,
        let constants = PackedConstants(file, offset: head.packedOffset, count: head.packedCount)
      else { return nil }
      return (plan, constants)
    }
  }
}
