import CNNConv

/// What `cnnconv report` wrote.
struct WrittenPage: Encodable {
  let model: String
  let output: String
  let format = "html"
  let bytes: Int
  /// The parts of the page in order.
  let sections: [String]
  /// The pictures on it.
  let pictures: [Picture]

  struct Picture: Encodable {
    let name: String
    let boxes: Int
    let nodes: Int
  }

  /// Makes a page and writes it.
  static func write(
    _ model: Model, _ settings: ReportSettings, to output: String, isQuiet: Bool, json: Bool
  ) throws {
    let report = try model.report(settings, in: OptionWording()) {
      Terminal.progress($0, of: $1, $2, isQuiet: isQuiet || json)
    }
    let bytes = try PageFile.write(report.html, to: output)
    Terminal.resultIsOut()
    let page = WrittenPage(
      model: model.path ?? "", output: output, bytes: bytes, sections: report.sections.map { $0.lowercased() },
      pictures: report.diagrams.map { Picture(name: $0.name, boxes: $0.diagram.boxes, nodes: $0.diagram.nodes) })
    if json { return try Terminal.print(json: page) }
    if !isQuiet { Terminal.note("wrote \(output): \(page.sections.joined(separator: ", "))") }
  }
}
