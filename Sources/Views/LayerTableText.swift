import CNNTensors

extension LayerTable {
  /// A table to read: aligned columns, the sums last.
  public var text: String { text(width: .max).text }

  /// The same for lines of so many characters: columns that have no room are left out, the least telling ones first, and then
  /// names are shortened.
  /// - Returns: the table, and the names of what was left out.
  public func text(width: Int) -> (text: String, omitted: [String]) {
    let heads = ["#", "layer", "operator", "output", "parameters", "MACs", "share", "weights", "activations"]
    var rows = layers.enumerated().map { LayerTable.columns($0, $1) }
    rows.append([
      "", "total", LayerTable.nodes(total.nodes), "", total.parameters.grouped, total.macs?.scaled ?? "?", "",
      total.weightBytes.asBytes, total.outputBytes?.asBytes ?? "?",
    ])
    var widths = heads.indices.map { column in ([heads] + rows).map { $0[column].count }.max() ?? 0 }
    var kept = Array(heads.indices)
    func needed() -> Int { kept.reduce(-2) { $0 + widths[$1] + 2 } }
    for column in [7, 8, 6, 0] where needed() > width { kept.removeAll { $0 == column } }
    if needed() > width {
      widths[1] = max(16, widths[1] - (needed() - width))
      for row in rows.indices { rows[row][1] = rows[row][1].shortenedInTheMiddle(to: widths[1]) }
    }
    var lines = ([heads] + rows).map { row in
      kept.map { column in
        (1...3).contains(column) ? row[column].rightPadded(widths[column]) : row[column].leftPadded(widths[column])
      }.joined(separator: "  ").trimmingTrailingSpaces
    }
    if nodesInBodies > 0 {
      lines.append("not listed: \(LayerTable.nodes(nodesInBodies)) in the bodies of control flow")
    }
    return (lines.joined(separator: "\n"), heads.indices.filter { !kept.contains($0) }.map { heads[$0] })
  }

  /// Comma-separated values (RFC 4180), a line a layer under a line of names.
  public var csv: String {
    let heads = "index,name,operator,nodes,output_shape,parameters,buffers,macs,share,weight_bytes,output_bytes"
    let rows = layers.enumerated().map { index, layer -> String in
      let fields: [String] = [
        "\(index)", LayerTable.quoted(layer.name), LayerTable.quoted(layer.operator ?? ""), "\(layer.nodes)",
        LayerTable.quoted(layer.outputs.first.map { LayerTable.shape($0.shape) } ?? ""), "\(layer.parameters)",
        "\(layer.buffers)", layer.macs.map { "\($0)" } ?? "", layer.share.map { "\(Float($0))" } ?? "",
        "\(layer.weightBytes)", layer.outputBytes.map { "\($0)" } ?? "",
      ]
      return fields.joined(separator: ",")
    }
    return ([heads] + rows).joined(separator: "\n")
  }

  private static func columns(_ index: Int, _ layer: Layer) -> [String] {
    let name = layer.name.printable.shortenedInTheMiddle(to: 40)
    let kind = layer.operator?.printable ?? LayerTable.nodes(layer.nodes)
    let output = layer.outputs.first.map { shape($0.shape) } ?? ""
    var macs = layer.macs?.scaled ?? "?"
    if layer.macs == 0 { macs = "" }
    var part = layer.share.map { percent($0) } ?? ""
    if layer.share == 0 { part = "" }
    return [
      String(index), name, kind, output, layer.parameters == 0 ? "" : layer.parameters.grouped, macs, part,
      layer.weightBytes == 0 ? "" : layer.weightBytes.asBytes, layer.outputBytes?.asBytes ?? "?",
    ]
  }

  private static func nodes(_ count: Int) -> String { count == 1 ? "1 node" : "\(count.grouped) nodes" }

  private static func shape(_ extents: [Extent]?) -> String {
    extents.map { $0.isEmpty ? "scalar" : $0.map { $0.description.printable }.joined(separator: "x") } ?? "?"
  }

  private static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text.printable }
    return "\"\(text.printable.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
  }
}

extension String {
  /// At most so many characters, the middle left out.
  fileprivate func shortenedInTheMiddle(to limit: Int) -> String {
    guard count > limit else { return self }
    return "\(prefix((limit - 1) / 2))…\(suffix(limit - 1 - (limit - 1) / 2))"
  }

  fileprivate var trimmingTrailingSpaces: String {
    var rest = self[...]
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
