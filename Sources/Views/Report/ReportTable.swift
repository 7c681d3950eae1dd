/// A table of a report, sorted by a click on a head.
struct ReportTable {
  /// What stands in a column.
  enum Kind { case text, number, bars }

  struct Column {
    let title: String
    let kind: Kind
  }

  struct Cell {
    /// What is shown, as markup.
    let markup: String
    /// What a column of numbers is sorted by.
    var value: Double = 0

    init(text: String) { markup = text.markup }

    init(_ text: String, _ value: Double) { (markup, self.value) = (text.markup, value) }

    /// A name of a file, cut off where there is no room.
    init(name: String) {
      let shown = name.shortened(to: 120).markup
      markup = "<div class=\"name\" title=\"\(shown)\">\(shown)</div>"
    }

    /// Bars one below the other, each a part of the longest.
    init(bars: [(share: Double, isBefore: Bool)], value: Double) {
      self.value = value
      markup = bars.map { share, isBefore in
        guard share > 0 else { return "<div>&nbsp;</div>" }
        let percent = (max(0, min(1, share)) * 100).markup
        return "<div><span class=\"bar\(isBefore ? " before" : "")\" style=\"width:\(percent)%\"></span></div>"
      }.joined()
    }
  }

  let id: String
  let columns: [Column]
  var rows: [[Cell]] = []

  init(_ id: String, _ columns: [Column]) { (self.id, self.columns) = (id, columns) }

  var markup: String {
    var text = "<div class=\"scroll\"><table class=\"sortable\" id=\"\(id)\"><thead><tr>"
    for column in columns {
      let style = column.kind == .number ? " class=\"n\"" : ""
      let kind = column.kind == .text ? "t" : "n"
      text +=
        "<th scope=\"col\"\(style) data-kind=\"\(kind)\"><button type=\"button\">\(column.title.markup)</button></th>"
    }
    text += "</tr></thead><tbody>\n"
    for row in rows {
      text += "<tr>"
      for (column, cell) in zip(columns, row) {
        switch column.kind {
        case .text: text += "<td>\(cell.markup)</td>"
        case .number: text += "<td class=\"n\" data-v=\"\(Float(cell.value))\">\(cell.markup)</td>"
        case .bars: text += "<td class=\"bars\" data-v=\"\(Float(cell.value))\">\(cell.markup)</td>"
        }
      }
      text += "</tr>\n"
    }
    return text + "</tbody></table></div>"
  }
}
