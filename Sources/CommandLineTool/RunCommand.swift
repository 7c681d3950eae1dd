import ArgumentParser
import CNNConv

struct RunCommand: LimitedCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs a model and writes its outputs as .npy files.")

  @Argument(help: "The model.") var model: String
  @Option(
    name: .long,
    help: ArgumentHelp(
      "An input from a .npy, .npz or TensorProto .pb file; NAME= may be left out where there is one input.",
      valueName: "NAME=FILE"))
  var input: [String] = []
  @Option(name: .short, help: "The folder to write to; made where it is missing.") var output = "."
  @Option(name: .long, help: "Draw the inputs that are not given from this seed.") var seed: UInt64?
  @Option(name: .long, help: ArgumentHelp("Also write this value inside the model.", valueName: "VALUE"))
  var keep: [String] = []
  @Option(name: .long, help: "Also write inputs and outputs as a fixture folder for verify.") var fixture: String?
  @Option(name: .long, help: WayOfComputing.help) var compute: WayOfComputing?
  @OptionGroup var options: ModelOptions
  @OptionGroup var engine: EngineRunOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var shared: SharedOptions

  func run() throws {
    let path = model
    var model = try options.read(path)
    var inputs = try InputFiles(model).read(input)
    model = try options.redrawn(model, at: path, for: inputs)
    Terminal.noteAssumptions(of: model, isQuiet: shared.quiet)
    let given = inputs.values.reduce(model.byteCount) { $0 + $1.byteCount }
    if let seed { inputs = try SeededInputs(seed: seed).values(for: model, given: inputs) }
    var way = try engine.value
    if fixture != nil, compute == nil, !engine.reference {
      // What verify compares with must not come from the rewriting that it is to judge.
      way.way = .unfused
    } else if let compute {
      way.way = compute
    }
    // What is drawn is as large as the model says: it does not raise the limit.
    way.workLimit = Limits.work(forBytes: given)
    let session = Session(model, options: way)
    let outputs = try session.run(inputs, keeping: keep)
    let folder = try OutputFolder(output)
    var names = FileNames()
    var lines: [String] = []
    for (name, value) in zip(outputs.names, outputs.values) { try write(value, name, &names, folder, &lines) }
    let fixtureFolder = try fixture.map { try OutputFolder($0) }
    if let fixtureFolder { try writeFixture(fixtureFolder, model, inputs, outputs) }
    try folder.publish()
    try fixtureFolder?.publish()
    Terminal.resultIsOut()
    lines.forEach { Terminal.print($0) }
    if let fixture, !shared.quiet { Terminal.note("the outputs in \(fixture) were computed \(way.way.words)") }
  }

  private func write(
    _ value: RuntimeValue, _ name: String, _ names: inout FileNames, _ folder: OutputFolder, _ lines: inout [String]
  ) throws {
    switch value {
    case .tensor(let tensor):
      let path = try folder.write("\(names.next(for: name)).npy") { try TensorFile.write(tensor, to: $0) }
      lines.append("\(name.printable)  \(TensorType(of: tensor))  \(TensorDigest(tensor))  \(path)")
    case .sequence(let elements, _):
      for (index, element) in elements.enumerated() {
        try write(element, "\(name)_\(index)", &names, folder, &lines)
      }
    case .none: lines.append("\(name.printable)  no value")
    }
  }

  private func writeFixture(
    _ folder: OutputFolder, _ model: Model, _ inputs: [String: Tensor], _ outputs: Session.Outputs
  ) throws {
    func write(_ tensor: Tensor?, _ name: String, _ file: String) throws {
      guard let tensor else { return }
      try folder.write("\(file).pb") { try TensorFile.writeOnnx(tensor, name: name, to: $0) }
    }
    for (index, id) in model.graph.requiredInputs.enumerated() {
      let name = model.graph[id].name
      try write(inputs[name], name, "input_\(index)")
    }
    for (index, name) in outputs.names.prefix(model.graph.outputs.count).enumerated() {
      try write(outputs[name], name, "output_\(index)")
    }
  }
}
