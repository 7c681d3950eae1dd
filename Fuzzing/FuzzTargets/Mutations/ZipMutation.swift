import TestSupport

@testable import CNNFormats

/// A zip archive as its members. Offsets, sizes and checksums are written anew, so that a change inside gets past the
/// checks of the directory; then, at times, one of these numbers is spoilt.
struct ZipMutation {
  private struct Member {
    var name: [UInt8]
    var method: UInt16
    var flags: UInt16
    var checksum: UInt32
    var byteCount: UInt32
    var data: [UInt8]

    var isStored: Bool { method == 0 }
  }

  private var members: [Member] = []
  private var comment: [UInt8] = []

  /// - Parameter unpacks: whether deflated members are taken unpacked, so that they can be changed inside.
  init?(_ bytes: [UInt8], unpacks: Bool = false) {
    let found = bytes.withUnsafeBytes { bytes -> [Member]? in
      guard let directory = try? ZipDirectory(bytes) else { return nil }
      var position = directory.start
      var members: [Member] = []
      for entry in directory.entries {
        guard let start = try? directory.dataOffset(of: entry, in: bytes),
          let checksum = bytes.littleEndian(UInt32.self, at: position + 16),
          let extra = bytes.littleEndian(UInt16.self, at: position + 30),
          let comment = bytes.littleEndian(UInt16.self, at: position + 32)
        else { return nil }
        members.append(
          Member(
            name: Array(bytes[entry.name]), method: entry.method, flags: entry.isEncrypted ? 1 : 0, checksum: checksum,
            byteCount: UInt32(truncatingIfNeeded: entry.byteCount),
            data: Array(bytes[start..<start + Int(entry.packedByteCount)])))
        position = entry.name.upperBound + Int(extra) + Int(comment)
      }
      return members
    }
    guard let found, !found.isEmpty else { return nil }
    members = found
    if unpacks { unpack(bytes) }
  }

  private static let scratch = ScratchFile("unpack")

  private mutating func unpack(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { Self.scratch.fill($0) }
    guard let archive = try? ZipArchive(path: Self.scratch.path, fileByteCount: bytes.count),
      archive.members.count == members.count
    else { return }
    for (place, member) in archive.members.enumerated() where !member.isStored && member.byteCount < 1 << 20 {
      var data = [UInt8](repeating: 0, count: member.byteCount)
      guard (try? archive.unpack(member) { stream in try data.withUnsafeMutableBytes { try stream.fill($0) } }) != nil
      else { continue }
      (members[place].method, members[place].data) = (0, data)
    }
  }

  private mutating func mutate(_ random: inout SplitMix) {
    for _ in 0..<random.pick(1...2) where !members.isEmpty { change(&random) }
  }

  private mutating func change(_ random: inout SplitMix) {
    let place = random.index(of: members)
    switch random.pick(0...11) {
    case 0: members.remove(at: place)
    case 1: members.insert(members[place], at: random.pick(0...members.count))
    case 2: members.swapAt(place, random.index(of: members))
    case 3: members[place].name.mutate(atMost: members[place].name.count + 8)
    case 4: members[place].method = random.pick([0, 8, 9, 12, 14, 95])
    case 5: members[place].flags ^= 1 << UInt16(random.pick(0...15))
    case 6: members[place].byteCount = UInt32(truncatingIfNeeded: random.integer(near: Int64(members[place].byteCount)))
    case 7: comment.mutate(atMost: 64)
    default:
      let inside = members.indices.filter { members[$0].isStored }
      if !inside.isEmpty { changeContent(random.chance(0.6) ? preferred(inside) : random.pick(inside), &random) }
    }
  }

  /// The member that says most: a pickle.
  private func preferred(_ places: [Int]) -> Int {
    places.first { members[$0].name.ends(with: "data.pkl") } ?? places[0]
  }

  private mutating func changeContent(_ place: Int, _ random: inout SplitMix) {
    var data = members[place].data
    let name = members[place].name
    if name.ends(with: ".pkl"), random.chance(0.8), PickleMutation.one(&data, &random) {
    } else if name.ends(with: ".npy"), random.chance(0.8), HeaderMutations.npy(&data, &random) {
    } else if name.ends(with: ".py"), HeaderMutations.code(&data, &random) {
    } else if name.ends(with: ".json"), random.chance(0.8), HeaderMutations.program(&data, &random) {
    } else {
      data.mutate(atMost: data.count + 32)
    }
    members[place].data = data
    members[place].byteCount = UInt32(data.count)
    members[place].checksum = data.withUnsafeBytes { CRC32.checksum($0) }
  }

  // MARK: Writing

  private func bytes(_ random: inout SplitMix) -> [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    let spoilt = random.chance(0.15) ? random.index(of: members + members) : -1
    for (index, member) in members.enumerated() {
      var offset = UInt32(file.count)
      if index == spoilt { offset = UInt32(truncatingIfNeeded: random.integer(near: Int64(offset))) }
      let isWide = random.chance(0.05)
      file += [0x50, 0x4b, 3, 4, 20, 0]
      file += fields(member, wide: false) + [0, 0]
      file += member.name + member.data
      directory += [0x50, 0x4b, 1, 2, 20, 0, 20, 0]
      directory += fields(member, wide: isWide)
      directory.append(number: UInt16(isWide ? 20 : 0))
      directory += [UInt8](repeating: 0, count: 10)
      directory.append(number: offset)
      directory += member.name
      if isWide {
        directory += [1, 0, 16, 0]
        directory.append(number: UInt64(member.byteCount))
        directory.append(number: UInt64(member.data.count))
      }
    }
    let start = file.count
    file += directory + [0x50, 0x4b, 5, 6, 0, 0, 0, 0]
    for _ in 0..<2 { file.append(number: UInt16(truncatingIfNeeded: members.count)) }
    file.append(number: UInt32(directory.count))
    file.append(number: UInt32(start))
    file.append(number: UInt16(comment.count))
    return file + comment
  }

  /// From the flags to the length of the name.
  private func fields(_ member: Member, wide: Bool) -> [UInt8] {
    var fields: [UInt8] = []
    fields.append(number: member.flags)
    fields.append(number: member.method)
    fields.append(number: UInt32(0))
    fields.append(number: member.checksum)
    fields.append(number: wide ? UInt32.max : UInt32(member.data.count))
    fields.append(number: wide ? UInt32.max : member.byteCount)
    fields.append(number: UInt16(truncatingIfNeeded: member.name.count))
    return fields
  }

  /// An archive.
  static func archive(_ bytes: inout [UInt8], _ random: inout SplitMix) -> Bool {
    guard var archive = ZipMutation(bytes) else { return false }
    archive.mutate(&random)
    if archive.members.isEmpty { return false }
    bytes = archive.bytes(&random)
    return true
  }

  /// An archive with a program, whose source or graph is changed more often than its weights.
  static func program(_ bytes: inout [UInt8], _ random: inout SplitMix) -> Bool {
    guard var archive = ZipMutation(bytes, unpacks: true) else { return false }
    let texts = archive.members.indices.filter {
      let name = archive.members[$0].name
      return name.ends(with: ".py") || name.ends(with: "exported_program.json") || name.ends(with: "/model.json")
    }
    if !texts.isEmpty, random.chance(0.8) {
      archive.changeContent(random.pick(texts), &random)
    } else {
      archive.mutate(&random)
    }
    if archive.members.isEmpty { return false }
    bytes = archive.bytes(&random)
    return true
  }

  /// A file of weights of any kind.
  static func orHeader(_ bytes: inout [UInt8], _ random: inout SplitMix) -> Bool {
    archive(&bytes, &random) || PickleMutation.stream(&bytes, &random) || HeaderMutations.safetensors(&bytes, &random)
  }
}

extension [UInt8] {
  fileprivate func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
