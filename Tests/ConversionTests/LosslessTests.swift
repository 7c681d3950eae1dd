import CNNConv
import CNNFormats
import Foundation
import TestSupport
import Testing

/// What this program does not understand survives import and export: the records before and after are the same.
@Suite struct LosslessTests {
  static let models = ["element-types", "everything", "oddities", "unknown-fields"]

  @Test(arguments: models) func survives(_ name: String) throws {
    let path = FixtureFolders.path("Lossless/\(name).onnx")
    let copy = try TemporaryFolder.path("copy.onnx")
    try Model(contentsOf: path).write(to: copy)
    let before = RecordText(try OnnxReader.readModel(MappedFile(path: path))).lines
    let after = RecordText(try OnnxReader.readModel(MappedFile(path: copy))).lines
    let lost = before.filter { !after.contains($0) }
    let added = after.filter { !before.contains($0) }
    #expect(lost == [])
    #expect(added == [])
    #expect(before.count > 20)
  }

  @Test func externalDataIsReadFromSeveralFiles() throws {
    let model = try Model(contentsOf: FixtureFolders.path("ExternalData/two-files/model.onnx"))
    for set in FixtureFolders.dataSets("ExternalData/two-files") {
      let verification = try model.verify(Fixture(path: set, for: model))
      #expect(verification.failure == nil)
    }
  }

  @Test(
    arguments: (try? FileManager.default.subpathsOfDirectory(
      atPath: FixtureFolders.path("ExternalData/hostile")))?
      .filter { $0.hasSuffix(".onnx") }.sorted() ?? [])
  func hostileExternalDataIsRefused(_ name: String) throws {
    let path = FixtureFolders.path("ExternalData/hostile/\(name)")
    let error = #expect(throws: ConversionError.self) { try Model(contentsOf: path) }
    #expect(error?.code == .badInput)
  }
}

/// A record in words, one line for each number, string and run of bytes, with the path that leads to it. Nodes and
/// attributes are named by what they are, not by their place.
struct RecordText {
  var lines: [String] = []

  init(_ record: Any) { visit(record, "model") }

  private mutating func visit(_ value: Any, _ path: String) {
    if let storage = value as? Storage {
      lines.append("\(path) = \(storage.withBytes { Array($0) })")
      return
    }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .struct, .enum, .tuple:
      if mirror.children.isEmpty { lines.append("\(path) = \(value)") }
      for child in mirror.children { visit(child.value, "\(path).\(child.label ?? "")") }
    case .optional:
      if let some = mirror.children.first { visit(some.value, path) }
    case .collection:
      for (index, child) in mirror.children.enumerated() {
        visit(
          child.value,
          "\(path)[\(child.value is OnnxAttribute ? (child.value as? OnnxAttribute)?.name ?? "" : String(index))]")
      }
    default: lines.append("\(path) = \(value)")
    }
  }
}
