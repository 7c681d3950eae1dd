import CNNTensors
import Testing

import CNNFormats

@Suite struct HostilePickleTests {
  private static let member = "archive/data.pkl"

  private func fault(_ pickle: [UInt8]) throws -> PickleFault? {
    guard case .pickle(let fault, _, Self.member)? = try weightsError(pickle: pickle) else { return nil }
    return fault
  }

  // MARK: Calls

  static let dangerous = [
    ("os", "system"), ("posix", "system"), ("nt", "system"), ("subprocess", "Popen"), ("subprocess", "check_output"),
    ("builtins", "eval"), ("builtins", "exec"), ("__builtin__", "eval"), ("builtins", "__import__"),
    ("builtins", "open"),
    ("builtins", "compile"), ("sys", "exit"), ("shutil", "rmtree"), ("socket", "socket"), ("runpy", "run_path"),
    ("importlib", "import_module"), ("ctypes", "CDLL"), ("pty", "spawn"), ("webbrowser", "open"), ("torch", "load"),
    ("pickle", "loads"), ("_pickle", "loads"), ("commands", "getoutput"), ("os.path", "join"), ("code", "interact"),
    ("torch.hub", "load"), ("numpy", "load"), ("functools", "reduce"), ("operator", "attrgetter"), ("io", "open"),
    ("numpy.testing._private.utils", "runstring"), ("asyncio", "run"), ("multiprocessing.util", "spawnv_passfds"),
  ]

  /// Refused at sight, whatever is done with it, and in whichever way it is named.
  @Test(arguments: dangerous)
  func dangerousNames(_ module: String, _ name: String) throws {
    let current = ["__builtin__": "builtins", "commands": "subprocess"][module] ?? module
    let expected = PickleFault.forbidden("\(current).\(name)")
    for global in [Pickle.global(module, name), Pickle.stackGlobal(module, name)] {
      #expect(try fault(Pickle.call(global, Pickle.text("id"))) == expected)
      #expect(try fault(Pickle.new(global)) == expected)
      #expect(try fault(Pickle.dictionary(("a", global))) == expected)
      #expect(
        try fault(Pickle.call(Pickle.global("copyreg", "_reconstructor"), global, global, Pickle.none)) == expected)
    }
    #expect(try fault([0x28] + Pickle.text("id") + Array("i\(module)\n\(name)\n".utf8)) == expected)
    #expect(try fault([0x28] + Pickle.global(module, name) + Pickle.text("id") + [0x6f]) == expected)
  }

  @Test func theErrorSaysWhere() throws {
    let error = try weightsError(pickle: Pickle.none + Pickle.call(Pickle.global("os", "system"), Pickle.text("id")))
    #expect(error == .pickle(.forbidden("os.system"), at: 3, member: Self.member))
    #expect(error?.isUnsupported == false)
    #expect(error?.isLimit == false)
    let global = Pickle.global("posix", "system")
    let stream = Pickle.legacy(Pickle.call(global, Pickle.none), storages: [])
    let offset = stream.indices.first { stream[$0...].starts(with: global) }
    #expect(try weightsError(stream) == .pickle(.forbidden("posix.system"), at: try #require(offset), member: nil))
  }

  /// What is not known may be a class, but not be called.
  @Test(arguments: [
    ("somewhere", "run"), ("__main__", "Evil"), ("torch.nn", "Linear"), ("torch", "FloatStorage"), ("torch", "float32"),
    ("builtins", "print"), ("torch.serialization", "os.system"), ("numpy", "array"), ("", ""), ("timm", "create_model"),
  ])
  func unknownCalls(_ module: String, _ name: String) throws {
    #expect(try fault(Pickle.call(Pickle.global(module, name), Pickle.text("id"))) == .call("\(module).\(name)"))
  }

  @Test func callsOfWhatIsNoName() throws {
    let made = Pickle.call(Pickle.global("builtins", "getattr"), Pickle.global("a", "B"), Pickle.text("system"))
    #expect(try fault(made) == nil)
    #expect(try fault(Pickle.call(made, Pickle.text("id"))) == .operand("a function"))
    #expect(
      try fault(Pickle.call(Pickle.global("builtins", "getattr"), Pickle.dictionary(), Pickle.text("x")))
        == .call("builtins.getattr"))
    #expect(try fault(Pickle.call(Pickle.text("os.system"), Pickle.text("id"))) == .operand("a function"))
    #expect(try fault(Pickle.new(Pickle.global("builtins", "type"))) == .instance("builtins.type"))
    #expect(
      try fault(
        Pickle.call(Pickle.global("copyreg", "__newobj__"), Pickle.call(Pickle.global("copyreg", "__newobj__"))))
        == .operand("a class"))
    #expect(try fault(Pickle.global("a", "B") + Pickle.dictionary() + [0x62]) == .operand("an object"))
  }

  @Test func outsideReferences() throws {
    #expect(try fault([0x82, 1]) == .outsideReference("a registered extension"))
    #expect(try fault([0x83, 1, 0]) == .outsideReference("a registered extension"))
    #expect(try fault([0x97]) == .outsideReference("a separate buffer"))
    #expect(try weightsError(pickle: [0x97])?.isUnsupported == true)
    #expect(try fault(Array("P0\n".utf8)) == .operand("an identifier of a storage that is no line of text"))
  }

  // MARK: Broken streams

  @Test func brokenInstructions() throws {
    #expect(try fault([0xff]) == .opcode(0xff))
    #expect(try fault([0x30]) == .emptyStack)
    #expect(try fault([0x74]) == .emptyStack)
    #expect(try fault([0x28, 0x30, 0x30]) == .emptyStack)
    #expect(try fault([0x4e, 0x28, 0x61]) == .emptyStack)
    #expect(try fault([]) == .emptyStack)
    #expect(try fault([0x68, 0]) == .memo(0))
    #expect(try fault(Pickle.get(.max)) == .memo(Int(UInt32.max)))
    #expect(try fault(Pickle.none + Pickle.put(.max) + Pickle.get(.max) + [0x30]) == nil)
    #expect(try fault([0x4e, 0x4e, 0x61]) == .operand("a container"))
    #expect(try fault([0x5d, 0x4e, 0x4e, 0x73]) == .operand("a dictionary"))
    #expect(try fault([0x7d, 0x28, 0x4e, 0x75]) == .operand("a value for every key"))
    #expect(try fault([0x80, 6]) == .version(6))
    #expect(try fault(Array("I1x\n".utf8)) == .operand("a number"))
    #expect(try fault(Array("Fx\n".utf8)) == .operand("a number"))
    #expect(try fault(Array("S'a\n".utf8)) == .operand("a text"))
    #expect(try fault(Array("V\\ud800\n".utf8)) == .operand("a text"))
    #expect(try fault(Array("p-1\n".utf8)) == .operand("a number"))
  }

  /// Lengths that reach beyond the stream, or beyond any.
  @Test(
    arguments: [
      [0x58, 0xff, 0xff, 0xff, 0xff], [0x8d] + [UInt8](repeating: 0xff, count: 8), [0x8e, 100, 0, 0, 0, 0, 0, 0, 0],
      [0x96] + [UInt8](repeating: 0xff, count: 7) + [0x7f], [0x42, 200, 0, 0, 0], [0x43, 200], [0x8c, 200],
      [0x55, 200],
      [0x54, 0xff, 0xff, 0xff, 0xff], [0x8a, 200], [0x8b, 0xff, 0xff, 0xff, 0xff], [0x8b, 0, 0, 0, 0x7f], [0x47, 1, 2],
      [0x63, 0x61, 0x62], [0x4a, 1], [0x95, 1],
    ] as [[UInt8]])
  func lengthsBeyondTheStream(_ instruction: [UInt8]) throws {
    #expect(try fault(instruction) == .endsEarly)
  }

  // MARK: Depth and memory

  /// Many levels, a cycle, and values that hold one another take neither the stack nor forever.
  @Test func depth() throws {
    let count = 60_000
    let closing = [[UInt8](repeating: 0x85, count: count), [UInt8](repeating: 0x61, count: count)]
    #expect(try weightsError(pickle: [0x29] + closing[0]) == .checkpoint(.noTensors("a tuple")))
    #expect(
      try weightsError(pickle: [UInt8](repeating: 0x5d, count: count + 1) + closing[1])
        == .checkpoint(.noTensors("a list")))
    let nested = [UInt8](repeating: 0x7d, count: count) + (0..<count - 1).flatMap { _ in [UInt8]() }
    #expect(try weightsError(pickle: nested) == .checkpoint(.noTensors("a dictionary")))
    let wrapper = Pickle.global("torch._utils", "_rebuild_parameter") + Pickle.put(0) + [0x30]
    var parameter = wrapper
    for _ in 0..<1000 { parameter += Pickle.get(0) }
    parameter += Pickle.none + (0..<1000).flatMap { _ in [0x85, 0x52] as [UInt8] }
    #expect(
      try weightsError(pickle: wrapper + [0x7d] + Pickle.text("w") + parameter + [0x73]) == .strided("w", .record))
  }

  @Test func cycles() throws {
    let list = [0x5d] + Pickle.put(0) + Pickle.get(0) + [0x61]
    #expect(try weightsError(pickle: list) == .checkpoint(.noTensors("a list")))
    let dictionary = [0x7d] + Pickle.put(0) + Pickle.text("model") + Pickle.get(0) + [0x73]
    #expect(try weightsError(pickle: dictionary) == .checkpoint(.noTensors("a dictionary")))
    let inner = Pickle.dictionary(
      ("_parameters", Pickle.dictionary()), ("_modules", Pickle.dictionary(("a", Pickle.get(0)))))
    let module = Pickle.new(Pickle.global("a", "B")) + Pickle.put(0) + inner + [0x62]
    #expect(try weightsError(pickle: module) == .checkpoint(.endlessModule("a.")))
    // A tuple within itself, which Python makes by way of a list.
    let tuple = [0x5d] + Pickle.put(0) + [0x85] + Pickle.put(1) + [0x30] + Pickle.get(0) + Pickle.get(1) + [0x61]
    #expect(try weightsError(pickle: tuple) == .checkpoint(.noTensors("a list")))
  }

  /// Each module holds the one before twice: a billion of them in a few hundred bytes.
  @Test func modulesThatDouble() throws {
    var pickle = Pickle.new(
      Pickle.global("a", "B"),
      Pickle.dictionary(("_parameters", Pickle.dictionary()), ("_modules", Pickle.dictionary())))
    for level in 0..<60 as Range<UInt32> {
      let modules = Pickle.dictionary(("l", Pickle.get(level)), ("r", Pickle.get(level)))
      pickle += Pickle.put(level) + [0x30]
      pickle += Pickle.new(
        Pickle.global("a", "B"), Pickle.dictionary(("_parameters", Pickle.dictionary()), ("_modules", modules)))
    }
    guard let error = try weightsError(pickle: pickle), case .checkpoint(.endlessModule) = error else {
      Issue.record("modules that double were read")
      return
    }
    #expect(error.isLimit)
  }

  /// Many dictionaries made of one long list: each is short in the file.
  @Test func dictionariesOfOneList() throws {
    let pairs = (0..<20_000).flatMap { _ -> [UInt8] in Pickle.tuple(Pickle.text("a"), Pickle.none) }
    var pickle: [UInt8] = [0x5d, 0x28] + pairs + [0x65]
    pickle += [0x85] + Pickle.put(0) + [0x30] + Pickle.global("collections", "OrderedDict") + Pickle.put(1) + [0x30]
    let calls = (0..<20_000).flatMap { _ -> [UInt8] in Pickle.get(1) + Pickle.get(0) + [0x52] }
    pickle += [0x5d, 0x28] + calls + [0x65]
    #expect(try weightsError(pickle: pickle) == .checkpoint(.noTensors("a list")))
  }

  /// Copies of copies: every one is a few bytes in the file.
  @Test func copiesOfALongTuple() throws {
    var pickle = [0x28] + Pickle.global("a", "B") + [UInt8](repeating: 0x4e, count: 100_000) + [0x74] + Pickle.put(0)
    pickle += [0x30] + Pickle.global("copyreg", "__newobj__") + Pickle.put(1) + [0x30]
    for _ in 0..<10_000 { pickle += Pickle.get(1) + Pickle.get(0) + [0x52, 0x30] }
    guard case .tooMany("values", _)? = try fault(pickle + Pickle.none) else {
      Issue.record("a billion values were kept")
      return
    }
  }

  @Test func manyObjects() throws {
    guard let error = try weightsError(pickle: [UInt8](repeating: 0x5d, count: 1 << 20)),
      case .pickle(.tooMany("objects", _), _, _) = error
    else {
      Issue.record("a million empty lists were kept")
      return
    }
    #expect(error.isLimit)
  }

  @Test func manyMarks() throws {
    #expect(try fault([UInt8](repeating: 0x28, count: 1 << 20)) == .emptyStack)
  }
}
