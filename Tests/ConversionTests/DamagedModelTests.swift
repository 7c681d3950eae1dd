import CNNConv
import CNNGraphs
import CNNTensors
import Foundation
import TestSupport
import Testing

/// Small models with every byte cut off or changed: an error or a model, never a crash.
@Suite struct DamagedModelTests {
  static let names = ["Conv", "Reshape", "MaxPool", "If", "BatchNormalization", "Gemm"]

  private func model(_ name: String) throws -> Data {
    let first = try #require(FixtureFolders.cases("Operators/\(name)").first)
    return try Data(contentsOf: FixtureFolders.fixtures.appending(path: "Operators/\(name)/\(first)/model.onnx"))
  }

  /// - Returns: the error's code; `nil` if the model is fine.
  private func outcome(of bytes: Data, at path: String) throws -> ConversionError.Code? {
    try bytes.write(to: URL(filePath: path))
    do {
      let model = try Model(contentsOf: path)
      _ = model.summary()
      _ = try? SeededInputs(seed: 1).values(for: model)
      return nil
    } catch let error as ConversionError {
      #expect(!"\(error)".contains("\n"))
      return error.code
    }
  }

  @Test(arguments: names) func truncatedAnywhere(_ name: String) throws {
    let bytes = try model(name)
    let path = try TemporaryFolder.path("model.onnx")
    var fine = 0
    for length in 0..<bytes.count {
      let code = try outcome(of: bytes.prefix(length), at: path)
      if code == nil { fine += 1 }
    }
    // Cutting between two fields can leave a whole model only after the graph: a handful of places.
    #expect(fine < 12)
  }

  @Test(arguments: names) func anyByteChanged(_ name: String) throws {
    let bytes = try model(name)
    let path = try TemporaryFolder.path("model.onnx")
    for offset in bytes.indices {
      for value in [0, 0x7F, 0xFF, UInt8(truncatingIfNeeded: offset &* 167 &+ 13)] {
        var changed = bytes
        changed[offset] = value
        _ = try outcome(of: changed, at: path)
      }
    }
  }
}
