import CNNConv

extension ImageReport {
  /// Lines for people: a picture, and below it a class, a box or an area a line.
  var table: [String] {
    images.flatMap { image -> [String] in
      var lines = [image.file.printable]
      lines += image.top.map { Self.line($0.probability, $0.index, $0.label) }
      if let boxes = image.boxes {
        let width = boxes.map { $0.label?.printable.count ?? 0 }.max() ?? 0
        lines += boxes.map { box in
          let label = (box.label?.printable ?? "").padded(to: width)
          let corners = box.box.map { "\(Int($0.rounded()))" }
          return Self.line(box.score, box.index, "\(label)  \(corners[0]),\(corners[1]) to \(corners[2]),\(corners[3])")
        }
        if boxes.isEmpty { lines.append("  nothing found") }
      }
      lines += (image.areas ?? []).map { Self.line($0.share, $0.index, $0.label) }
      return lines
    }
  }

  private static func line(_ share: Double, _ index: Int, _ label: String?) -> String {
    let share = (share * 100).rounded(to: 2).padded(to: 9, atStart: true)
    var line = "\(share) %\("\(index)".padded(to: 6, atStart: true))  \(label?.printable ?? "")"
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }

  /// Lines for spreadsheets.
  var csv: [String] {
    if images.contains(where: { $0.boxes != nil }) { return boxes }
    if images.contains(where: { $0.areas != nil }) { return areas }
    return ["file,rank,class,label,probability"]
      + images.flatMap { image in
        image.top.enumerated().map { rank, entry in
          "\(Self.field(image.file)),\(rank + 1),\(entry.index),\(Self.field(entry.label ?? "")),\(Float(entry.probability))"
        }
      }
  }

  private var boxes: [String] {
    ["file,rank,class,label,score,left,top,right,bottom"]
      + images.flatMap { image in
        (image.boxes ?? []).enumerated().map { rank, entry in
          let corners = entry.box.map { "\(Float($0))" }.joined(separator: ",")
          return
            "\(Self.field(image.file)),\(rank + 1),\(entry.index),\(Self.field(entry.label ?? "")),\(Float(entry.score)),\(corners)"
        }
      }
  }

  private var areas: [String] {
    ["file,rank,class,label,share"]
      + images.flatMap { image in
        (image.areas ?? []).enumerated().map { rank, entry in
          "\(Self.field(image.file)),\(rank + 1),\(entry.index),\(Self.field(entry.label ?? "")),\(Float(entry.share))"
        }
      }
  }

  private static func field(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"\(text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
  }
}

extension Double {
  /// With so many digits behind the point, 1 or 2.
  func rounded(to digits: Int) -> String {
    guard isFinite, magnitude < 1e12 else { return "\(self)" }
    let factor = digits == 1 ? 10 : 100
    let whole = Int((magnitude * Double(factor)).rounded())
    let rest = "\(whole % factor)"
    let sign = self < 0 && whole > 0 ? "-" : ""
    return "\(sign)\(whole / factor).\(String(repeating: "0", count: digits - rest.count))\(rest)"
  }
}

extension String {
  /// With spaces behind, or in front, up to a width.
  fileprivate func padded(to width: Int, atStart: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, width - count))
    return atStart ? spaces + self : self + spaces
  }
}
