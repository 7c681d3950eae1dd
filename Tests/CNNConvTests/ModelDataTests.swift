import CNNConv
import Foundation
import TestSupport
import Testing

/// Models from bytes in memory.
@Suite struct ModelDataTests {
  /// What is read from bytes computes what is read from the file.
  @Test(arguments: ["onnx", "pth", "safetensors"]) func isTheModelOfTheFile(_ ending: String) throws {
    let folder = try TemporaryFolder.make()
    let path = "\(folder)/net.\(ending)"
    try Model(graph: Zoo.build("lenet5", classes: 10, seed: 5)).write(to: path)
    let bytes = try Data(contentsOf: URL(filePath: path))
    let model = try Model(data: bytes)
    #expect(model.path == nil)
    #expect(model.recognizedAs == (try Model(contentsOf: path).recognizedAs))
    let inputs = try SeededInputs(seed: 1).values(for: model)
    let (found, expected) = (
      try Session(model).run(inputs).values, try Session(Model(contentsOf: path)).run(inputs).values
    )
    #expect(found.count == 1 && found[0].tensor?.data == expected[0].tensor?.data)
    // The copy that is written holds the weights of the bytes.
    try model.write(to: "\(folder)/copy.\(ending)")
    #expect(try Model(contentsOf: "\(folder)/copy.\(ending)").verify(against: model).agrees)
  }

  /// A session outlives the model that it was made of, and copies outlive the first.
  @Test func weightsStayAsLongAsTheyAreUsed() throws {
    let path = "\(try TemporaryFolder.make())/net.onnx"
    try Model(graph: Zoo.build("lenet5", classes: 10, seed: 5)).write(to: path)
    var model: Model? = try Model(data: Data(contentsOf: URL(filePath: path)))
    let inputs = try SeededInputs(seed: 1).values(for: #require(model))
    let session = Session(try #require(model))
    model = nil
    #expect(try session.run(inputs).values.count == 1)
  }

  /// What is wrong is told without the name of a file, which nobody gave.
  @Test func whatIsWrongIsTold() throws {
    for bytes in [Data(), Data("no model".utf8), Data(repeating: 8, count: 1000)] {
      #expect {
        try Model(data: bytes)
      } throws: { error in
        guard let error = error as? ConversionError else { return false }
        return error.code == .badInput && error.location.file == nil
      }
    }
  }
}
