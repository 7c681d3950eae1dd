import ArgumentParser
import CNNConv

struct RunCommand: LimitedCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs a model on tensors or pictures, and prints or writes what comes out.",
    usage: "cnnconv run <MODEL> [--input <NAME=FILE>] [-o <DIR>] [<options>]",
    discussion: """
      Without -o, each output is printed: its range, mean and first elements, and the best classes of a classifier. \
      Inputs that are not given are drawn with --seed. With --image, pictures are decoded and prepared as the \
      network expects; a classifier prints the best classes, a detector boxes, a segmenter the part that each class \
      covers. What was assumed is told, and every part of it can be set.

      Examples:
        cnnconv run model.onnx --input image.npy
        cnnconv run model.onnx --seed 1 --keep conv1 -o results
        cnnconv run model.onnx --input ids=ids.npy --input mask=mask.npy --json
        cnnconv run model.onnx --image cat.jpg --top 3
        cnnconv run yolo.onnx --image street.jpg --draw found.png
        cat image.npy | cnnconv run model.onnx --input - -o - > scores.npy
      """)

  @Argument(help: ArgumentHelp("The model; - is stdin.", valueName: "MODEL"), completion: .file()) var model: String
  @Option(
    name: .long,
    help: ArgumentHelp(
      "An input from a .npy, .npz or TensorProto .pb file, from stdin (-), or a literal (16000, [1,2]); NAME= may be left out if there is one.",
      valueName: "NAME=FILE"), completion: .file())
  var input: [String] = []
  @Option(
    name: .short,
    help: ArgumentHelp(
      "Write each output to a .npy file in this folder, which is made if it is missing; - writes the only one to stdout.",
      valueName: "DIR"), completion: .directory)
  var output: String?
  @Option(name: .long, help: ArgumentHelp("Draw the inputs that are not given from this seed.", valueName: "S"))
  var seed: UInt64?
  @Option(name: .long, help: ArgumentHelp("Give this value inside the model, too.", valueName: "VALUE"))
  var keep: [String] = []
  @Option(
    name: .long,
    help: ArgumentHelp("Also write inputs and outputs as a fixture folder for verify.", valueName: "DIR"),
    completion: .directory)
  var fixture: String?
  @Option(name: .long, help: WayOfComputing.help) var compute: WayOfComputing?
  @Flag(name: .long, help: "Print JSON.") var json = false
  @OptionGroup var images: ImageOptions
  @OptionGroup var options: ModelOptions
  @OptionGroup var engine: EngineRunOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var shared: SharedOptions

  func validate() throws {
    guard output != StandardInput.name || !json else {
      throw ValidationError("--json and -o - both write to stdout; name a folder, or leave one out")
    }
    guard output != "" else { throw ValidationError("-o is empty; name a folder, or - for stdout") }
  }

  func run() throws {
    if images.isGiven { return try runImages() }
    var model = try options.read(self.model)
    var inputs = try InputFiles(model).read(input)
    model = try options.redrawn(model, for: inputs)
    Terminal.noteAssumptions(of: model, isQuiet: shared.quiet)
    let given = inputs.values.reduce(model.byteCount) { $0 + $1.byteCount }
    if let seed { inputs = try SeededInputs(seed: seed).values(for: model, given: inputs) }
    let needed = model.graph.requiredInputs.filter { id in
      if case .optional = model.graph[id].type { false } else { true }
    }
    let known = Set(model.graph.inputs.map { model.graph[$0].name })
    // A name that is none is told first.
    if known.isSuperset(of: inputs.keys),
      let missing = needed.map({ model.graph[$0].name }).first(where: { inputs[$0] == nil })
    {
      throw ConversionError(
        .usage, "no value was given for input \(missing.quoted); give it with --input, or draw it with --seed 1",
        at: .init(file: self.model))
    }
    var way = try engine.value
    if fixture != nil, compute == nil, !engine.reference {
      // What verify compares with must not come from the rewriting that it is to judge.
      way.way = .unfused
    } else if let compute {
      way.way = compute
    }
    // What is drawn is as large as the model says: it does not raise the limit.
    way.workLimit = Limits.work(forBytes: given)
    Phase.begin("running")
    let outputs = try Session(model, options: way).run(inputs, keeping: keep)
    if output == StandardInput.name { return try writeOnly(outputs) }
    var report = RunReport(self.model, of: model, computed: way.way, fixture: fixture)
    let folder = try output.map { try OutputFolder($0) }
    var names = FileNames()
    for (name, value) in zip(outputs.names, outputs.values) {
      guard let folder else {
        try report.add(value, name, file: nil)
        continue
      }
      try report.add(value, name) { tensor, name in
        try folder.write("\(names.next(for: name)).npy") { try TensorFile.write(tensor, to: $0) }
      }
    }
    let fixtureFolder = try fixture.map { try OutputFolder($0) }
    if let fixtureFolder { try writeFixture(fixtureFolder, model, inputs, outputs) }
    try folder?.publish()
    try fixtureFolder?.publish()
    if folder != nil || fixtureFolder != nil { Terminal.resultIsOut() }
    if json { try Terminal.print(json: report) } else { Terminal.print(page: report.text) }
    if let fixture, !shared.quiet { Terminal.note("the outputs in \(fixture) were computed \(way.way.words)") }
  }

  /// Writes the one output to stdout.
  private func writeOnly(_ outputs: Session.Outputs) throws {
    // What was asked for by name is what is wanted.
    let wanted =
      keep.isEmpty ? Array(outputs.names.indices) : outputs.names.indices.filter { keep.contains(outputs.names[$0]) }
    guard wanted.count == 1, let tensor = outputs.values[wanted[0]].tensor else {
      throw ConversionError(
        .usage,
        "-o - writes one tensor, and there are \(outputs.names.quoted()); name a folder, or one of them with --keep")
    }
    try TensorStream.write(tensor)
  }

  private func runImages() throws {
    guard seed == nil, keep.isEmpty, fixture == nil, output != StandardInput.name else {
      throw ConversionError(.usage, "--seed, --keep, --fixture and -o - do not go with --image")
    }
    var way = try engine.value
    if let compute { way.way = compute }
    let run = ImageRun(
      path: model, options: images, modelOptions: options, way: way, input: input, output: output, json: json,
      isQuiet: shared.quiet)
    try run.run()
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
