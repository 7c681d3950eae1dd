import CNNTensors
import TestSupport
import Testing

import CNNFormats

@Suite struct SafetensorsTests {
  private func file(_ header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
    Pickle.number(length ?? UInt64(header.utf8.count)) + Array(header.utf8) + [UInt8](repeating: 1, count: data)
  }

  private func fault(_ header: String, data: Int = 8) throws -> FormatError.SafetensorsFault? {
    guard case .safetensors(let fault, _)? = try weightsError(file(header, data: data)) else { return nil }
    return fault
  }

  private func entry(_ type: String = "F32", _ shape: String = "2", _ offsets: String = "0,8") -> String {
    "{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(offsets)]}"
  }

  @Test func unusualHeaders() throws {
    #expect(try weightsError(file("{ \"a\" :\(entry())\n}   ", data: 8)) == nil)
    // Space before the brace is refused by the library, too.
    #expect(try weightsError(file(" {\"a\":\(entry())}", data: 8)) != nil)
    // Gaps and trailing bytes harm nobody.
    #expect(try weightsError(file("{\"a\":\(entry("F32", "1", "4,8"))}", data: 12)) == nil)
    #expect(try weightsError(file("{\"a\":\(entry("F32", "", "0,4"))}", data: 4)) == nil)
    #expect(try weightsError(file("{}")) == .checkpoint(.noTensors("no entry")))
    let escaped = "{\"\\u0041\\n\\ud83d\\ude00\":\(entry())}"
    let folder = try TemporaryFolder()
    let path = try folder.write(file(escaped, data: 8))
    #expect(try CheckpointReader.read(path: path).candidates[0].dictionary["A\n😀"]?.shape == [2])
  }

  @Test(arguments: [
    "{", "{\"a\"", "{\"a\":", "{\"a\":{", "{\"a\":1}", "{\"a\":[]}", "{a:{}}", "{\"a\":{\"dtype\":\"F32}",
    "{\"a\":{\"dtype\":3}}", "{\"__metadata__\":{\"a\":1}}", "{\"__metadata__\":[]}", "{\"a\\x\":{}}",
    "{\"\\ud800\":{}}",
    "{\"a\":{\"shape\":[1.5]}}", "{\"a\":{\"shape\":[-1]}}", "{\"a\":{\"shape\":[01]}}", "{\"a\":{\"shape\":[1,]}}",
    "{\"a\":{\"shape\":[99999999999999999999]}}", "{\"a\":{\"shape\":[1 2]}}", "{\"a\":{\"other\":1}}", "{} x", "{}}",
    "{\"a\":{\"data_offsets\":[1,2,3]}}", "{\"a\u{1}\":{}}", "{,}",
  ])
  func brokenHeaders(_ header: String) throws {
    guard case .header? = try fault(header) else {
      Issue.record("\(String(describing: try weightsError(file(header))))")
      return
    }
  }

  @Test func brokenRecords() throws {
    #expect(try fault("{\"a\":{}}") == .incomplete("a"))
    #expect(try fault("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}") == .incomplete("a"))
    #expect(try fault("{\"a\":\(entry("Q9"))}") == .elementType("Q9", tensor: "a"))
    #expect(try weightsError(file("{\"a\":\(entry("Q9"))}", data: 8))?.isUnsupported == true)
    #expect(try fault("{\"a\":\(entry("F32", "2", "8,0"))}") == .range("a"))
    #expect(try fault("{\"a\":\(entry()),\"a\":\(entry("F32", "2", "8,16"))}", data: 16) == .repeatedKey("a"))
    #expect(try fault("{\"a\":\(entry()),\"b\":\(entry("F32", "2", "4,12"))}", data: 12) == .overlap("b"))
    #expect(
      try weightsError(file("{\"a\":\(entry("F32", "3"))}", data: 8))
        == .tensor("a", .storageSize(expected: 12, found: 8)))
    #expect(
      try weightsError(file("{\"a\":\(entry("F32", "9223372036854775807,2"))}", data: 8))
        == .tensor("a", .tooLarge([.max, 2], .float32)))
    #expect(
      try weightsError(file("{\"a\":\(entry("U8", "9", "9223372036854775798,9223372036854775807"))}", data: 8))
        == .cutShort(.data(expected: .max, found: 8)))
    #expect(try weightsError(file("{\"a\":\(entry())}", data: 7)) == .cutShort(.data(expected: 8, found: 7)))
    #expect(try weightsError(file("{}", length: 90)) == .cutShort(.header(expected: 98, found: 10)))
    #expect(try weightsError(file("{}", length: 200_000_000))?.isLimit == true)
    var broken = file("{\"a\":\(entry())}", data: 8)
    broken[10] = 0xff
    #expect(try weightsError(broken) == .notUTF8(field: "a string", at: 10))
  }

  /// Byte for byte what the library writes, which is what these files are.
  @Test(arguments: ["plain.safetensors", "types.safetensors", "names.safetensors"])
  func writesAsTheLibrary(_ name: String) throws {
    let folder = try TemporaryFolder()
    let checkpoint = try CheckpointReader.read(path: "\(WeightFixture.folder)/\(name)")
    let entries = checkpoint.candidates[0].dictionary.entries.shuffled()
    try SafetensorsWriter.write(entries, metadata: checkpoint.metadata, to: "\(folder.path)/out")
    let (written, library) = (try contents("\(folder.path)/out"), try contents("\(WeightFixture.folder)/\(name)"))
    #expect(written.count == library.count)
    // The library orders its metadata by chance.
    if checkpoint.metadata.count < 2 { #expect(written == library) }
  }

  @Test func refusesTypes() throws {
    let folder = try TemporaryFolder()
    func error(_ type: ElementType, _ write: ([StateDictionary.Entry], String) throws -> Void) throws -> FormatError? {
      let tensor = try Tensor(type, shape: [2]) { $0.initializeMemory(as: UInt8.self, repeating: 0) }
      return formatError { try write([StateDictionary.Entry(key: "w", tensor: tensor)], "\(folder.path)/out") }
    }
    func safetensors(_ entries: [StateDictionary.Entry], _ path: String) throws {
      try SafetensorsWriter.write(entries, to: path)
    }
    func torch(_ entries: [StateDictionary.Entry], _ path: String) throws {
      try TorchArchiveWriter.write(entries, to: path)
    }
    for type in [ElementType.int4, .complex128, .uint2] {
      #expect(try error(type, safetensors) == .unwritable(tensor: "w", type, format: "safetensors"))
    }
    for type in [ElementType.int4, .float4e2m1, .uint2, .float6e2m3] {
      #expect(try error(type, torch) == .unwritable(tensor: "w", type, format: "PyTorch"))
    }
    let strings = StateDictionary.Entry(key: "w", tensor: try Tensor(strings: ["a"], shape: [1]))
    #expect(
      formatError { try TorchArchiveWriter.write([strings], to: "\(folder.path)/out") }
        == .unwritable(tensor: "w", .string, format: "PyTorch"))
    #expect(folder.names.isEmpty)
  }
}
