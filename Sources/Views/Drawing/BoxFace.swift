/// What a box says, and the room that it takes.
struct BoxFace {
  struct Row {
    let title: String
    let detail: String
    let family: OperatorFamily
  }

  enum Kind { case port, rows, module }

  let kind: Kind
  /// One below the other, each in the colour of its family.
  let rows: [Row]
  /// Small lines under the rows: a name, a shape.
  let notes: [String]
  /// How many times it stands for.
  let times: Int
  /// Everything, for those who look closer.
  let description: String
  let width: Double
  let height: Double

  static let (rowHeight, noteHeight, padding, inset) = (20.0, 14.0, 4.0, 8.0)
  static let (titleSize, detailSize, noteSize) = (12.0, 11.0, 10.0)
  /// Room for the number of times.
  static let badgeWidth = 34.0
  private static let (least, most) = (76.0, 236.0)

  /// - Parameter known: how many modules of its path the frame around it names.
  init(_ unit: DiagramUnit, _ vertices: DiagramVertices, known: Int) {
    let shown = unit.range.map { vertices.all[$0] }
    let last = shown[shown.count - 1]
    times = unit.times
    var rows: [Row]
    var notes: [String] = []
    switch unit.content {
    case .module:
      kind = .module
      rows = [Row(title: unit.title, detail: "", family: Self.family(shown))]
      notes = [Self.census(shown)]
      description = "\(unit.title)\n\(shown.count) nodes: \(Self.census(shown, most: 20))"
    case .rows where last.kind != .node:
      kind = .port
      rows = [Row(title: last.title, detail: "", family: .other)]
      description = last.description
    default:
      kind = .rows
      rows = shown.map { Row(title: $0.title, detail: $0.detail, family: $0.family) }
      notes = [unit.times > 1 && !unit.title.isEmpty ? unit.title : Self.name(shown, known)]
      description = shown.map(\.description).joined(separator: "\n\n")
    }
    let shape = last.shape.text
    notes = (notes + [shape]).filter { !$0.isEmpty }
    let room = Self.most - 2 * (Self.padding + Self.inset)
    rows = rows.map { row in
      let title = TextWidth.shortened(row.title.printable, to: room, size: Self.titleSize, isBold: true)
      let rest = room - TextWidth.of(title, size: Self.titleSize, isBold: true) - 6
      let detail = row.detail.printable
      let isFit = TextWidth.of(detail, size: Self.detailSize) <= rest
      let shortened = rest < 30 ? "" : TextWidth.shortened(detail, to: rest, size: Self.detailSize)
      return Row(title: title, detail: isFit ? detail : shortened, family: row.family)
    }
    self.rows = rows
    self.notes = notes.map { TextWidth.shortened($0.printable, to: room, size: Self.noteSize) }
    let widths =
      rows.map { row in
        TextWidth.of(row.title, size: Self.titleSize, isBold: true)
          + (row.detail.isEmpty ? 0 : 6 + TextWidth.of(row.detail, size: Self.detailSize))
      } + self.notes.map { TextWidth.of($0, size: Self.noteSize) }
    let badge = times > 1 ? Self.badgeWidth : 0
    width = max(Self.least, (widths.max() ?? 0) + 2 * (Self.padding + Self.inset)).rounded(.up) + badge
    height =
      2 * Self.padding + Double(rows.count) * Self.rowHeight + Double(self.notes.count) * Self.noteHeight
      + (self.notes.isEmpty ? 0 : 2)
  }

  /// The name of the layer that a box begins with.
  private static func name(_ vertices: [DiagramVertex], _ known: Int) -> String {
    let path = vertices[0].path.dropFirst(known)
    // PyTorch's exporter ends a path with the operator, which the row says already.
    if path.count > 1, let own = path.last, own.hasPrefix(vertices[0].title) {
      return path.dropLast().joined(separator: ".")
    }
    return path.joined(separator: ".")
  }

  /// The family that a module is known by.
  private static func family(_ vertices: [DiagramVertex]) -> OperatorFamily {
    let present = Set(vertices.map(\.family))
    let order: [OperatorFamily] = [
      .attention, .convolution, .recurrence, .linear, .normalization, .pooling, .sampling, .activation, .joining,
    ]
    return order.first { present.contains($0) } ?? vertices[0].family
  }

  /// Such as `3 Conv, 3 Relu`.
  private static func census(_ vertices: [DiagramVertex], most: Int = 3) -> String {
    var counts: [String: Int] = [:]
    for vertex in vertices { counts[vertex.title, default: 0] += 1 }
    let order = counts.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
    let named = order.prefix(most).map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    return order.count > most ? named + " …" : named
  }
}
