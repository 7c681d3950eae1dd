import CNNGraphs

extension ModelSummary: CustomStringConvertible {
  /// A page to read, in words that fit any program.
  public var description: String { text(in: PlainWording()) }
}

extension ModelSummary {
  /// A page to read in a program's own words.
  public func text(in wording: some Wording) -> String {
    var last = ""
    let lines = rows(in: wording).map { label, text in
      defer { last = label }
      return "  " + (label == last ? "" : label).rightPadded(14) + text.printable
    }
    return ([(file ?? "model").printable] + lines).joined(separator: "\n")
  }

  /// Lines, each with its label, in a program's own words.
  func rows(in wording: some Wording) -> [(String, String)] {
    var rows: [(String, String)] = []
    if let architecture { rows.append(("architecture", architecture)) }
    let isWeights = keys != nil
    rows.append(("format", ([format] + formatDetails).joined(separator: ", ")))
    if let producer, !isWeights { rows.append(("producer", producer)) }
    if fileBytes > 0 {
      rows.append(
        ("file", bytes(fileBytes) + (externalBytes > 0 ? " and \(bytes(externalBytes)) of external data" : "")))
    }
    if !graph.isEmpty { rows.append(("graph", graph)) }
    rows += inputs.map { ("input", "\($0.name): \($0.description)") }
    rows += outputs.map { ("output", "\($0.name): \($0.description)") }
    let running = buffers > 0 ? " and \(grouped(buffers)) running statistics" : ""
    rows.append(("parameters", grouped(parameters) + running))
    let help = wording.words(for: .giveInputShape(input: nil))
    rows.append(("MACs", macs.map { "\(scaled($0)) at batch \(batch)" } ?? "not known: \(help)"))
    for (type, weights) in weights.sorted(by: { ($0.value.bytes, $1.key) > ($1.value.bytes, $0.key) }) {
      rows.append(("constants", "\(type): \(weights.tensors.counted("tensor")), \(bytes(weights.bytes))"))
    }
    if functions > 0 { rows.append(("functions", "\(functions)")) }
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where !isWeights {
      let shown = value.unicodeScalars.count > 72 ? String(value.unicodeScalars.prefix(72)) + "…" : value
      rows.append(("metadata", "\(key) = \(shown)"))
    }
    rows.append(("operators", nodes.counted("node")))
    for (name, count) in operators.sorted(by: { ($0.value, $1.key) > ($1.value, $0.key) }) {
      rows.append(("", "\(grouped(count).leftPadded(6))  \(name)"))
    }
    for (name, reason) in unsupported.sorted(by: { $0.key < $1.key }) {
      rows.append(("cannot run", "\(name): \(reason)"))
    }
    return rows + findings.map { ("look at", $0.text(in: wording)) }
  }

  private func bytes(_ count: Int) -> String { count.asBytes }
  private func scaled(_ count: Int) -> String { count.scaled }
  private func grouped(_ count: Int) -> String { count.grouped }
}
