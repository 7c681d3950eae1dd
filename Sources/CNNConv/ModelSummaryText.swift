extension ModelSummary: CustomStringConvertible {
  /// A page to read.
  public var description: String {
    var rows: [(String, String)] = []
    if let architecture { rows.append(("architecture", architecture)) }
    let isWeights = keys != nil
    rows.append(
      ("format", isWeights ? format : "\(format), IR version \(irVersion), operator set \(opset)\(otherSets)"))
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
    rows.append(("MACs", macs.map { "\(scaled($0)) at batch 1" } ?? "not known: give --input-shape NAME:1,3,224,224"))
    for (type, weights) in weights.sorted(by: { ($0.value.bytes, $1.key) > ($1.value.bytes, $0.key) }) {
      rows.append(("constants", "\(type): \(grouped(weights.tensors)) tensors, \(bytes(weights.bytes))"))
    }
    if functions > 0 { rows.append(("functions", "\(functions)")) }
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where !isWeights {
      let shown = value.count > 72 ? value.prefix(72) + "…" : value[...]
      rows.append(("metadata", "\(key) = \(shown)"))
    }
    rows.append(("operators", "\(nodes) nodes"))
    for (name, count) in operators.sorted(by: { ($0.value, $1.key) > ($1.value, $0.key) }) {
      rows.append(("", "\(grouped(count).leftPadded(6))  \(name)"))
    }
    for (name, reason) in unsupported.sorted(by: { $0.key < $1.key }) {
      rows.append(("cannot run", "\(name): \(reason)"))
    }
    rows += findings.map { ("look at", $0) }
    var last = ""
    let lines = rows.map { label, text in
      defer { last = label }
      return "  " + (label == last ? "" : label).rightPadded(14) + text.printable
    }
    return ([file ?? "model"] + lines).joined(separator: "\n")
  }

  private var otherSets: String {
    opsets.filter { $0.key != "ai.onnx" }.sorted { $0.key < $1.key }.map { ", \($0.key) \($0.value)" }.joined()
  }

  private func bytes(_ count: Int) -> String { count.asBytes }
  private func scaled(_ count: Int) -> String { count.scaled }
  private func grouped(_ count: Int) -> String { count.grouped }
}

extension Int {
  /// A number of bytes with a unit.
  var asBytes: String {
    for (unit, size) in [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)] where self >= size {
      return "\(decimal(Double(self) / Double(size), 1)) \(unit)"
    }
    return "\(self) bytes"
  }

  /// The number in millions or milliards.
  var scaled: String {
    for (unit, size) in [("G", 1_000_000_000), ("M", 1_000_000)] where self >= size {
      return "\(decimal(Double(self) / Double(size), 2)) \(unit)"
    }
    return grouped
  }

  private func decimal(_ value: Double, _ places: Int) -> String {
    let power = places == 1 ? 10.0 : 100.0
    let hundredths = Int((value * power).rounded())
    let fraction = String(hundredths % Int(power))
    return "\(hundredths / Int(power)).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
  }

  /// The digits in groups of three.
  var grouped: String {
    var digits = String(self)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return ([digits] + groups).joined(separator: ",")
  }
}

extension String {
  func leftPadded(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
  func rightPadded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
