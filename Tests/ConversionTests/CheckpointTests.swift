import CNNConv
import CNNFormats
import Foundation
import TestSupport
import Testing

/// Weights alone, the whole way: the folders of `Fixtures/Checkpoints`, made by PyTorch.
@Suite struct CheckpointTests {
  private func path(_ name: String) throws -> String { try #require(FixtureFolders.checkpoint(name)) }

  /// The model for images of the fixture's size.
  private func model(_ name: String, at path: String) throws -> Model {
    let input = FixtureFolders.path("Checkpoints/\(name)/test_data_set_0/input_0.pb")
    let image = try #require(try TensorFile.read(input).first).tensor
    return try Model(contentsOf: path, inputShapes: [InputShape("input", image.shape.map(Dimension.fixed))])
  }

  private func tolerance(_ name: String) -> Tolerance {
    name == "lenet-half" ? Tolerance(relative: 1e-2, absolute: 1e-2) : Tolerance(relative: 1e-4, absolute: 1e-5)
  }

  private func verify(_ model: Model, _ name: String) throws {
    let fixture = try Fixture(
      path: FixtureFolders.path("Checkpoints/\(name)/test_data_set_0"), for: model)
    let outcome = try model.verify(fixture, tolerance: tolerance(name))
    #expect(outcome.agrees, "\(outcome.failure ?? "")")
  }

  @Test(arguments: FixtureFolders.checkpoints)
  func computesWhatPyTorchComputes(name: String) throws {
    let model = try model(name, at: path(name))
    let expected = try String(
      contentsOf: URL(filePath: FixtureFolders.path("Checkpoints/\(name)/expected.txt")), encoding: .utf8)
    let architecture = try #require(model.architecture)
    #expect(architecture.title.hasPrefix(expected.trimmingCharacters(in: .whitespacesAndNewlines)))
    try verify(model, name)
  }

  @Test(arguments: FixtureFolders.checkpoints)
  func goesThroughOnnx(name: String) throws {
    let copy = try TemporaryFolder.path("copy.onnx")
    try Model(contentsOf: path(name)).write(to: copy)
    let read = try model(name, at: copy)
    #expect(read.weights == nil)
    try verify(read, name)
  }

  /// `.pth → .onnx → .pth` keeps every tensor bit for bit.
  @Test(arguments: FixtureFolders.checkpoints)
  func comesBack(name: String) throws {
    let model = try Model(contentsOf: path(name))
    let (onnx, back) = (try TemporaryFolder.path("copy.onnx"), try TemporaryFolder.path("back.pth"))
    try model.write(to: onnx)
    try Model(contentsOf: onnx).write(to: back)
    let entries = try #require(TorchReader.read(ModelFile(path: back)).candidates.first).dictionary.entries
    let original = try #require(model.weights).entries
    let mixed = name == "lenet-mixed"
    #expect(Set(entries.map(\.key)) == Set(original.map(\.key)))
    let read = StateDictionary(entries)
    for entry in original {
      let tensor = try #require(read[entry.key], "\(entry.key)")
      #expect(tensor.shape == entry.tensor.shape, "\(entry.key)")
      // A mixture of types was widened on the way.
      let expected = mixed ? try entry.tensor.converted(to: tensor.elementType) : entry.tensor
      #expect(tensor.elementType == expected.elementType, "\(entry.key)")
      #expect(bytes(tensor) == bytes(expected), "\(entry.key)")
    }
  }

  @Test(arguments: ["copy.pth", "copy.safetensors"])
  func weightsStayWeights(file: String) throws {
    let model = try Model(contentsOf: path("shufflenet-parallel"))
    let copy = try TemporaryFolder.path(file)
    try model.write(to: copy)
    let read = try self.model("shufflenet-parallel", at: copy)
    #expect(
      try #require(read.weights).entries.map(\.key).sorted() == #require(model.weights).entries.map(\.key).sorted())
    try verify(read, "shufflenet-parallel")
  }

  @Test func wrappersAndPrefixesAreTold() throws {
    let remarks = try Model(contentsOf: path("shufflenet-parallel")).findings.map(\.message).joined(separator: "\n")
    #expect(remarks.contains("'state_dict'"))
    #expect(remarks.contains("'module.'"))
    #expect(remarks.contains("optimizer"))
  }

  @Test func anotherStateDictCanBeTaken() throws {
    let file = try path("shufflenet-averaged")
    #expect(try Model(contentsOf: file).findings.contains { $0.message.contains("'model_ema'") })
    let averaged = try Model(contentsOf: file, stateDictionary: "model_ema")
    let weights = try #require(averaged.weights?.entries.first { $0.key == "fc.weight" }).tensor
    #expect(try weights.elements(as: Float.self).allSatisfy { $0 == 0 })
    let error = try #require(throws: ConversionError.self) { try Model(contentsOf: file, stateDictionary: "ema") }
    #expect(error.code == .usage)
  }

  @Test func aWrongArchitectureIsRefused() throws {
    let file = try path("densenet")
    let error = try #require(throws: ConversionError.self) { try Model(contentsOf: file, architecture: "resnet50") }
    #expect(error.code == .badInput)
    #expect(error.description.contains("are not those of ResNet-50"))
    let unknown = try #require(throws: ConversionError.self) { try Model(contentsOf: file, architecture: "resnet51") }
    #expect(unknown.code == .usage)
  }

  private func bytes(_ tensor: Tensor) -> [UInt8] { tensor.withBytes { Array($0) } }
}
