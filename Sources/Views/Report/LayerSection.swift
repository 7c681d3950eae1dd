/// The table of layers in a report.
struct LayerSection {
  private let table: LayerTable
  /// Rows that a browser sorts and filters without delay.
  private static let most = 3000

  init(_ table: LayerTable) { self.table = table }

  var markup: String {
    var grid = ReportTable(
      "layers-table",
      [
        .init(title: "#", kind: .number), .init(title: "layer", kind: .text), .init(title: "operator", kind: .text),
        .init(title: "output", kind: .text), .init(title: "parameters", kind: .number),
        .init(title: "MACs", kind: .number), .init(title: "share", kind: .bars), .init(title: "weights", kind: .number),
        .init(title: "activations", kind: .number),
      ])
    let most = table.layers.reduce(0) { max($0, $1.share ?? 0) }
    for (index, layer) in table.layers.prefix(Self.most).enumerated() {
      let share = layer.share ?? 0
      let shape = layer.outputs.first?.shape.map { $0.map(\.description).joined(separator: "×") } ?? ""
      grid.rows.append([
        .init("\(index)", Double(index)), .init(name: layer.name), .init(text: layer.operator ?? ""),
        .init(text: shape.shortened(to: 60)), Self.number(layer.parameters) { $0.grouped },
        Self.number(layer.macs) { $0.scaled }, .init(bars: [(most > 0 ? share / most : 0, false)], value: share),
        Self.number(layer.weightBytes) { $0.asBytes }, Self.number(layer.outputBytes) { $0.asBytes },
      ])
    }
    let shown = grid.rows.count
    var note = "\(shown) of \(shown)"
    if shown < table.layers.count { note += "; the first of \(table.layers.count.grouped)" }
    return """
      <div class="tools"><input type="search" data-filter="#layers-table tbody tr" data-count="layers-count" \
      placeholder="Filter" aria-label="filter layers"><span id="layers-count">\(note)</span></div>
      \(grid.markup)
      """
  }

  private static func number(_ value: Int?, _ words: (Int) -> String) -> ReportTable.Cell {
    guard let value else { return .init("?", -1) }
    return .init(value == 0 ? "" : words(value), Double(value))
  }
}
