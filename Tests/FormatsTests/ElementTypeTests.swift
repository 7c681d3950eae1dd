import CNNTensors
import TestSupport
import Testing

import CNNFormats

@Suite struct ElementTypeTests {
  private static let names: [(String, ElementType)] = [
    ("FLOAT", .float32), ("DOUBLE", .float64), ("FLOAT16", .float16), ("BFLOAT16", .bfloat16), ("INT8", .int8),
    ("INT16", .int16), ("INT32", .int32), ("INT64", .int64), ("UINT8", .uint8), ("UINT16", .uint16),
    ("UINT32", .uint32), ("UINT64", .uint64), ("BOOL", .bool), ("COMPLEX64", .complex64), ("COMPLEX128", .complex128),
    ("FLOAT8E4M3FN", .float8e4m3fn), ("FLOAT8E4M3FNUZ", .float8e4m3fnuz), ("FLOAT8E5M2", .float8e5m2),
    ("FLOAT8E5M2FNUZ", .float8e5m2fnuz), ("FLOAT8E8M0", .float8e8m0), ("FLOAT4E2M1", .float4e2m1), ("INT4", .int4),
    ("UINT4", .uint4), ("INT2", .int2), ("UINT2", .uint2),
  ]

  private func initializer(_ name: String) throws -> OnnxTensor {
    let graph = try OnnxReader.readModel(MappedFile(path: fixture("element-types.onnx"))).graph
    return try #require(graph.initializers.first { $0.name == name })
  }

  @Test(arguments: ElementType.allCases)
  func hasNumber(_ type: ElementType) {
    #expect(type.onnxNumber > 0)
    #expect(ElementType(onnxNumber: type.onnxNumber) == type)
    #expect(type == .string || type.bitWidth == 6 || Self.names.contains { $0.1 == type })
  }

  /// The onnx package wrote the same values into `raw_data` and into the typed field.
  @Test(arguments: names)
  func typedFieldIsSameAsRaw(_ name: String, _ type: ElementType) throws {
    let raw = try initializer(name + ".raw")
    let typed = try initializer(name + ".typed")
    #expect(raw.elementType == type)
    #expect(typed.elementType == type)
    #expect(raw.encoding == .raw)
    #expect(typed.encoding == .typed)
    #expect(raw.shape == [5])
    #expect(bytes(raw) != nil)
    #expect(bytes(raw) == bytes(typed))
  }

  @Test func valuesAreThoseWritten() throws {
    func values(_ name: String) throws -> [Double] {
      let record = try initializer(name)
      guard case .bytes(let storage) = record.payload else { return [] }
      return try Tensor(record.elementType, shape: record.shape, storage: storage).values(as: Double.self)
    }
    for (name, _) in Self.names.prefix(4) { #expect(try values(name + ".typed") == [1, -2, 0.5, 0, 3]) }
    #expect(try values("FLOAT8E4M3FN.typed") == [1, -2, 0.5, 0, 3])
    #expect(try values("FLOAT4E2M1.typed") == [1, -2, 0.5, 0, 3])
    #expect(try values("FLOAT8E8M0.typed") == [1, 2, 0.5, 1024, 0.125])
    #expect(try values("INT8.typed") == [-128, -1, 0, 1, 127])
    #expect(try values("INT16.typed") == [-32768, -1, 0, 1, 32767])
    #expect(try values("INT4.typed") == [-8, -1, 0, 1, 7])
    #expect(try values("INT2.typed") == [-2, -1, 0, 1, 1])
    #expect(try values("UINT2.typed") == [3, 1, 0, 2, 2])
    #expect(try values("UINT4.raw") == [15, 1, 0, 2, 14])
    #expect(try values("UINT16.typed") == [65535, 1, 0, 2, 65534])
    #expect(try elements(initializer("UINT64.typed")) == [.max, 1, 0, 2, .max - 1] as [UInt64])
    #expect(try elements(initializer("INT64.typed")) == [.min, -1, 0, 1, .max] as [Int64])
    #expect(bytes(try initializer("BOOL.typed")) == [1, 0, 0, 1, 1])
    #expect(try elements(initializer("scalar")) == [-7] as [Int64])
    #expect(try initializer("scalar").shape == [])
  }

  @Test func emptyTensorsKeepTheirField() throws {
    #expect(try initializer("empty.raw").encoding == .raw)
    #expect(try initializer("empty.raw").shape == [0, 3])
    #expect(bytes(try initializer("empty.typed")) == [])
    #expect(try initializer("empty.typed").encoding == .typed)
  }

  @Test func stringsMayHoldAnyBytes() throws {
    guard case .strings(let strings) = try initializer("STRING").payload else {
      Issue.record("no strings")
      return
    }
    #expect(strings == [Array("one".utf8), [0, 0xff]])
  }

  /// Written by hand: one entry per field, and a packed field in two runs. Both are legal, no writer in use does either.
  @Test func readsUnpackedAndSplitFields() throws {
    let folder = try TemporaryFolder()
    func read(_ wire: Wire) throws -> OnnxTensor { try OnnxReader.readTensor(folder.map(wire.bytes)) }
    let start = Wire().int(1, 3)
    let unpacked = try read(start.int(2, 7).int(7, 5).int(7, -1).int(7, 9))
    #expect(try elements(unpacked) == [5, -1, 9] as [Int64])
    let split = try read(start.int(2, 3).data(5, [1, 2]).data(5, Wire.varint(UInt64(bitPattern: -3))))
    #expect(try elements(split) == [1, 2, -3] as [Int8])
    let floats = try read(
      start.int(2, 1).tag(4, 5).raw([0, 0, 0x80, 0x3f]).data(4, [0, 0, 0, 0x40, 0, 0, 0x40, 0x40]))
    #expect(try elements(floats) == [1, 2, 3] as [Float])
    let doubles = try read(Wire().int(1, 1).int(2, 11).tag(10, 1).raw([0, 0, 0, 0, 0, 0, 0xf0, 0x3f]))
    #expect(try elements(doubles) == [1] as [Double])
    #expect(split.encoding == .typed)
  }
}
