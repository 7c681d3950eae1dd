/// A page about a model that stands alone: one HTML file that loads nothing.
public struct Report: Sendable {
  /// What the page is called.
  let title: String
  /// A line under the title.
  let subtitle: String
  /// Figures that are seen first, each with its name.
  public var tiles: [(value: String, label: String)] = []
  /// What the model is, line by line.
  public var facts: [(label: String, value: String)] = []
  /// Pictures of the graph, each with a name.
  public var diagrams: [(name: String, diagram: Diagram)] = []
  /// The layers.
  public var layers: LayerTable?
  /// What deployment would make of it.
  public var fusion: FusionSection?
  /// How long each step takes.
  public var profile: ProfileSection?
  /// How far it is from another model.
  public var agreement: AgreementSection?
  /// How the weights are spread.
  public var weights: WeightSection?

  /// A page with a title and nothing else.
  public init(title: String, subtitle: String) { (self.title, self.subtitle) = (title, subtitle) }

  /// What the page holds, in order.
  public var sections: [String] { parts.map(\.name) }

  private struct Part {
    let name: String
    let body: String
  }

  private var parts: [Part] {
    var parts: [Part] = []
    func add(_ name: String, _ body: String?) { if let body { parts.append(Part(name: name, body: body)) } }
    if !facts.isEmpty { add("Overview", overview) }
    if !diagrams.isEmpty { add("Graph", graph) }
    add("Layers", layers.map { LayerSection($0).markup })
    add("Fusing", fusion?.markup)
    add("Profile", profile?.markup)
    add("Agreement", agreement?.markup)
    add("Weights", weights?.markup)
    return parts
  }

  // MARK: Markup

  /// The page.
  public var html: String {
    let parts = parts
    // Nothing is loaded, whatever a name in the file looks like.
    let policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    var lines = [
      "<!DOCTYPE html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\">",
      "<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">",
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
      "<title>\(title.markup)</title>", "<style>", ReportStyle.text, PictureStyle.drawing, "</style>", "</head>",
      "<body>",
      "<header><h1>\(title.shortened(to: 200).markup)</h1><p>\(subtitle.markup)</p>",
    ]
    let tiles = tiles.map { "<div class=\"tile\"><b>\($0.value.markup)</b><span>\($0.label.markup)</span></div>" }
    lines.append("<div class=\"tiles\">\(tiles.joined())</div></header>")
    let links = parts.map { "<a href=\"#\($0.name.lowercased())\">\($0.name)</a>" }
    lines.append("<nav><div>\(links.joined())</div></nav>")
    lines.append("<main>")
    for part in parts {
      lines.append("<section id=\"\(part.name.lowercased())\"><h2>\(part.name)</h2>\n\(part.body)\n</section>")
    }
    lines += ["</main>", "<footer>Made by cnnconv.</footer>", "<script>", ReportScript.text, "</script>", "</body>"]
    return lines.joined(separator: "\n") + "\n</html>\n"
  }

  private var overview: String {
    var (text, last) = ("<dl>", "")
    for fact in facts {
      text += "<dt>\(fact.label == last ? "" : fact.label.markup)</dt><dd>\(fact.value.shortened(to: 400).markup)</dd>"
      last = fact.label
    }
    return text + "</dl>"
  }

  private var graph: String {
    let tabs = diagrams.map { "<button type=\"button\" aria-pressed=\"false\">\($0.name.markup)</button>" }
    let zooms = [("in", "+"), ("out", "−"), ("width", "Width"), ("whole", "Whole")].map { action, label in
      "<button type=\"button\" data-zoom=\"\(action)\" aria-label=\"zoom: \(action)\">\(label)</button>"
    }
    let sheets = diagrams.map { "<div class=\"sheet\" hidden>\n\($0.diagram.element)</div>" }
    let hint = "Drag to move, + and − or Ctrl and the wheel to zoom; click a box to see all of it."
    return """
      <div class="tools"><div class="tabs pictures" role="group" aria-label="how much is folded">\(tabs.joined())</div>\
      <div class="tabs" role="group" aria-label="zoom">\(zooms.joined())</div>\
      <input type="search" id="find" placeholder="Find a layer, Enter" aria-label="find a layer"></div>
      <div class="stage" tabindex="0">\(sheets.joined(separator: "\n"))</div>
      <p id="detail" data-hint="\(hint.markup)">\(hint.markup)</p>
      """
  }
}
