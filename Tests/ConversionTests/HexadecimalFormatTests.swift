import CNNConv
import TestSupport
import Testing

/// A format that these tests bring along goes the way of the library's own: a folder, and a line in `OwnFormats.swift`.
@Suite struct HexadecimalFormatTests {
  private let folder = try? TemporaryFolder()

  private func path(_ name: String) throws -> String { try #require(folder).file(name) }

  @Test func whatIsWrittenIsRecognizedAndRead() throws {
    let model = try Model(graph: Zoo.build("lenet5", seed: 7))
    try model.write(to: path("lenet.hex"), formats: .tested)
    let read = try Model(contentsOf: path("lenet.hex"), formats: .tested)
    #expect(read.metadata.format == "hexadecimal text")
    #expect(read.architecture?.name == "lenet5")
    try model.write(to: path("lenet.pth"))
    let expected = try #require(Model(contentsOf: path("lenet.pth")).weights).entries
    let entries = try #require(read.weights).entries
    #expect(entries.map(\.key) == expected.map(\.key))
    for (entry, other) in zip(entries, expected) {
      #expect(entry.tensor.shape == other.tensor.shape)
      #expect(entry.tensor.withBytes { Array($0) } == other.tensor.withBytes { Array($0) })
    }
  }

  @Test func itsEndingIsListed() throws {
    let error = try #require(throws: ConversionError.self) { try ModelFormats.tested.format(writing: "a.xyz") }
    #expect(error.message.hasSuffix("name it .onnx, .pth, .pt, .safetensors, .npz, .param or .hex"))
    #expect(throws: ConversionError.self) { try ModelFormats.standard.format(writing: "a.hex") }
  }

  @Test func itsOwnErrorsComeOut() throws {
    let file = try #require(folder).write(Array("hexadecimal weights\nfc.weight 2 3f800000\n".utf8), "broken.pth")
    let error = try #require(throws: ConversionError.self) { try Model(contentsOf: file, formats: .tested) }
    #expect(error.code == .badInput)
    #expect(error.message == "line 2 is no tensor")
    #expect(error.location.file == file)
    let unknown = try #require(throws: ConversionError.self) { try Model(contentsOf: file) }
    #expect(unknown.message == "is not a model but a text")
  }

  @Test func aSettingThatItLacksIsRefused() throws {
    let model = try Model(graph: Zoo.build("lenet5", seed: 7))
    let error = try #require(throws: ConversionError.self) {
      try model.write(to: path("lenet.hex"), operatorSet: 13, formats: .tested)
    }
    #expect(error.code == .usage)
    #expect(error.location.setting?.name == "operator set")
  }
}
