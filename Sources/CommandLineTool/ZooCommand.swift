import ArgumentParser
import CNNConv

struct ZooCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zoo", abstract: "Lists the architectures, or builds one with seeded random weights.")

  @Argument(help: "The architecture to build; all are listed where none is given.") var name: String?
  @Option(name: .short, help: "Where to write the model.", completion: FormatWords.completion) var output: String?
  @Option(name: .long, help: "The seed of the weights.") var seed: UInt64 = 0
  @Option(name: .long, help: "The number of classes; the architecture's own where not given.") var classes: Int?
  @Flag(name: .long, help: "Build the form for deployment, where it differs.") var deploy = false
  @Flag(name: .long, help: "Print JSON.") var json = false
  @OptionGroup var shared: SharedOptions

  func validate() throws {
    if let name, output == nil, Zoo.entries.contains(where: { $0.name == name }) {
      throw ValidationError("-o OUT is missing")
    }
    if name == nil, output != nil { throw ValidationError("a NAME is missing") }
    if let classes, !(1...1_000_000).contains(classes) { throw ValidationError("--classes takes 1 to 1000000") }
  }

  func run() throws {
    guard let name else { return try list() }
    let model = try Model(graph: Zoo.build(name, classes: classes, deployed: deploy, seed: seed))
    guard let output else { return }
    try model.write(to: output)
    if !shared.quiet { Terminal.note("wrote \(output)") }
  }

  private struct Row: Encodable {
    let name: String
    let title: String
    let parameters: Int
    let macs: Int
    let input: [Int]
  }

  private func list() throws {
    let rows = Zoo.entries.map { entry in
      let figures = entry.figures
      return Row(
        name: entry.name, title: entry.title, parameters: figures.parameters, macs: figures.macs,
        input: entry.inputShape)
    }
    if json { return try Terminal.print(json: rows) }
    for row in rows {
      Terminal.print(
        row.name.rightPadded(28, gap: 1) + row.title.rightPadded(36, gap: 1)
          + row.input.map(String.init).joined(separator: "x").rightPadded(14, gap: 1)
          + row.parameters.inMillions.leftPadded(10, gap: 1) + " M parameters"
          + row.macs.inMillions.leftPadded(10, gap: 1) + " M MACs")
    }
  }
}
