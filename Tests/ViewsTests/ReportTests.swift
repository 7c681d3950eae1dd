import CNNConv
import CNNGraphs
import CNNOperators
import CNNTensors
import CNNViews
import Foundation
import TestSupport
import Testing

@Suite struct ReportTests {
  /// A network of a few nodes with weights of known numbers.
  private func model(_ weights: [Float] = [-1, -0.5, 0, 0, 0.25, 1], name: String = "linear") throws -> Model {
    var sketch = GraphSketch()
    let input = try sketch.input([1, 2])
    let table = sketch.constant(try Tensor(weights, shape: [2, weights.count / 2]), "table")
    let product = try sketch.node(MatrixMultiplication(), input, table, name: name)
    try sketch.end([sketch.node(Relu(), product, name: "relu")])
    return try Model(graph: sketch.graph)
  }

  /// The elements of a page, each with its attributes' text; `nil` where one is not closed in order.
  private func tags(of html: String) -> [String]? {
    var open: [String] = []
    var all: [String] = []
    var rest = html[...]
    while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("!") { continue }
      if tag.hasPrefix("/") {
        guard open.popLast() == String(tag.dropFirst()) else { return nil }
        continue
      }
      let name = String(tag.prefix { !" /".contains($0) })
      all.append(String(tag))
      if tag.hasSuffix("/") || ["meta", "input"].contains(name) { continue }
      open.append(name)
      if ["script", "style"].contains(name) {
        guard let close = rest.range(of: "</\(name)>") else { return nil }
        rest = rest[close.lowerBound...]
      }
    }
    return open.isEmpty ? all : nil
  }

  @Test func holdsAllSections() throws {
    var settings = ReportSettings()
    (settings.profiles, settings.other, settings.comparesValues) = (true, try model(), true)
    let report = try model().report(settings)
    #expect(report.sections == ["Overview", "Graph", "Layers", "Fusing", "Profile", "Agreement", "Weights"])
    let elements = try #require(tags(of: report.html), "a tag is not closed")
    for id in ["layers-table", "profile-table", "values-table"] {
      #expect(elements.contains { $0.contains("id=\"\(id)\"") }, "\(id)")
    }
    // 2 nodes, a value of the same name for each; the page has one button for each column.
    #expect(report.html.contains(">2 of 2<"))
    #expect(report.html.contains("100 % of 3 are equal"))
  }

  @Test(arguments: ["lenet5", "resnet18", "squeezenet1_1"]) func isOneFile(name: String) throws {
    let html = try Model(graph: BlankNetwork.build(name)).report().html
    let elements = try #require(tags(of: html), "a tag is not closed")
    #expect(elements.allSatisfy { !$0.contains(" src=") && !$0.contains("@import") && !$0.hasPrefix("link") })
    #expect(html.contains("default-src 'none'"))
    #expect(!html.contains("https:") && !html.contains("url("))
    #expect(html.utf8.count < 2_000_000)
    // One row for each node, one histogram for each weight.
    let table = try #require(html.range(of: "id=\"layers-table\""))
    let rows = html[table.upperBound...].range(of: "</table>").map { html[table.upperBound..<$0.lowerBound] }
    let nodes = try BlankNetwork.build(name).nodes.filter { !($0.operator is Constant) }.count
    #expect(rows?.split(separator: "<tr>").dropFirst(2).count == nodes)
  }

  /// Six numbers from −1 to 1 in 40 bins of 0.05: −1, −0.5, twice 0, 0.25 and 1 in the first, 11th, 21st, 26th and last one.
  @Test func countsWeights() throws {
    let html = try model().report().html
    #expect(html.contains("2×3 · mean −0.0417 ± 0.619 · −1 … 1 · 2 zeros"))
    let path = "M0 52v-25h4.4v25zM50 52v-25h4.4v25zM100 52v-50h4.4v50zM125 52v-25h4.4v25zM195 52v-25h4.4v25z"
    #expect(html.contains(path))
  }

  @Test func tellsWhatIsNotFinite() throws {
    let html = try model([.nan, 1, .infinity, 2]).report().html
    #expect(html.contains("2 not finite"))
  }

  @Test func tellsHowModelsDiffer() throws {
    var settings = ReportSettings()
    settings.other = try model([-1, -0.5, 0, 0, 0.25, 1.5])
    let html = try model().report(settings).html
    #expect(html.contains("class=\"bad\">differs: 1 of 3 elements differ"))
    #expect(html.contains("class=\"out\""))
  }

  @Test(arguments: ["</script><script>alert(1)</script>", "\"><img src=x>", "\u{1b}[2J\u{202e}", "a&b"])
  func namesAreNoMarkup(name: String) throws {
    let html = try model(name: name).report().html
    let elements = try #require(tags(of: html), "a tag is not closed")
    #expect(!elements.contains { $0.hasPrefix("img") })
    #expect(elements.filter { $0 == "script" }.count == 1)
    #expect(!html.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0.value == 0x202e })
  }
}
