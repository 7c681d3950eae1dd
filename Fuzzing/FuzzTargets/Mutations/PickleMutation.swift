import TestSupport

@testable import CNNFormats

/// Pickles as the instructions that they are made of.
struct PickleMutation {
  private struct Instruction {
    var code: UInt8
    var operand: [UInt8] = []
  }

  /// How an instruction's operand is written.
  private enum Operand: Hashable {
    case none
    case bytes(Int)
    case lines(Int)
    case counted(Int)
  }

  private static func operand(_ opcode: PickleOpcode) -> Operand {
    switch opcode {
    case .binaryInteger1, .binaryGet, .binaryPut, .protocolVersion, .extension1: .bytes(1)
    case .binaryInteger2, .extension2: .bytes(2)
    case .binaryInteger, .longBinaryGet, .longBinaryPut, .extension4: .bytes(4)
    case .binaryFloat, .frame: .bytes(8)
    case .float, .integer, .long, .persistentText, .string, .unicode, .get, .put: .lines(1)
    case .global, .instance: .lines(2)
    case .shortBinaryString, .shortBinaryBytes, .shortBinaryUnicode, .long1: .counted(1)
    case .binaryString, .binaryUnicode, .binaryBytes, .long4: .counted(4)
    case .binaryUnicode8, .binaryBytes8, .byteArray8: .counted(8)
    default: .none
    }
  }

  private static let codes = (UInt8.min...UInt8.max).filter { PickleOpcode(rawValue: $0) != nil }
  static let names =
    Array(KnownGlobals.roles.keys).sorted() + Array(KnownGlobals.forbiddenNames).sorted()
    + ["torch.FloatStorage", "torch.float16", "torch.nn.modules.conv.Conv2d", "__torch__.net.Net"]

  private var instructions: [Instruction] = []
  /// What follows the last pickle.
  private var rest: [UInt8] = []

  /// Takes up to `count` pickles that follow each other; `nil` if there is none.
  init?(_ bytes: [UInt8], pickles count: Int) {
    var position = 0
    var found = 0
    while found < count, position < bytes.count, let opcode = PickleOpcode(rawValue: bytes[position]),
      let end = Self.end(of: opcode, bytes, position + 1)
    {
      instructions.append(Instruction(code: bytes[position], operand: Array(bytes[position + 1..<end])))
      position = end
      if opcode == .stop { found += 1 }
    }
    rest = Array(bytes[position...])
    if instructions.isEmpty { return nil }
  }

  private static func end(of opcode: PickleOpcode, _ bytes: [UInt8], _ start: Int) -> Int? {
    var end = start
    switch operand(opcode) {
    case .none: break
    case .bytes(let count): end += count
    case .lines(let count):
      for _ in 0..<count {
        guard let line = bytes[end...].firstIndex(of: 10) else { return nil }
        end = line + 1
      }
    case .counted(let width):
      guard bytes.count - start >= width else { return nil }
      let length = (0..<width).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) }
      guard length <= UInt64(bytes.count) else { return nil }
      end += width + Int(length)
    }
    return end <= bytes.count ? end : nil
  }

  var bytes: [UInt8] { instructions.flatMap { [$0.code] + $0.operand } + rest }

  mutating func mutate(_ random: inout SplitMix) {
    for _ in 0..<random.pick(1...3) where !instructions.isEmpty { change(&random) }
  }

  private mutating func change(_ random: inout SplitMix) {
    let place = random.index(of: instructions)
    switch random.pick(0...9) {
    case 0: instructions.remove(at: place)
    case 1: instructions.insert(instructions[place], at: random.index(of: instructions))
    case 2: instructions.swapAt(place, random.index(of: instructions))
    case 3:
      let end = min(instructions.count, place + random.pick(1...16))
      instructions.insert(contentsOf: instructions[place..<end], at: random.pick(0...instructions.count))
    case 4: instructions[place] = instructions[random.index(of: instructions)]
    case 5: instructions.insert(Self.instruction(&random), at: place)
    case 6:
      // Another instruction with an operand of the same kind.
      guard let opcode = PickleOpcode(rawValue: instructions[place].code) else { return }
      let kind = Self.operand(opcode)
      let others = Self.codes.filter { PickleOpcode(rawValue: $0).map(Self.operand) == kind }
      instructions[place].code = random.pick(others)
    case 7:
      // A name in place of another one.
      let names = instructions.indices.filter { instructions[$0].code == PickleOpcode.global.rawValue }
      guard !names.isEmpty else { return }
      instructions[random.pick(names)] = Self.global(random.pick(Self.names))
    default: changeOperand(place, &random)
    }
  }

  private static func global(_ name: String) -> Instruction {
    let parts = name.split(separator: ".")
    let text = "\(parts.dropLast().joined(separator: "."))\n\(parts.last ?? "")\n"
    return Instruction(code: PickleOpcode.global.rawValue, operand: Array(text.utf8))
  }

  private static func instruction(_ random: inout SplitMix) -> Instruction {
    let code = random.pick(codes)
    guard let opcode = PickleOpcode(rawValue: code) else { return Instruction(code: code) }
    switch operand(opcode) {
    case .none: return Instruction(code: code)
    case .bytes(let count):
      return Instruction(code: code, operand: (0..<count).map { $0 == 0 ? UInt8(random.pick(0...12)) : 0 })
    case .lines(2): return global(random.pick(names))
    case .lines: return Instruction(code: code, operand: Array("\(random.pick(0...12))\n".utf8))
    case .counted(let width):
      let text = Array(random.pick(["weight", "storage", "0", "cpu", "latin1", "state_dict"]).utf8)
      return Instruction(
        code: code, operand: [UInt8(text.count)] + [UInt8](repeating: 0, count: width - 1) + text)
    }
  }

  private mutating func changeOperand(_ place: Int, _ random: inout SplitMix) {
    guard let opcode = PickleOpcode(rawValue: instructions[place].code) else { return }
    var operand = instructions[place].operand
    switch Self.operand(opcode) {
    case .none: return
    case .bytes(let count):
      let value = random.integer(near: Int64(operand.first ?? 0))
      operand = (0..<count).map { UInt8(truncatingIfNeeded: value >> Int64(8 * $0)) }
    case .lines:
      operand.removeLast()
      operand.mutate(atMost: operand.count + 8)
      operand = operand.filter { $0 != 10 } + [10]
      if opcode == .global || opcode == .instance { operand.insert(10, at: random.pick(0...operand.count - 1)) }
    case .counted(let width):
      var content = Array(operand[width...])
      content.mutate(atMost: min(content.count + 16, 255))
      operand = (0..<width).map { UInt8(truncatingIfNeeded: content.count >> (8 * $0)) } + content
    }
    instructions[place].operand = operand
  }

  /// One pickle.
  static func one(_ bytes: inout [UInt8], _ random: inout SplitMix) -> Bool { mutate(&bytes, pickles: 1, &random) }

  /// The five pickles of a legacy stream.
  static func stream(_ bytes: inout [UInt8], _ random: inout SplitMix) -> Bool { mutate(&bytes, pickles: 5, &random) }

  private static func mutate(_ bytes: inout [UInt8], pickles count: Int, _ random: inout SplitMix) -> Bool {
    guard var pickle = PickleMutation(bytes, pickles: count) else { return false }
    pickle.mutate(&random)
    bytes = pickle.bytes
    return true
  }
}
