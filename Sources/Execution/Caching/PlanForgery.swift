import CKernels
import CNNTensors

// How tests try plans that nobody without the secret can make: files with any content and right tags.

extension Engine {
  /// A plan file with the tags that belong to its content.
  /// - Parameter bytes: a file as ``write(to:key:)`` makes it, changed behind its head or in it.
  /// - Returns: `nil` if the sizes in its head are not those of the file.
  package static func resealed(planFile bytes: [UInt8], secret: PlanSecret) -> [UInt8]? {
    guard let pool = ThreadPool.shared(1) else { return nil }
    return PlanFile.resealed(bytes, KeyedSum(secret), on: pool)
  }

  /// Where the encoded plan lies in a plan file; `nil` if the sizes in its head are not those of the file.
  package static func planRange(inPlanFile bytes: [UInt8]) -> Range<Int>? {
    bytes.withUnsafeBytes { PlanFile.Head($0)?.planRange }
  }

  /// What the bytes of a plan file stand for, field by field: `step 3 winograd sizes`, `step 3 winograd reads`, …
  /// - Returns: `nil` if the file cannot be decoded.
  package static func fields(ofPlanFile bytes: [UInt8]) -> [(name: String, range: Range<Int>)]? {
    bytes.withUnsafeBytes { bytes in
      guard let range = PlanFile.Head(bytes)?.planRange else { return nil }
      var map = PlanFieldMap(reader: ByteReader(UnsafeRawBufferPointer(rebasing: bytes[range])))
      guard (try? map.read()) != nil else { return nil }
      return map.fields.map { ($0, $1.lowerBound + range.lowerBound..<$1.upperBound + range.lowerBound) }
    }
  }

  /// The engine of a plan file whose tags are not looked at: everything else is checked as always.
  package convenience init?(
    untaggedPlanFile bytes: [UInt8], key: PlanKey, options: EngineOptions = EngineOptions()
  ) {
    guard let pool = ThreadPool.shared(options.threadCount),
      let (plan, constants) = bytes.withUnsafeBytes({ PlanFile.untagged($0, key: key) })
    else { return nil }
    self.init(plan, constants, on: pool, options)
  }
}

extension PlanFile {
  fileprivate static func resealed(_ bytes: [UInt8], _ sum: KeyedSum, on pool: ThreadPool) -> [UInt8]? {
    bytes.withUnsafeBytes { bytes in
      guard var head = Head(bytes) else { return nil }
      head.seal(
        [UnsafeRawBufferPointer(rebasing: bytes[Head.byteCount..<head.packedOffset])],
        UnsafeRawBufferPointer(rebasing: bytes[head.packedOffset...]), sum, on: pool)
      return withUnsafeBytes(of: head) { Array($0) } + bytes[Head.byteCount...]
    }
  }

  fileprivate static func untagged(_ bytes: UnsafeRawBufferPointer, key: PlanKey) -> (Plan, PackedConstants)? {
    guard let head = Head(bytes),
      let plan = decoded(UnsafeRawBufferPointer(rebasing: bytes[head.planRange]), key, head.packedCount),
      let constants = try? PackedConstants(copying: UnsafeRawBufferPointer(rebasing: bytes[head.packedOffset...]))
    else { return nil }
    return (plan, constants)
  }
}
