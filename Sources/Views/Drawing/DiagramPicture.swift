/// A laid out diagram as SVG.
struct DiagramPicture {
  private let layout: DiagramLayout
  private let margin = 16.0
  private var parts: [String] = []
  let width: Double
  let height: Double

  /// The picture.
  var svg: String { parts.joined(separator: "\n") + "\n" }

  /// - Parameters:
  ///   - title: what stands above it.
  ///   - subtitle: a second, smaller line.
  ///   - isAlone: whether it brings its own colours and paper along, for a file of its own.
  init(_ layout: DiagramLayout, title: String, subtitle: String, isAlone: Bool) {
    self.layout = layout
    let heading = title.printable.shortened(to: 60)
    let families = OperatorFamily.allCases.filter { family in
      layout.boxes.contains { $0.face.kind != .port && $0.face.rows.contains { $0.family == family } }
    }
    let headHeight = isAlone ? 46.0 : 0
    let least = max(
      layout.width, isAlone ? TextWidth.of(heading, size: 15, isBold: true) : 0,
      isAlone ? TextWidth.of(subtitle, size: 10) : 0, 220)
    let legend = Self.legend(families, width: least)
    width = least + 2 * margin
    height = layout.height + headHeight + legend.height + 2 * margin + 12
    let size = "width=\"\(width.markup)\" height=\"\(height.markup)\" viewBox=\"0 0 \(width.markup) \(height.markup)\""
    parts.append("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"drawing\" role=\"img\" \(size)>")
    if isAlone {
      parts.append("<title>\(title.markup)</title>")
      parts.append("<style>\n\(PictureStyle.drawing)\n</style>")
      parts.append("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>")
      parts.append("<text class=\"head\" x=\"\(margin.markup)\" y=\"28\">\(heading.markup)</text>")
      parts.append("<text class=\"note\" x=\"\(margin.markup)\" y=\"44\">\(subtitle.markup)</text>")
    }
    let side = margin + (least - layout.width) / 2
    parts.append("<g transform=\"translate(\(side.markup) \((margin + headHeight).markup))\">")
    layout.frames.forEach { draw($0) }
    layout.lines.forEach { draw($0) }
    layout.boxes.forEach { draw($0) }
    parts.append("</g>")
    let foot = margin + headHeight + layout.height + 12
    parts.append("<g transform=\"translate(\(margin.markup) \(foot.markup))\">\(legend.text)</g>")
    parts.append("</svg>")
  }

  private mutating func draw(_ frame: DiagramLayout.Frame) {
    let area = frame.area
    let name = [frame.unit.title.markup, "×\(frame.unit.times)"].filter { !$0.isEmpty }.joined(separator: " ")
    parts.append("<g><title>\(name)</title>\(rectangle("frame", area, 10))")
    let (left, right) = (frame.passage - 8, area.width - frame.passage - 8)
    let x = area.x + (left >= right ? 8 : frame.passage + 10)
    parts.append(badge(frame.unit.times, x: x, y: area.y + 6))
    let room = max(left, right) - Self.badge(frame.unit.times) - 16
    if room > 30, !frame.unit.title.isEmpty {
      let title = TextWidth.shortened(frame.unit.title.printable, to: room, size: BoxFace.noteSize)
      parts.append(text("note", title, x + Self.badge(frame.unit.times) + 5, area.y + 17))
    }
    parts.append("</g>")
  }

  private static func badge(_ times: Int) -> Double { max(26, TextWidth.of("×\(times)", size: 11, isBold: true) + 8) }

  private func badge(_ times: Int, x: Double, y: Double) -> String {
    let area = DiagramLayout.Area(x: x, y: y, width: Self.badge(times), height: 15)
    return rectangle("times", area, 7) + text(nil, "×\(times)", x + area.width / 2, y + 11.5)
  }

  private mutating func draw(_ line: DiagramLayout.Line) {
    var path = ""
    var pen: LayeredLayout.Point?
    for piece in line.pieces {
      if pen != piece.from { path += "M\(piece.from.x.markup) \(piece.from.y.markup)" }
      pen = piece.to
      guard piece.from.x != piece.to.x else {
        path += "V\(piece.to.y.markup)"
        continue
      }
      let (a, b, middle) = (piece.from.x.markup, piece.to.x.markup, ((piece.leaves + piece.arrives) / 2).markup)
      if piece.leaves != piece.from.y { path += "V\(piece.leaves.markup)" }
      path += "C\(a) \(middle) \(b) \(middle) \(b) \(piece.arrives.markup)"
      if piece.arrives != piece.to.y { path += "V\(piece.to.y.markup)" }
    }
    parts.append("<path class=\"wire\" d=\"\(path)\"/>")
    var tips: [LayeredLayout.Point] = []
    for tip in line.tips where !tips.contains(tip) { tips.append(tip) }
    guard !tips.isEmpty else { return }
    let heads = tips.map { "M\($0.x.markup) \($0.y.markup)l-3.5 -7h7z" }.joined()
    parts.append("<path class=\"tip\" d=\"\(heads)\"/>")
  }

  private mutating func draw(_ box: DiagramLayout.Box) {
    let (face, area) = (box.face, box.area)
    let name = face.kind == .port ? "box port" : "box"
    var text = "<g class=\"\(name)\"><title>\(face.description.markupLines)</title>"
    text += rectangle("card", area, 6)
    var y = area.y + BoxFace.padding
    let badge = face.times > 1 ? BoxFace.badgeWidth : 0
    for row in face.rows {
      let x = area.x + BoxFace.padding
      if face.kind != .port {
        let strip = DiagramLayout.Area(
          x: x, y: y + 1, width: area.width - 2 * BoxFace.padding - badge, height: BoxFace.rowHeight - 2)
        text += rectangle(row.family.rawValue, strip, 3)
      }
      text += "<text x=\"\((x + BoxFace.inset).markup)\" y=\"\((y + 14).markup)\"><tspan class=\"title\">"
      text += "\(row.title.markup)</tspan>"
      if !row.detail.isEmpty { text += "<tspan class=\"detail\" dx=\"6\">\(row.detail.markup)</tspan>" }
      text += "</text>"
      y += BoxFace.rowHeight
    }
    for note in face.notes {
      text += self.text("note", note, area.x + BoxFace.padding + BoxFace.inset, y + 11)
      y += BoxFace.noteHeight
    }
    if face.times > 1 {
      let place = area.x + area.width - BoxFace.badgeWidth + 2
      text += self.badge(face.times, x: place, y: area.y + BoxFace.padding + 3)
    }
    parts.append(text + "</g>")
  }

  private func rectangle(_ name: String, _ area: DiagramLayout.Area, _ radius: Double) -> String {
    "<rect class=\"\(name)\" x=\"\(area.x.markup)\" y=\"\(area.y.markup)\" width=\"\(area.width.markup)\" "
      + "height=\"\(area.height.markup)\" rx=\"\(radius.markup)\"/>"
  }

  private func text(_ name: String?, _ text: String, _ x: Double, _ y: Double) -> String {
    let style = name.map { " class=\"\($0)\"" } ?? ""
    return "<text\(style) x=\"\(x.markup)\" y=\"\(y.markup)\">\(text.markup)</text>"
  }

  /// Which colour is which family.
  private static func legend(_ families: [OperatorFamily], width: Double) -> (text: String, height: Double) {
    var (text, x, y) = ("", 0.0, 0.0)
    for family in families {
      let room = 16 + TextWidth.of(family.title, size: 10) + 10
      if x + room > width, x > 0 { (x, y) = (0, y + 16) }
      text +=
        "<rect class=\"\(family.rawValue)\" x=\"\(x.markup)\" y=\"\(y.markup)\" width=\"11\" height=\"11\" rx=\"3\"/>"
      text += "<text class=\"legend\" x=\"\((x + 15).markup)\" y=\"\((y + 9).markup)\">\(family.title.markup)</text>"
      x += room
    }
    return (text, families.isEmpty ? 0 : y + 16)
  }
}
