import CNNTensors
import TestSupport
import Testing

import CNNFormats

/// The onnx package writes fields in the order of their numbers, as this program does: a copy has the same bytes.
@Suite struct RoundTripTests {
  @Test(arguments: ["every-field.onnx", "element-types.onnx", "unknown-fields.onnx", "external/model.onnx"])
  func copyOfModelHasSameBytes(_ name: String) throws {
    let folder = try TemporaryFolder()
    let copy = "\(folder.path)/copy.onnx"
    try OnnxWriter.write(OnnxReader.readModel(MappedFile(path: fixture(name))), to: copy)
    #expect(try contents(copy) == contents(fixture(name)))
    #expect(folder.names == ["copy.onnx"])
  }

  @Test func copyOfTensorHasSameBytes() throws {
    let folder = try TemporaryFolder()
    let copy = "\(folder.path)/copy.pb"
    try OnnxWriter.write(OnnxReader.readTensor(MappedFile(path: fixture("values/tensor.pb"))), to: copy)
    #expect(try contents(copy) == contents(fixture("values/tensor.pb")))
  }

  @Test func modelMayReplaceItself() throws {
    let folder = try TemporaryFolder()
    let original = try contents(fixture("element-types.onnx"))
    let path = try folder.write(original, "model.onnx")
    let model = try OnnxReader.readModel(MappedFile(path: path))
    try OnnxWriter.write(model, to: path)
    #expect(try contents(path) == original)
    // The payloads still are views of the file that was replaced.
    try OnnxWriter.write(model, to: path)
    #expect(try contents(path) == original)
  }

  @Test func untypedAttributesGetTheirType() throws {
    let folder = try TemporaryFolder()
    let copy = "\(folder.path)/copy.onnx"
    try OnnxWriter.write(OnnxReader.readModel(MappedFile(path: fixture("old-attributes.onnx"))), to: copy)
    let text = try contents(copy)
    #expect(text.count > (try contents(fixture("old-attributes.onnx")).count))
    #expect(try OnnxReader.readModel(MappedFile(path: copy)).graph.nodes.first?.attributes.count == 7)
  }

  @Test func tensorsFromMemory() throws {
    let folder = try TemporaryFolder()
    let storage = try #require(try Tensor([1, 300, -1] as [Int32], shape: [3]).storage)
    var tensor = OnnxTensor(name: "t", elementType: .int32, shape: [3], payload: .bytes(storage))
    let path = "\(folder.path)/t.pb"
    try OnnxWriter.write(tensor, to: path)
    let end: [UInt8] = [0x42, 1, 0x74]
    #expect(
      try contents(path) == [8, 3, 0x10, 6] + end + [0x4a, 12, 1, 0, 0, 0, 0x2c, 1, 0, 0, 0xff, 0xff, 0xff, 0xff])
    tensor.encoding = .typed
    try OnnxWriter.write(tensor, to: path)
    let minusOne = [UInt8](repeating: 0xff, count: 9) + [1]
    #expect(try contents(path) == [8, 3, 0x10, 6, 0x2a, 13, 1, 0xac, 2] + minusOne + end)
  }

  @Test func wrongStorageSizeIsRefused() throws {
    let folder = try TemporaryFolder()
    let storage = try #require(try Tensor([1, 2] as [Float], shape: [2]).storage)
    let tensor = OnnxTensor(name: "t", elementType: .float32, shape: [3], payload: .bytes(storage))
    let error = formatError { try OnnxWriter.write(tensor, to: "\(folder.path)/t.pb") }
    #expect(error == .tensor("t", .storageSize(expected: 12, found: 8)))
    #expect(folder.names.isEmpty)
  }

  @Test func zeroByteInNameIsRefused() throws {
    let folder = try TemporaryFolder()
    var model = OnnxModel()
    model.graph.name = "a\0b"
    let error = formatError { try OnnxWriter.write(model, to: "\(folder.path)/m.onnx") }
    #expect(error == .zeroByte(field: "graph name", at: nil))
    #expect(folder.names.isEmpty)
  }
}
