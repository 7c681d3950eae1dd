import CNNTensors

/// Follows a pickle's instructions and keeps records of what they say. Nothing is looked up, called or imported: a name
/// is a name, and an object a record of its class, arguments and state.
///
/// Source: CPython, `Lib/pickletools.py`, which describes every instruction.
struct PickleMachine {
  private static let mostObjects = 1 << 22
  private static let mostValues = 1 << 25
  private static let globalLimit = 1 << 16
  private static let newestVersion = 5

  // Whatever makes, keeps or remembers a value takes a byte of the stream, and real objects take several: only copies of
  // copies ask for more.
  private let objectLimit: Int
  private let valueLimit: Int
  private var cursor: PickleCursor
  private var tree: PickleTree
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo = PickleMemo()
  private var globals: [String: Int] = [:]
  /// Values kept in objects and in the memo.
  private var valueCount = 0

  /// Reads the pickle that begins at `position` of a buffer.
  /// - Throws: ``FormatError/pickle(_:at:member:)``.
  static func read(_ source: Storage, at position: Int = 0) throws(FormatError) -> PickleTree {
    let result: Result<PickleTree, FormatError> = source.withBytes { bytes in
      var machine = PickleMachine(source, bytes, position)
      do throws(FormatError) {
        try machine.run()
        return .success(machine.tree)
      } catch { return .failure(error) }
    }
    return try result.get()
  }

  private init(_ source: Storage, _ bytes: UnsafeRawBufferPointer, _ position: Int) {
    cursor = PickleCursor(bytes, at: position)
    tree = PickleTree(source: source)
    objectLimit = min(Self.mostObjects, (1 << 16) + bytes.count / 4)
    valueLimit = min(Self.mostValues, (1 << 16) + bytes.count)
  }

  private mutating func run() throws(FormatError) {
    while true {
      let opcode = try cursor.opcode()
      if opcode == .stop { break }
      try perform(opcode)
    }
    tree.root = try pop()
    tree.end = cursor.position
  }

  // MARK: Stack

  private func fault(_ fault: PickleFault) -> FormatError { cursor.fault(fault) }

  private mutating func push(_ value: PickleValue) throws(FormatError) {
    guard stack.count < valueLimit else { throw fault(.tooMany("values", limit: valueLimit)) }
    stack.append(value)
  }

  private mutating func pop() throws(FormatError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else { throw fault(.emptyStack) }
    return value
  }

  private func top() throws(FormatError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.last else { throw fault(.emptyStack) }
    return value
  }

  private mutating func popToMark() throws(FormatError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw fault(.emptyStack) }
    let values = Array(stack[mark...])
    stack.removeSubrange(mark...)
    return values
  }

  private mutating func charge(_ count: Int) throws(FormatError) {
    valueCount += count
    guard valueCount <= valueLimit else { throw fault(.tooMany("values", limit: valueLimit)) }
  }

  private mutating func make(_ object: PickleObject) throws(FormatError) -> PickleValue {
    guard tree.objects.count < objectLimit else { throw fault(.tooMany("objects", limit: objectLimit)) }
    try charge(object.items.count)
    tree.objects.append(object)
    return .object(tree.objects.count - 1)
  }

  private mutating func push(_ kind: PickleObject.Kind, _ items: [PickleValue] = []) throws(FormatError) {
    try push(try make(PickleObject(kind: kind, items: items)))
  }

  private mutating func popTuple(_ count: Int) throws(FormatError) {
    var items: [PickleValue] = []
    for _ in 0..<count { items.append(try pop()) }
    try push(.tuple, items.reversed())
  }

  // MARK: Instructions

  private mutating func perform(_ opcode: PickleOpcode) throws(FormatError) {
    switch opcode {
    case .protocolVersion:
      let version = Int(try cursor.number(UInt8.self))
      guard version <= Self.newestVersion else { throw fault(.version(version)) }
    case .frame: _ = try cursor.number(UInt64.self)
    case .stop: break
    case .mark:
      guard marks.count < valueLimit else { throw fault(.tooMany("marks", limit: valueLimit)) }
      marks.append(stack.count)
    case .pop:
      // Python lets this take a mark as well.
      if stack.count > marks.last ?? 0 {
        stack.removeLast()
      } else if marks.popLast() == nil {
        throw fault(.emptyStack)
      }
    case .popMark: _ = try popToMark()
    case .duplicate: try push(try top())
    case .none: try push(.none)
    case .newTrue: try push(.boolean(true))
    case .newFalse: try push(.boolean(false))
    case .integer, .long, .float, .binaryInteger, .binaryInteger1, .binaryInteger2, .binaryFloat, .long1, .long4:
      try push(try number(opcode))
    case .string, .unicode, .binaryString, .shortBinaryString, .binaryUnicode, .shortBinaryUnicode, .binaryUnicode8,
      .binaryBytes, .shortBinaryBytes, .binaryBytes8, .byteArray8:
      try push(try text(opcode))
    case .emptyTuple: try push(.tuple)
    case .tuple1: try popTuple(1)
    case .tuple2: try popTuple(2)
    case .tuple3: try popTuple(3)
    case .tuple: try push(.tuple, try popToMark())
    case .emptyList: try push(.list)
    case .list: try push(.list, try popToMark())
    case .emptyDictionary: try push(.dictionary)
    case .dictionary: try push(.dictionary, try pairs())
    case .emptySet: try push(.set)
    case .frozenSet: try push(.set, try popToMark())
    case .append: try add([try pop()], to: .list)
    case .appends: try add(try popToMark(), to: .list)
    case .addItems: try add(try popToMark(), to: .set)
    case .setItem:
      let value = try pop()
      try add([try pop(), value], to: .dictionary)
    case .setItems: try add(try pairs(), to: .dictionary)
    case .put: try remember(try decimal())
    case .binaryPut: try remember(Int(try cursor.number(UInt8.self)))
    case .longBinaryPut: try remember(Int(try cursor.number(UInt32.self)))
    case .memoize: try remember(memo.count)
    case .get: try recall(try decimal())
    case .binaryGet: try recall(Int(try cursor.number(UInt8.self)))
    case .longBinaryGet: try recall(Int(try cursor.number(UInt32.self)))
    case .global: try push(try global(module: try cursor.word(), name: try cursor.word()))
    case .stackGlobal:
      let (name, module) = (try pop(), try pop())
      guard let module = tree.text(module), let name = tree.text(name) else { throw fault(.operand("a name")) }
      try push(try global(module: module, name: name))
    case .reduce:
      let arguments = try pop()
      try push(try call(try pop(), arguments))
    case .newObject:
      let arguments = try pop()
      try push(try instance(of: try pop(), arguments))
    case .newObjectWithKeywords:
      let (keywords, arguments) = (try pop(), try pop())
      let object = try instance(of: try pop(), arguments)
      // Keywords are of no use to any class known here; they stay reachable as a state that BUILD may replace.
      if case .object(let number) = object { tree.objects[number].state = keywords }
      try push(object)
    case .instance:
      let type = try global(module: try cursor.word(), name: try cursor.word())
      try push(try instance(of: type, try make(PickleObject(kind: .tuple, items: try popToMark()))))
    case .object:
      let parts = try popToMark()
      guard let type = parts.first else { throw fault(.operand("a class")) }
      try push(try instance(of: type, try make(PickleObject(kind: .tuple, items: Array(parts.dropFirst())))))
    case .build: try build(state: try pop())
    case .persistent: try push(try make(PickleObject(kind: .persistent, arguments: try pop())))
    case .persistentText: throw fault(.operand("an identifier of a storage that is no line of text"))
    case .extension1, .extension2, .extension4: throw fault(.outsideReference("a registered extension"))
    case .nextBuffer, .readOnlyBuffer: throw fault(.outsideReference("a separate buffer"))
    }
  }

  private mutating func pairs() throws(FormatError) -> [PickleValue] {
    let items = try popToMark()
    guard items.count % 2 == 0 else { throw fault(.operand("a value for every key")) }
    return items
  }

  /// Adds to the container on top of the stack. A class of its own may behave like a list or a dictionary.
  private mutating func add(_ items: [PickleValue], to kind: PickleObject.Kind) throws(FormatError) {
    try charge(items.count)
    guard case .object(let number) = try top() else { throw fault(.operand("a container")) }
    if tree.objects[number].kind == .instance { tree.objects[number].kind = kind }
    guard tree.objects[number].kind == kind else { throw fault(.operand("a \(kind)")) }
    tree.objects[number].items += items
  }

  private mutating func remember(_ index: Int) throws(FormatError) {
    try charge(1)
    memo[index] = try top()
  }

  private mutating func recall(_ index: Int) throws(FormatError) {
    guard let value = memo[index] else { throw fault(.memo(index)) }
    try push(value)
  }

  // MARK: Names and objects

  private mutating func global(module: String, name: String) throws(FormatError) -> PickleValue {
    let key = "\(module) \(name)"
    if let number = globals[key] { return .global(number) }
    guard globals.count < Self.globalLimit else { throw fault(.tooMany("names", limit: Self.globalLimit)) }
    let global = PickleGlobal(module: module, name: name)
    guard global.role != .forbidden else { throw fault(.forbidden(global.name)) }
    globals[key] = tree.globals.count
    tree.globals.append(global)
    return .global(tree.globals.count - 1)
  }

  /// A record of a call, if it is one that makes data.
  private mutating func call(_ function: PickleValue, _ arguments: PickleValue) throws(FormatError) -> PickleValue {
    let function = tree.unwrapped(function)
    guard let global = tree.global(function) else { throw fault(.operand("a function")) }
    // A member of an enumeration in TorchScript's code: the class, and the value by itself.
    if global.role == .unknown, global.name.hasPrefix(PickleGlobal.scriptPackage) {
      return try make(PickleObject(kind: .instance, type: function, arguments: arguments))
    }
    guard let object = tree.object(arguments), object.kind == .tuple else { throw fault(.operand("a tuple")) }
    switch global.role {
    case .unknown, .reference, .forbidden, .storageType, .elementType: throw fault(.call(global.name))
    case .attribute:
      // A member of an enumeration, or a method: its class or object, and its name.
      guard object.items.count == 2, tree.text(object.items[1]) != nil, isOwner(object.items[0]) else {
        throw fault(.call(global.name))
      }
    case .construct:
      guard let type = object.items.first else { throw fault(.operand("a class")) }
      let rest = try make(PickleObject(kind: .tuple, items: Array(object.items.dropFirst())))
      return try instance(of: type, rest)
    default: break
    }
    return try make(PickleObject(kind: .instance, type: function, arguments: arguments))
  }

  /// True for a class that is not known and for an object of one.
  private func isOwner(_ value: PickleValue) -> Bool {
    let type = tree.object(value).flatMap { $0.kind == .persistent ? nil : $0.type } ?? value
    return tree.global(type)?.role == .unknown
  }

  /// A record of an object of a class, whatever the class.
  private mutating func instance(of type: PickleValue, _ arguments: PickleValue) throws(FormatError) -> PickleValue {
    let type = tree.unwrapped(type)
    guard let global = tree.global(type) else { throw fault(.operand("a class")) }
    guard let object = tree.object(arguments), object.kind == .tuple else { throw fault(.operand("a tuple")) }
    guard global.role != .reference, global.role != .attribute else { throw fault(.instance(global.name)) }
    return try make(PickleObject(kind: .instance, type: type, arguments: arguments))
  }

  private mutating func build(state: PickleValue) throws(FormatError) {
    guard case .object(let number) = try top() else { throw fault(.operand("an object")) }
    tree.objects[number].state = state
  }
}

// MARK: Scalars

extension PickleMachine {
  private mutating func decimal() throws(FormatError) -> Int {
    guard let number = Int(try cursor.word()), number >= 0 else { throw fault(.operand("a number")) }
    return number
  }

  private mutating func number(_ opcode: PickleOpcode) throws(FormatError) -> PickleValue {
    switch opcode {
    case .binaryInteger: return .integer(Int(try cursor.number(Int32.self)))
    case .binaryInteger1: return .integer(Int(try cursor.number(UInt8.self)))
    case .binaryInteger2: return .integer(Int(try cursor.number(UInt16.self)))
    case .binaryFloat: return .float(try cursor.float())
    case .long1: return wide(try cursor.counted(UInt8.self))
    case .long4: return wide(try cursor.counted(Int32.self))
    case .float:
      guard let value = Double(try cursor.word()) else { throw fault(.operand("a number")) }
      return .float(value)
    default:
      let line = try cursor.line()
      let text = String(decoding: cursor.bytes[line.offset..<line.offset + line.count], as: UTF8.self)
      if opcode == .integer, text == "00" || text == "01" { return .boolean(text == "01") }
      let digits = opcode == .long && text.hasSuffix("L") ? String(text.dropLast()) : text
      if let value = Int(digits) { return .integer(value) }
      guard !digits.isEmpty, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 || $0 == 0x2d }) else {
        throw fault(.operand("a number"))
      }
      return .wideInteger(offset: line.offset, count: line.count)
    }
  }

  private func wide(_ range: (offset: Int, count: Int)) -> PickleValue {
    let bytes = cursor.bytes[range.offset..<range.offset + range.count]
    return PickleCursor.integer(bytes).map { .integer($0) }
      ?? .wideInteger(offset: range.offset, count: range.count)
  }

  private mutating func text(_ opcode: PickleOpcode) throws(FormatError) -> PickleValue {
    func text(_ range: (offset: Int, count: Int)) -> PickleValue { .text(offset: range.offset, count: range.count) }
    func bytes(_ range: (offset: Int, count: Int)) -> PickleValue { .bytes(offset: range.offset, count: range.count) }
    switch opcode {
    case .shortBinaryUnicode, .shortBinaryString: return text(try cursor.counted(UInt8.self))
    case .binaryUnicode: return text(try cursor.counted(UInt32.self))
    case .binaryString: return text(try cursor.counted(Int32.self))
    case .binaryUnicode8: return text(try cursor.counted(UInt64.self))
    case .shortBinaryBytes: return bytes(try cursor.counted(UInt8.self))
    case .binaryBytes: return bytes(try cursor.counted(UInt32.self))
    case .binaryBytes8, .byteArray8: return bytes(try cursor.counted(UInt64.self))
    default:
      let line = try cursor.line()
      let raw = cursor.bytes[line.offset..<line.offset + line.count]
      guard let string = opcode == .unicode ? PickleText.unicode(raw) : PickleText.quoted(raw) else {
        throw fault(.operand("a text"))
      }
      try charge(1 + line.count / 8)
      tree.strings.append(string)
      return .respelledText(tree.strings.count - 1)
    }
  }
}
