import CNNConv
import Foundation
import TestSupport
import Testing

/// What the registry says of the formats, and what it refuses.
@Suite struct ModelFormatsTests {
  private let formats = ModelFormats.standard

  @Test func everyFormatIsToldApart() {
    let names = formats.all.map(\.name)
    #expect(Set(names).count == names.count)
    let endings = formats.all.flatMap(\.endings)
    #expect(Set(endings).count == endings.count)
    #expect(endings.allSatisfy { $0.hasPrefix(".") && $0 == $0.lowercased() })
  }

  @Test(arguments: [
    ("a.onnx", "onnx"), ("B.ONNX", "onnx"), ("a.pth", "torch"), ("a.onnx.pt", "torch"),
    ("a.safetensors", "safetensors"), ("a.npz", "npz"),
  ])
  func theNameOfAFileChoosesItsFormat(path: String, name: String) throws {
    #expect(try formats.format(writing: path).name == name)
  }

  @Test func anUnknownEndingListsTheKnownOnes() throws {
    let error = try #require(throws: ConversionError.self) { try formats.format(writing: "a.xyz") }
    #expect(error.code == .usage)
    #expect(
      error.message == "the format of this name is not known; name it .onnx, .pth, .pt, .safetensors, .npz or .param")
  }

  /// A file is told by its content, whatever its name is.
  @Test(arguments: [("onnx", "copy.pth"), ("torch", "copy.safetensors"), ("safetensors", "copy.onnx")])
  func aFileIsRecognizedByItsContent(name: String, path: String) throws {
    let folder = try TemporaryFolder()
    let format = try #require(formats.writable.first { $0.name == name })
    let file = folder.file("model\(format.endings[0])")
    try Model(graph: Zoo.build("lenet5", seed: 0)).write(to: file)
    let renamed = try folder.write(Array(Data(contentsOf: URL(filePath: file))), path)
    #expect(try formats.format(of: ModelFile(path: renamed))?.name == name)
  }

  @Test func layersStayApartInWeightsAlone() {
    #expect(formats.all.filter(\.keepsLayersApart).map(\.name) == ["torch", "safetensors", "shards", "npz"])
  }

  @Test func aSettingThatAFormatLacksIsRefused() throws {
    let folder = try TemporaryFolder()
    let model = try Model(graph: Zoo.build("lenet5", seed: 0))
    let written = try #require(throws: ConversionError.self) {
      try model.write(to: folder.file("a.pth"), operatorSet: 13)
    }
    #expect(written.code == .usage)
    #expect(written.location.setting == Setting("operator set"))
    #expect(written.message == "is for ONNX files; a state dict has no operators")
    let external = try #require(throws: ConversionError.self) {
      try model.write(to: folder.file("a.safetensors"), externalData: .always())
    }
    #expect(external.location.setting == Setting("external data"))
    #expect(folder.names.isEmpty)
    try model.write(to: folder.file("a.onnx"), operatorSet: 13)
    let read = try #require(throws: ConversionError.self) {
      try Model(contentsOf: folder.file("a.onnx"), architecture: "lenet5")
    }
    #expect(read.location.setting == Setting("architecture", value: "lenet5"))
  }
}
