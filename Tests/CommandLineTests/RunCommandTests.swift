import CNNConv
import Foundation
import TestSupport
import Testing

/// `cnnconv run` without a folder to write to.
@Suite struct RunCommandTests {
  private func folder() throws -> URL {
    let folder = try CommandLine.temporaryFolder()
    #expect(try CommandLine("zoo", "lenet5", "-o", "net.onnx", "--seed", "3", in: folder).status == 0)
    return folder
  }

  private func output(_ page: CommandLine, _ index: Int = 0) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(page.output.utf8)) as? [String: Any]
    return try #require((object?["outputs"] as? [[String: Any]])?[index])
  }

  @Test func printsAndWritesNothing() throws {
    let folder = try folder()
    let page = try CommandLine("run", "net.onnx", "--seed", "5", in: folder)
    #expect(page.status == 0)
    #expect(page.errors == "")
    #expect(TemporaryFolder.names(of: folder.path()) == ["net.onnx"])
    let lines = page.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("output  float32[1, 10]  min "))
    #expect(lines[1].hasPrefix("  begins  "))
    #expect(lines[2].hasPrefix("  classes  "))
  }

  /// The numbers are those of the file that `-o` writes.
  @Test func saysWhatTheFileHolds() throws {
    let folder = try folder()
    #expect(try CommandLine("run", "net.onnx", "--seed", "5", "-o", "out", in: folder).status == 0)
    let file = folder.appending(path: "out/output.npy").path()
    let values = try #require(TensorFile.read(file).first).tensor.values(as: Double.self)
    let printed = try output(CommandLine("run", "net.onnx", "--seed", "5", "--json", in: folder))
    #expect(printed["type"] as? String == "float32")
    #expect(printed["shape"] as? [Int] == [1, 10])
    // Reading JSON rounds once more.
    func near(_ a: Any?, _ b: Double?) -> Bool { abs((a as? Double ?? .nan) - (b ?? .nan)) < 1e-12 }
    #expect(near(printed["min"], values.min()))
    #expect(near(printed["max"], values.max()))
    let first = try #require(printed["first"] as? [Double])
    #expect(first.count == 8 && zip(first, values).allSatisfy { near($0, $1) })
    #expect(printed["file"] == nil)
    let classes = try #require(printed["classes"] as? [[[String: Any]]])
    let best = values.indices.sorted { values[$0] > values[$1] }.prefix(5)
    #expect(classes.count == 1)
    #expect(classes[0].compactMap { $0["class"] as? Int } == Array(best))
    let written = try output(CommandLine("run", "net.onnx", "--seed", "5", "--json", "-o", "out", in: folder))
    #expect(written["file"] as? String == "out/output.npy")
  }

  /// Each image of a batch has classes of its own.
  @Test func everyImageHasClasses() throws {
    let folder = try folder()
    let page = try CommandLine("run", "net.onnx", "--seed", "5", "--input-shape", "3x1x32x32", in: folder)
    #expect(page.output.contains("output  float32[3, 10]"))
    for image in 0..<3 { #expect(page.output.contains("\n  classes of image \(image)  ")) }
  }

  @Test func keptValuesArePrinted() throws {
    let folder = try folder()
    let page = try CommandLine("run", "net.onnx", "--seed", "5", "--keep", "conv1", in: folder)
    #expect(page.output.contains("\nconv1  float32[1, 6, 28, 28]  min "))
    #expect(TemporaryFolder.names(of: folder.path()) == ["net.onnx"])
  }
}
