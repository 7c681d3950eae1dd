import CNNTensors
import TestSupport
import Testing

import CNNFormats

@Suite struct HostileModelTests {
  @Test func emptyFile() throws {
    #expect(try modelError(Wire()) == .missing(field: "graph", message: "ModelProto"))
  }

  /// The file of a model that breaks off anywhere is an error, or, between two fields behind the graph, a model.
  @Test(arguments: ["every-field.onnx", "element-types.onnx"])
  func truncationAtEveryByte(_ name: String) throws {
    let folder = try TemporaryFolder()
    let whole = try contents(fixture(name))
    var refused = 0
    for length in 0..<whole.count {
      let file = try folder.map(Array(whole.prefix(length)))
      do { _ = try OnnxReader.readModel(file) } catch {
        #expect(error is FormatError)
        refused += 1
      }
    }
    #expect(refused >= whole.count - 16)
  }

  @Test(arguments: 0..<8)
  func randomCorruption(_ seed: UInt64) throws {
    let folder = try TemporaryFolder()
    var generator = SplitMix(state: seed)
    for name in ["every-field.onnx", "element-types.onnx", "unknown-fields.onnx"] {
      let whole = try contents(fixture(name))
      for _ in 0..<400 {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...4, using: &generator) { bytes.corrupt(&generator) }
        let file = try folder.map(bytes)
        do {
          // What can be read can be packed again.
          let model = try OnnxReader.readModel(file)
          try OnnxWriter.write(model, to: folder.path + "/again.onnx")
        } catch { #expect(error is FormatError) }
        _ = OnnxReader.looksLikeModel(file)
        _ = try? OnnxReader.readTensor(file)
        _ = try? OnnxReader.readSequence(file)
        _ = try? OnnxReader.readOptional(file)
      }
    }
  }

  @Test func lengthBeyondFile() throws {
    #expect(try modelError(Wire().int(1, 8).tag(7, 2).raw([100, 1])) == .truncated(at: 3))
  }

  @Test func lengthBeyondMessage() throws {
    let graph = Wire().tag(2, 2).raw([5, 0x61])
    #expect(
      try modelError(Wire.model(graph).int(5, 1))
        == .wire(.lengthBeyondMessage(length: 5, available: 1), at: 5))
  }

  @Test func lengthOverflowsInt() throws {
    for length in [UInt64.max, UInt64(Int.max), 1 << 63] {
      let graph = Wire().tag(5, 2).raw(Wire.varint(length)).raw([0, 0])
      let error = try modelError(Wire.model(graph).int(5, 1))
      #expect(error == .wire(.lengthBeyondMessage(length: length, available: 2), at: 5))
    }
  }

  @Test func varintOfElevenBytes() throws {
    let wire = Wire().tag(1, 0).raw([UInt8](repeating: 0x80, count: 10) + [1])
    #expect(try modelError(wire) == .wire(.varintTooLong, at: 1))
  }

  @Test func fieldNumberZero() throws {
    #expect(try modelError(Wire().raw([0, 0])) == .wire(.fieldNumber(0), at: 0))
    #expect(try modelError(Wire().tag(1 << 29, 0).raw([0])) == .wire(.fieldNumber(1 << 29), at: 0))
  }

  @Test(arguments: [3, 4, 6, 7] as [UInt64])
  func groupsAndUnknownWireTypes(_ type: UInt64) throws {
    #expect(try modelError(Wire().int(1, 8).tag(7, type).raw([1])) == .wire(.wireType(Int(type)), at: 2))
  }

  @Test func fieldOfAnotherWireType() throws {
    #expect(try modelError(Wire().int(7, 1)) == .wire(.fieldType(field: "ModelProto.graph", wireType: 0), at: 0))
    let tensor = Wire().int(9, 1)
    #expect(
      try modelError(Wire.model(initializer: tensor))
        == .wire(.fieldType(field: "TensorProto.raw_data", wireType: 0), at: 6))
  }

  @Test func secondGraph() throws {
    #expect(
      try modelError(Wire.model(Wire()).message(7, Wire()))
        == .wire(.repeatedMessage(field: "ModelProto.graph"), at: 4))
  }

  /// Graphs within attributes within nodes within graphs: three messages for each level.
  @Test func depthBomb() throws {
    var graph = Wire()
    for _ in 0..<30 { graph = nested(graph) }
    #expect(try modelError(Wire.model(graph)) == nil)
    for _ in 0..<3000 { graph = nested(graph) }
    let error = try modelError(Wire.model(graph))
    guard case .tooDeep(limit: 100, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.isLimit == true)
  }

  private func nested(_ graph: Wire) -> Wire {
    Wire().message(1, Wire().message(5, Wire().text(1, "body").message(6, graph).int(20, 5)))
  }

  @Test func depthBombOfTypes() throws {
    var type = Wire()
    for _ in 0..<5000 { type = Wire().message(4, Wire().message(1, type)) }
    let error = try modelError(Wire.model(Wire().message(11, Wire().message(2, type))))
    #expect(error?.isLimit == true)
  }

  /// Two bytes each that protobuf-c turns into hundreds.
  @Test func manyEmptyMessages() throws {
    let graph = Wire().raw([UInt8](repeatElement([0x0a, 0x00], count: 1 << 20).joined()))
    let error = try modelError(Wire.model(graph))
    #expect(error?.isLimit == true)
  }

  @Test func negativeExtent() throws {
    let tensor = Wire().int(1, 2).int(1, -3).int(2, 1).text(8, "w").data(9, [])
    #expect(try modelError(Wire.model(initializer: tensor)) == .tensor("w", .negativeDimension([2, -3])))
  }

  @Test func productOfExtentsOverflows() throws {
    let shape = [1 << 40, 1 << 40]
    let tensor = Wire().int(1, 1 << 40).int(1, 1 << 40).int(2, 1).text(8, "w").data(9, [])
    #expect(try modelError(Wire.model(initializer: tensor)) == .tensor("w", .tooLarge(shape, .float32)))
    let zero = Wire().int(1, .max).int(1, .max).int(1, 0).int(2, 1).text(8, "w").data(9, [])
    _ = try modelError(Wire.model(initializer: zero))
  }

  @Test func payloadOfAnotherSize() throws {
    let start = Wire().int(1, 3).int(2, 1).text(8, "w")
    func error(_ tensor: Wire) throws -> FormatError? { try modelError(Wire.model(initializer: tensor)) }
    #expect(try error(start.data(9, [1, 2, 3])) == .payloadSize(tensor: "w", expected: 12, found: 3))
    #expect(try error(start) == .payloadSize(tensor: "w", expected: 12, found: 0))
    #expect(
      try error(start.data(4, [UInt8](repeating: 0, count: 16))) == .payloadSize(tensor: "w", expected: 12, found: 16))
    #expect(try error(start.data(4, [0, 0, 0])) == .payloadSize(tensor: "w", expected: 12, found: 3))
    #expect(
      try error(start.data(5, [1, 2, 3])) == .misplacedPayload(tensor: "w", field: "int32_data", type: .float32))
    let integers = Wire().int(1, 3).int(2, 7).text(8, "w")
    #expect(try error(integers.data(7, [1, 2])) == .payloadSize(tensor: "w", expected: 24, found: 16))
    #expect(try error(integers.int(7, 1)) == .payloadSize(tensor: "w", expected: 24, found: 8))
    // The last number of the run does not end.
    #expect(try error(Wire().int(1, 1).int(2, 7).data(7, [1, 0x80])) != nil)
    let strings = Wire().int(1, 3).int(2, 8).text(8, "w")
    #expect(try error(strings.text(6, "a")) == .payloadSize(tensor: "w", expected: 3, found: 1))
    #expect(try error(strings.data(9, [])) == .misplacedPayload(tensor: "w", field: "raw_data", type: .string))
  }

  @Test func unsupportedElementType() throws {
    for number in [0, 29, 99, -1] as [Int64] {
      let tensor = Wire().int(1, 1).int(2, number).text(8, "w").data(9, [0])
      let error = try modelError(Wire.model(initializer: tensor))
      #expect(error == .unsupportedElementType(number: Int(number), tensor: "w"))
      #expect(error?.isUnsupported == true)
    }
  }

  @Test func segments() throws {
    let tensor = Wire().int(2, 1).message(3, Wire().int(1, 0).int(2, 1)).text(8, "w")
    #expect(try modelError(Wire.model(initializer: tensor)) == .segmentedTensor("w"))
  }

  /// Bytes that look like a token are a payload like any other: the token stands for them.
  @Test func payloadThatLooksLikeToken() throws {
    let token = PayloadToken(.raw, location: 0, length: 1 << 40).withBytes { Array($0) }
    let folder = try TemporaryFolder()
    let tensor = Wire().int(1, Int64(token.count)).int(2, 2).data(9, token)
    #expect(bytes(try OnnxReader.readTensor(folder.map(tensor.bytes))) == token)
    // Twice: the last one counts, as in every protobuf reader.
    let twice = Wire().int(1, Int64(token.count)).int(2, 2).data(9, [1, 2, 3]).data(9, token)
    #expect(bytes(try OnnxReader.readTensor(folder.map(twice.bytes))) == token)
  }

  @Test func namesThatAreNoText() throws {
    let broken = Wire().message(1, Wire().data(4, [0x43, 0xff]))
    #expect(try modelError(Wire.model(broken)) == .notUTF8(field: "NodeProto.op_type", at: 8))
    let zero = Wire().message(1, Wire().data(1, [0x61, 0, 0x62]))
    #expect(try modelError(Wire.model(zero)) == .zeroByte(field: "NodeProto.input", at: 8))
  }

  /// Text is checked eight bytes at a time: a fault may lie anywhere in them.
  @Test func faultsAnywhereInText() throws {
    for length in [1, 7, 8, 9, 16, 23] {
      for offset in 0..<length {
        var name = [UInt8](repeating: 0x7f, count: length)
        name[offset] = 0
        #expect(
          try modelError(Wire.model(Wire().data(2, name))) == .zeroByte(field: "GraphProto.name", at: 6))
        name[offset] = 0xff
        #expect(try modelError(Wire.model(Wire().data(2, name))) == .notUTF8(field: "GraphProto.name", at: 6))
        name.replaceSubrange(offset...offset, with: Array("é".utf8))
        #expect(try modelError(Wire.model(Wire().data(2, name))) == nil)
      }
    }
  }

  @Test func attributes() throws {
    func error(_ attribute: Wire) throws -> FormatError? {
      try modelError(Wire.model(Wire().message(1, Wire().message(5, attribute))))
    }
    let named = Wire().text(1, "a")
    #expect(try error(named) == .attributeWithoutValue("a"))
    #expect(try error(named.int(20, 15)) == .unsupportedAttributeType(number: 15, attribute: "a"))
    #expect(try error(named.int(20, 4)) == .missing(field: "t", message: "attribute 'a'"))
    #expect(try error(named.int(20, 5)) == .missing(field: "g", message: "attribute 'a'"))
    #expect(try error(named.int(20, 11)) == .missing(field: "sparse_tensor", message: "attribute 'a'"))
    #expect(try error(named.int(20, 13)) == .missing(field: "tp", message: "attribute 'a'"))
    #expect(try error(named.int(20, 2)) == nil)
  }

  /// Some writers pack the numbers of attributes, which proto2 does not by itself.
  @Test func packedAttributes() throws {
    let folder = try TemporaryFolder()
    let ints = Wire().text(1, "ints").data(8, [1, 2, 3]).int(20, 7)
    let floats = Wire().text(1, "floats").data(7, [0, 0, 0x80, 0x3f]).int(20, 6)
    let node = Wire().message(5, ints).message(5, floats)
    let model = try OnnxReader.readModel(folder.map(Wire.model(Wire().message(1, node)).bytes))
    guard case .ints([1, 2, 3]) = model.graph.nodes[0].attributes[0].value,
      case .floats([1]) = model.graph.nodes[0].attributes[1].value
    else {
      Issue.record("packed numbers differ")
      return
    }
    let broken = Wire().message(5, Wire().text(1, "floats").data(7, [0, 0, 0x80]).int(20, 6))
    #expect(
      try modelError(Wire.model(Wire().message(1, broken)))
        == .wire(.packedLength(field: "AttributeProto.floats"), at: 18))
  }

  @Test func sparseTensorWithoutIndices() throws {
    let sparse = Wire().message(1, Wire().int(1, 0).int(2, 1).data(9, []))
    #expect(
      try modelError(Wire.model(Wire().message(15, sparse)))
        == .missing(field: "indices", message: "SparseTensorProto"))
  }
}
