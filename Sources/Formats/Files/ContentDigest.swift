import CNNTensors

/// XXH64 with seed 0: a number that tells contents apart, and no secret.
/// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
struct ContentDigest {
  private static let primes: [UInt64] = [
    0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63, 0x27D4_EB2F_1656_67C5,
  ]
  private static let stripe = 32
  private static let bufferSize = 1 << 20

  private var lanes: [UInt64]
  private var count = 0
  private var tail: [UInt8] = []

  init() {
    let (first, second) = (Self.primes[0], Self.primes[1])
    lanes = [first &+ second, second, 0, 0 &- first]
  }

  private static func rotated(_ value: UInt64, by bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }

  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotated(lane &+ word &* 0xC2B2_AE3D_27D4_EB4F, by: 31) &* 0x9E37_79B1_85EB_CA87
  }

  /// Goes on with more bytes.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    count += bytes.count
    var rest = bytes
    if !tail.isEmpty {
      let taken = min(Self.stripe - tail.count, rest.count)
      tail += rest[..<taken]
      rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
      guard tail.count == Self.stripe else { return }
      let full = tail
      full.withUnsafeBytes { consume($0) }
      tail = []
    }
    let whole = rest.count / Self.stripe * Self.stripe
    consume(UnsafeRawBufferPointer(rebasing: rest[..<whole]))
    tail += rest[whole...]
  }

  /// Goes on with a number.
  mutating func update(_ number: UInt64) { withUnsafeBytes(of: number.littleEndian) { update($0) } }

  /// Goes on with a storage's bytes; those of a file are read, its pages untouched.
  mutating func update(_ storage: Storage) throws {
    guard let (file, start) = storage.fileRange else { return storage.withBytes { update($0) } }
    let size = min(Self.bufferSize, max(storage.byteCount, 1))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { buffer.deallocate() }
    var position = 0
    while position < storage.byteCount {
      let room = min(size, storage.byteCount - position)
      let count = try file.read(into: .init(rebasing: buffer[..<room]), at: start + position)
      update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      position += count
    }
  }

  /// Takes whole stripes. Four numbers are faster than a vector of them: most processors multiply no such vectors.
  private mutating func consume(_ bytes: UnsafeRawBufferPointer) {
    var (first, second, third, fourth) = (lanes[0], lanes[1], lanes[2], lanes[3])
    for offset in stride(from: 0, to: bytes.count, by: Self.stripe) {
      first = Self.round(first, bytes.number(UInt64.self, at: offset))
      second = Self.round(second, bytes.number(UInt64.self, at: offset + 8))
      third = Self.round(third, bytes.number(UInt64.self, at: offset + 16))
      fourth = Self.round(fourth, bytes.number(UInt64.self, at: offset + 24))
    }
    lanes = [first, second, third, fourth]
  }

  /// The digest of all bytes so far.
  var value: UInt64 {
    let primes = Self.primes
    var hash: UInt64
    if count < Self.stripe {
      hash = primes[4]
    } else {
      hash = (0..<4).reduce(0) { $0 &+ Self.rotated(lanes[$1], by: [1, 7, 12, 18][$1]) }
      for lane in 0..<4 { hash = (hash ^ Self.round(0, lanes[lane])) &* primes[0] &+ primes[3] }
    }
    hash &+= UInt64(count)
    tail.withUnsafeBytes { bytes in
      var offset = 0
      while offset + 8 <= bytes.count {
        hash = Self.rotated(hash ^ Self.round(0, bytes.number(UInt64.self, at: offset)), by: 27) &* primes[0]
        hash &+= primes[3]
        offset += 8
      }
      if offset + 4 <= bytes.count {
        hash ^= UInt64(bytes.number(UInt32.self, at: offset)) &* primes[0]
        hash = Self.rotated(hash, by: 23) &* primes[1] &+ primes[2]
        offset += 4
      }
      for byte in bytes[offset...] { hash = Self.rotated(hash ^ UInt64(byte) &* primes[4], by: 11) &* primes[0] }
    }
    hash = (hash ^ hash >> 33) &* primes[1]
    hash = (hash ^ hash >> 29) &* primes[2]
    return hash ^ hash >> 32
  }
}
