import CNNConv
import Foundation
import TestSupport
import Testing

/// What the documents show is what the program does.
@Suite struct DocumentationTests {
  private func text(_ path: String) throws -> String {
    try String(contentsOf: FixtureFolders.root.appending(path: path), encoding: .utf8)
  }

  @Test func theExampleOfTheReadmeIsTheOneThatIsCompiled() throws {
    let example = try text("Tests/CNNConvTests/ReadmeExample.swift")
    #expect(try text("README.md").contains("```swift\n\(example)```"))
  }

  @Test func theExampleOfTheReadmeWorks() throws {
    let first = try #require(FixtureFolders.cases("Networks").first)
    let model = FixtureFolders.path("Networks/\(first)/model.onnx")
    #expect(try convert(model, to: TemporaryFolder.path("copy.onnx")))
  }

  @Test func theTableOfOperatorsIsTheRegistry() throws {
    let rows = Model.operators.map { signature in
      let domain = signature.domain.isEmpty ? "ai.onnx" : signature.domain
      return "| \(domain) | \(signature.name) | \(signature.versions.map(String.init).joined(separator: ", ")) |"
    }
    let table = try text("Documentation/Operators.md").split(separator: "\n").map(String.init).filter {
      $0.hasPrefix("| ")
    }
    #expect(Array(table.dropFirst(2)) == rows, "remake it: cnnconv operators --markdown")
  }

  @Test func thePageOfPassesIsThePipeline() throws {
    let page = try text("Documentation/Passes.md")
    var end = page.startIndex
    for rule in PassSelection.rules {
      let guards = rule.guards.map { "- \($0)\n" }.joined()
      let section = "### \(rule.name)\n\n\(rule.law)\n\nRefused where\n\n\(guards)\nSource: \(rule.source)\n"
      let range = try #require(
        page.range(of: section, range: end..<page.endIndex), "remake it: cnnconv passes --markdown")
      end = range.upperBound
    }
    let headings = page.split(separator: "\n").filter { $0.hasPrefix("### ") }
    #expect(headings.count == PassSelection.rules.count)
  }
}
