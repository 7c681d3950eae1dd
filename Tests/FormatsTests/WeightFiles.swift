import CNNFormats
import TestSupport

/// Pickles made by hand.
enum Pickle {
  static func text(_ text: String) -> [UInt8] { [0x58] + number(UInt32(text.utf8.count)) + Array(text.utf8) }
  static func int(_ value: Int) -> [UInt8] { [0x8a, 8] + number(value) }
  static func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }
  static func stackGlobal(_ module: String, _ name: String) -> [UInt8] { text(module) + text(name) + [0x93] }
  static func tuple(_ items: [UInt8]...) -> [UInt8] { [0x28] + items.flatMap { $0 } + [0x74] }
  static func list(_ items: [UInt8]...) -> [UInt8] { [0x5d, 0x28] + items.flatMap { $0 } + [0x65] }
  static func dictionary(_ pairs: (String, [UInt8])...) -> [UInt8] {
    [0x7d, 0x28] + pairs.flatMap { text($0.0) + $0.1 } + [0x75]
  }
  static func call(_ function: [UInt8], _ arguments: [UInt8]...) -> [UInt8] {
    function + [0x28] + arguments.flatMap { $0 } + [0x74, 0x52]
  }
  static func new(_ type: [UInt8], _ state: [UInt8]? = nil) -> [UInt8] {
    type + [0x29, 0x81] + (state.map { $0 + [0x62] } ?? [])
  }
  static func bytes(_ bytes: [UInt8]) -> [UInt8] { [0x42] + number(UInt32(bytes.count)) + bytes }
  static let none: [UInt8] = [0x4e]
  static let no: [UInt8] = [0x89]
  static func put(_ index: UInt32) -> [UInt8] { [0x72] + number(index) }
  static func get(_ index: UInt32) -> [UInt8] { [0x6a] + number(index) }

  static func storage(_ key: String = "0", count: Int = 4, type: String = "FloatStorage") -> [UInt8] {
    tuple(text("storage"), global("torch", type), text(key), text("cpu"), int(count)) + [0x51]
  }
  static func tensor(_ storage: [UInt8], offset: Int = 0, _ shape: [Int] = [4], _ strides: [Int] = [1]) -> [UInt8] {
    call(
      global("torch._utils", "_rebuild_tensor_v2"), storage, int(offset),
      [0x28] + shape.flatMap(int) + [0x74], [0x28] + strides.flatMap(int) + [0x74], no, none)
  }

  /// The whole stream around a value.
  static func stream(_ value: [UInt8]) -> [UInt8] { [0x80, 2] + value + [0x2e] }

  static func number(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  /// A legacy stream around a value and its storages.
  static func legacy(_ value: [UInt8], storages: [(key: String, count: Int, data: [UInt8])]) -> [UInt8] {
    let magic: [UInt8] = [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
    let keys: [UInt8] = [0x5d, 0x28] + storages.flatMap { storage -> [UInt8] in text(storage.key) } + [0x65]
    let heads = [magic, int(1001), dictionary(), value, keys].flatMap { stream($0) }
    return heads + storages.flatMap { storage -> [UInt8] in number(storage.count) + storage.data }
  }
}

/// Zip archives made by hand.
struct Zip {
  struct Member {
    var name: String
    var data: [UInt8]
    /// What the directory says where it lies.
    var byteCount: Int?
    var method: UInt16 = 0
    var offset: Int?
  }

  var members: [Member] = []
  /// Sizes and places stand where Zip64 has them.
  var isWide = false

  /// The archive of `torch.save` with this pickle and storages.
  static func torch(_ pickle: [UInt8], storages: [(String, [UInt8])] = [("0", [UInt8](repeating: 7, count: 16))]) -> Zip
  {
    var zip = Zip(members: [Member(name: "archive/data.pkl", data: Pickle.stream(pickle))])
    for (key, data) in storages { zip.members.append(Member(name: "archive/data/\(key)", data: data)) }
    return zip
  }

  var bytes: [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    func common(_ member: Member, extra: Int = 0) -> [UInt8] {
      let sizes = [member.data.count, member.byteCount ?? member.data.count]
      return Pickle.number(0 as UInt16) + Pickle.number(member.method) + Pickle.number(0 as UInt16)
        + Pickle.number(33 as UInt16) + Pickle.number(Self.checksum(member.data))
        + sizes.flatMap { Pickle.number(extra > 0 ? .max : UInt32($0)) }
        + Pickle.number(UInt16(member.name.utf8.count)) + Pickle.number(UInt16(extra))
    }
    for member in members {
      let offset = member.offset ?? file.count
      if member.offset == nil {
        file += [0x50, 0x4b, 3, 4, 20, 0] + common(member) + Array(member.name.utf8) + member.data
      }
      let wide = [member.byteCount ?? member.data.count, member.data.count, offset].flatMap {
        Pickle.number(UInt64($0))
      }
      let extra = isWide ? [1, 0, 24, 0] + wide : []
      directory += [0x50, 0x4b, 1, 2, 45, 0, 45, 0] + common(member, extra: extra.count)
      directory += [UInt8](repeating: 0, count: 10) + Pickle.number(isWide ? .max : UInt32(offset))
      directory += Array(member.name.utf8) + extra
    }
    var end: [UInt8] = []
    if isWide {
      end += [0x50, 0x4b, 6, 6] + Pickle.number(44 as UInt64) + [45, 0, 45, 0] + [UInt8](repeating: 0, count: 8)
      end += [members.count, members.count, directory.count, file.count].flatMap { Pickle.number(UInt64($0)) }
      end += [0x50, 0x4b, 6, 7, 0, 0, 0, 0] + Pickle.number(UInt64(file.count + directory.count)) + [1, 0, 0, 0]
    }
    let count = Pickle.number(isWide ? .max : UInt16(members.count))
    end += [0x50, 0x4b, 5, 6, 0, 0, 0, 0] + count + count
    end += [directory.count, file.count].flatMap { Pickle.number(isWide ? .max : UInt32($0)) } + [0, 0]
    return file + directory + end
  }

  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var value: UInt32 = .max
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 0 ? 0 : 0xedb8_8320) }
    }
    return ~value
  }
}

/// What is wrong with a file of weights of these bytes; every error is a `FormatError`.
func weightsError(_ bytes: [UInt8]) throws -> FormatError? {
  let folder = try TemporaryFolder()
  let path = try folder.write(bytes)
  return formatError { _ = try CheckpointReader.read(path: path) }
}

/// What is wrong with a `torch.save` archive of this pickle.
func weightsError(pickle: [UInt8], storages: [(String, [UInt8])]? = nil) throws -> FormatError? {
  try weightsError((storages.map { Zip.torch(pickle, storages: $0) } ?? Zip.torch(pickle)).bytes)
}

/// What is wrong with a tensor of four elements of which this is the record.
func tensorFault(_ tensor: [UInt8]) throws -> FormatError.StrideFault? {
  guard case .strided("w", let fault)? = try weightsError(pickle: Pickle.dictionary(("w", tensor))) else { return nil }
  return fault
}
