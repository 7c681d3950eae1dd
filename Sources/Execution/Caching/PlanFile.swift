import CKernels
import CNNSystem
import CNNTensors

/// A compiled plan and its packed constants in a file: a head with tags of all that follows, the plan, and the constants at
/// a page's start, where they are used as they lie.
enum PlanFile {
  /// What a file begins with. The first tag covers the sizes and the plan, the second one the constants and the first tag.
  struct Head: BitwiseCopyable {
    var magic: UInt64
    /// Bytes of the plan, which follows the head.
    var planCount: Int
    /// Where the constants begin; what lies between is zeros.
    var packedOffset: Int
    /// Floats of them.
    var packedCount: Int
    var planTag: (UInt64, UInt64)
    var packedTag: (UInt64, UInt64)

    static let byteCount = MemoryLayout<Head>.size

    init(planCount: Int, packedCount: Int) {
      magic = PlanFile.magic
      (self.planCount, self.packedCount) = (planCount, packedCount)
      packedOffset = (Head.byteCount + planCount + PlanFile.page - 1) / PlanFile.page * PlanFile.page
      (planTag, packedTag) = ((0, 0), (0, 0))
    }

    /// The head of a file; `nil` if the file's size is not what the head says.
    init?(_ file: UnsafeRawBufferPointer) {
      guard file.count >= Head.byteCount else { return nil }
      self = file.loadUnaligned(as: Head.self)
      guard magic == PlanFile.magic, planCount >= 0, planCount <= file.count - Head.byteCount, packedCount >= 0,
        packedCount <= file.count / 4, packedOffset == Head(planCount: planCount, packedCount: 0).packedOffset,
        file.count == packedOffset + packedCount * 4
      else { return nil }
    }

    var planRange: Range<Int> { Head.byteCount..<Head.byteCount + planCount }

    fileprivate var sizes: [UInt8] {
      var writer = ByteWriter()
      writer.put([planCount, packedOffset, packedCount])
      return writer.bytes
    }

    /// The tags that belong to a file's bytes.
    mutating func seal(
      _ plan: [UnsafeRawBufferPointer], _ packed: UnsafeRawBufferPointer, _ sum: KeyedSum, on pool: ThreadPool
    ) {
      planTag = words(sum.tag(.plan, sizes, plan, on: pool))
      packedTag = packedTag(packed, sum, on: pool)
    }

    fileprivate func words(_ tag: KeyedSum.Tag) -> (UInt64, UInt64) {
      tag.withUnsafeBytes {
        ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      }
    }

    fileprivate func packedTag(
      _ packed: UnsafeRawBufferPointer, _ sum: KeyedSum, on pool: ThreadPool
    ) -> (UInt64, UInt64) {
      words(sum.tag(.constants, withUnsafeBytes(of: planTag) { Array($0) }, [packed], on: pool))
    }
  }

  static let magic: UInt64 = 0x334E_414C_504E_4E43
  private static let page = 4096

  /// Writes a file; it appears whole or not at all.
  static func write(
    _ plan: Plan, _ constants: PackedConstants, to path: String, key: PlanKey, on pool: ThreadPool
  ) -> Bool {
    guard let encoded = plan.encoded(key), plan.isComplete(packedCount: constants.count) else { return false }
    let packed = UnsafeRawBufferPointer(start: constants.start, count: constants.count * 4)
    var head = Head(planCount: encoded.count, packedCount: constants.count)
    let body = encoded + [UInt8](repeating: 0, count: head.packedOffset - Head.byteCount - encoded.count)
    body.withUnsafeBytes { head.seal([$0], packed, KeyedSum(key.secret), on: pool) }
    let name = String(UInt64.random(in: .min ... .max), radix: 36)
    let beside = "\(path).\(name).part"
    do {
      let file = try OutputFile(path: beside, existing: .refused, permissions: 0o600)
      // Whoever tidies up sees that somebody is at work.
      file.take()
      try withUnsafeBytes(of: head) { try file.write($0) }
      try body.withUnsafeBytes { try file.write($0) }
      try file.write(packed)
      // What the plan was made of must be what the key says, to the last moment.
      guard key.isStill else {
        Path.remove(beside)
        return false
      }
      try Path.rename(beside, to: path)
      try file.close()
      return true
    } catch {
      Path.remove(beside)
      return false
    }
  }

  /// The plan of a file that ``write(_:_:to:key:on:)`` made for this very key; `nil` for everything else.
  static func read(_ path: String, key: PlanKey, on pool: ThreadPool) -> (Plan, PackedConstants)? {
    guard let file = try? MappedFile(path: path, marksChanges: false), file.status.isProtected else { return nil }
    return file.withBytes { bytes in
      guard let head = Head(bytes) else { return nil }
      let sum = KeyedSum(key.secret)
      let padded = UnsafeRawBufferPointer(rebasing: bytes[Head.byteCount..<head.packedOffset])
      guard head.words(sum.tag(.plan, head.sizes, [padded], on: pool)) == head.planTag else { return nil }
      let packed = UnsafeRawBufferPointer(rebasing: bytes[head.packedOffset...])
      guard let plan = decoded(UnsafeRawBufferPointer(rebasing: padded[..<head.planCount]), key, head.packedCount),
        head.packedTag(packed, sum, on: pool) == head.packedTag,
        let constants = PackedConstants(file, offset: head.packedOffset, count: head.packedCount)
      else { return nil }
      return (plan, constants)
    }
  }

  /// The words of the key that a file belongs to; `nil` if it was not written with the secret.
  static func keyWords(of path: String, secret: PlanSecret, on pool: ThreadPool) -> [String]? {
    guard let file = try? MappedFile(path: path, marksChanges: false), file.status.isProtected else { return nil }
    return file.withBytes { bytes in
      guard let head = Head(bytes) else { return nil }
      let plan = UnsafeRawBufferPointer(rebasing: bytes[Head.byteCount..<head.packedOffset])
      guard head.words(KeyedSum(secret).tag(.plan, head.sizes, [plan], on: pool)) == head.planTag else { return nil }
      var reader = ByteReader(plan)
      return try? reader.getList { try $0.getString() }
    }
  }

  /// Bytes of a file, the plan's own not counted.
  static func byteCount(_ constants: PackedConstants) -> Int { constants.count * 4 + 2 * page }

  /// The plan of authenticated bytes; `nil` if it is another key's, or anything in it does not fit.
  static func decoded(_ body: UnsafeRawBufferPointer, _ key: PlanKey, _ packedCount: Int) -> Plan? {
    guard var plan = try? Plan(decoding: body, key), (try? plan.complete(packedCount: packedCount)) != nil else {
      return nil
    }
    return plan
  }
}
