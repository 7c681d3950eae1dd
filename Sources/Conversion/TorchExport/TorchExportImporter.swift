import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// Makes a graph of a program of `torch.export`.
struct TorchExportImporter {
  private let archive: TorchExportArchive
  private var interpreter = TorchExportInterpreter(AtenGraphBuilder(name: "main"))
  private var examples: [String: Tensor] = [:]
  private var remarks: [Remark] = []

  init(_ archive: TorchExportArchive) { self.archive = archive }

  /// The graph, verified.
  /// - Throws: ``ConversionError`` naming the node that is wrong or not supported.
  func importModel() throws -> ImportedModel {
    var importer = self
    return try importer.run()
  }

  private mutating func run() throws -> ImportedModel {
    try addInputs()
    try interpreter.run(archive.program.graph)
    try addOutputs()
    let graph = try interpreter.builder.finish()
    try checkStates(graph)
    var metadata = ModelMetadata(format: "torch.export", operatorSet: graph.neededOperatorSet)
    metadata.formatDetails = ["schema \(archive.program.schema)"]
    metadata.producer = archive.program.torchVersion.map { "pytorch \($0)" }
    var model = ImportedModel(graph: graph, metadata: metadata, byteCount: archive.byteCount)
    model.findings = archive.remarks.map { Remark($0) } + remarks + interpreter.builder.findings
    model.exampleInputs = examples
    return model
  }

  // MARK: Inputs

  private struct Place: Hashable {
    let source: Storage.Source
    let offset: Int
    let shape: [Int]
    let type: ElementType
  }

  private mutating func addInputs() throws {
    let states = StateDictionary(archive.states)
    let constants = StateDictionary(archive.constants)
    var known: [Place: AtenValue] = [:]
    var userCount = 0
    for input in archive.program.inputs {
      switch input {
      case .state(let name, let key), .constant(let name, let key):
        guard let tensor = states[key] ?? constants[key] else { throw TorchExportFault.missingWeight(key) }
        // Weights that are tied are one value.
        let place = tensor.storage.map {
          Place(source: $0.place.source, offset: $0.place.offset, shape: tensor.shape, type: tensor.elementType)
        }
        if tensor.count > 0, let place, let value = known[place] {
          interpreter.define(name, value)
        } else {
          let value = try interpreter.builder.constant(tensor, name: key, isState: true)
          if let place { known[place] = value }
          interpreter.define(name, value)
        }
      case .user(let argument):
        try addUserInput(argument, example: userCount < archive.examples.count ? archive.examples[userCount] : nil)
        userCount += 1
      case .fixed(let name, let argument): interpreter.define(name, try interpreter.value(of: argument))
      }
    }
  }

  private mutating func addUserInput(_ argument: TorchExportArgument, example: Tensor?) throws {
    switch argument {
    case .tensor(let name):
      let record = archive.program.graph.tensors[name]
      let shape = record?.sizes.map { dimension($0) }
      interpreter.define(name, try interpreter.builder.input(name, record?.elementType, shape: shape))
      if let example { examples[name] = example }
      try addRanges(of: name, record?.sizes ?? [])
    case .symbol(let name):
      guard case .tensor(let tensor) = try interpreter.builder.input(name, .int64, shape: []) else { return }
      interpreter.define(name, .scalar(tensor.value))
    default: break
    }
  }

  private func dimension(_ size: TorchExportGraph.Size) -> Dimension {
    switch size {
    case .fixed(let extent): return .fixed(extent)
    case .symbol(let name):
      if let range = archive.program.ranges[name], let least = range.least, least == range.most { return .fixed(least) }
      return .symbol(name)
    case .expression: return .unknown
    }
  }

  /// Says what a free extent may be if PyTorch bounds it.
  private mutating func addRanges(of input: String, _ sizes: [TorchExportGraph.Size]) throws {
    for case .symbol(let name) in sizes {
      guard let range = archive.program.ranges[name] else { continue }
      let least = range.least.flatMap { $0 > 2 ? "at least \($0)" : nil }
      let most = range.most.flatMap { $0 < 1 << 31 ? "at most \($0)" : nil }
      let bounds = [least, most].compactMap(\.self)
      guard !bounds.isEmpty else { continue }
      remarks.append(
        Remark("extent \(name.quoted) of input \(input.quoted) was exported for \(bounds.joined(separator: " and "))"))
    }
  }

  // MARK: Outputs

  private mutating func addOutputs() throws {
    let results: [TorchExportArgument] = archive.program.outputs.compactMap {
      if case .user(let argument) = $0 { argument } else { nil }
    }
    let names = archive.program.outputNames
    for (index, result) in results.enumerated() {
      let name =
        (names.count == results.count ? names[index] : nil) ?? (results.count == 1 ? "output" : "output_\(index)")
      switch result {
      case .tensor, .symbol:
        switch try interpreter.value(of: result) {
        case .tensor(let tensor):
          try interpreter.builder.output(interpreter.builder.read(tensor), name: name)
        case .scalar(let id): try interpreter.builder.output(id, name: name)
        case let value:
          let id = try interpreter.builder.numberTensor(value)
          try interpreter.builder.output(id, name: name)
        }
      case .none: remarks.append("output \(name.quoted) is None and was left out")
      default: remarks.append("output \(name.quoted) is the same in every run and was left out")
      }
    }
    let isEmpty = interpreter.builder.graph.outputs.isEmpty
    guard !isEmpty else { throw ConversionError(.badInput, "the program gives no tensor") }
  }

  /// A buffer that a run changes must not be read: a graph keeps nothing from one run to the next.
  private mutating func checkStates(_ graph: Graph) throws {
    var changed = interpreter.builder.writtenStates.map { (name: $0.name, value: $0.before) }
    for case .buffer(let result, let key) in archive.program.outputs {
      for case .state(let name, let other) in archive.program.inputs where other == key && name != result {
        if case .tensor(let tensor)? = interpreter.defined(name) { changed.append((key, tensor.value)) }
      }
    }
    for (name, value) in changed {
      guard graph.value(named: interpreter.builder.graph[value].name) == nil else {
        throw ConversionError(
          .unsupported,
          "buffer \(name.quoted) changes in each run and is read by it; a graph keeps nothing between runs")
      }
      remarks.append("buffer \(name.quoted) changes in each run, which no output depends on; the change was left out")
    }
  }
}

extension Graph {
  /// The first operator set that has all the graph's operators in the forms that the ATen table makes: 18, or a later one
  /// that introduced one of them.
  var neededOperatorSet: Int {
    var version = 18
    for node in nodes {
      if node.operator.signature.domain.isEmpty { version = max(version, node.operator.signature.versions.first ?? 1) }
      for body in node.operator.bodies { version = max(version, body.neededOperatorSet) }
    }
    return version
  }
}
