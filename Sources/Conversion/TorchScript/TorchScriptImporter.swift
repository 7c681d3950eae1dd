import CNNFormats
import CNNGraphs
import CNNTensors

/// Makes a graph of a TorchScript archive: finds the inputs of `forward` and their shapes, and reads the program.
final class TorchScriptImporter {
  static let container = "TorchScript archive (torch.jit.save)"

  /// An argument of `forward`, and what it is given.
  private struct Parameter {
    enum Kind {
      /// A tensor of the graph's inputs, by its number.
      case tensor(Int)
      /// As many tensors, the first by its number.
      case tuple(Int, count: Int)
      /// A number of the graph's inputs, by its place.
      case number(Int)
      /// The default of the declaration.
      case defaultValue
    }

    let name: String
    let kind: Kind
  }

  /// An input of the graph.
  private struct Input {
    let name: String
    var type: TensorType
    let isNumber: Bool
    /// True if the user has given the shape.
    var isGiven = false

    var isOpen: Bool { type.shape == nil || type.elementType == nil }
  }

  private let archive: TorchScriptArchive
  private let shapes: [(input: String?, extents: [Dimension])]
  private var remarks: [Remark] = []

  init(_ archive: TorchScriptArchive, shapes: [(input: String?, extents: [Dimension])]) {
    (self.archive, self.shapes) = (archive, shapes)
  }

  /// The network, and what the archive says around it.
  func model() throws -> ImportedModel {
    guard let type = try archive.type(named: archive.module.type) else {
      throw TorchScriptFault.undefined(archive.module.type)
    }
    guard let forward = type.methods["forward"] else {
      let names = type.methods.keys.sorted().quoted(atMost: 4)
      throw ConversionError(
        .unsupported, "the module has no method 'forward'" + (names.isEmpty ? "" : "; it has \(names)"))
    }
    var (parameters, inputs) = try signature(of: forward)
    let traced = try trace(for: &inputs)
    try takeGivenShapes(&inputs)
    try findShapes(of: &inputs, parameters, forward)
    let built = try build(inputs, traced, parameters, forward)
    var metadata = ModelMetadata(format: Self.container, operatorSet: 20)
    metadata.producer = "pytorch"
    if let version = try archive.version() { metadata.formatDetails = ["archive version \(version.inSentence)"] }
    var model = ImportedModel(graph: built.graph, metadata: metadata, byteCount: archive.byteCount)
    model.findings = remarks + built.findings
    return model
  }

  // MARK: Inputs

  private func signature(of forward: ScriptFunction) throws -> ([Parameter], [Input]) {
    var parameters: [Parameter] = []
    var inputs: [Input] = []
    for parameter in forward.parameters.dropFirst() {
      let kind: Parameter.Kind
      if parameter.value != nil {
        kind = .defaultValue
      } else {
        switch try Self.tensorCount(parameter) {
        case 0:
          kind = .number(inputs.count)
          let isReal = parameter.type?.dottedName == "float"
          let isFlag = parameter.type?.dottedName == "bool"
          let element: ElementType = isReal ? .float32 : isFlag ? .bool : .int64
          inputs.append(Input(name: parameter.name, type: TensorType(element, []), isNumber: true))
        case nil:
          kind = .tensor(inputs.count)
          inputs.append(Input(name: parameter.name, type: TensorType(nil), isNumber: false))
        case let count?:
          kind = .tuple(inputs.count, count: count)
          for index in 0..<count {
            inputs.append(Input(name: "\(parameter.name)_\(index)", type: TensorType(nil), isNumber: false))
          }
        }
      }
      parameters.append(Parameter(name: parameter.name, kind: kind))
    }
    return (parameters, inputs)
  }

  /// The number of tensors that a parameter's tuple has, 0 for a number; `nil` for one tensor.
  private static func tensorCount(_ parameter: ScriptFunction.Parameter) throws -> Int? {
    guard let type = parameter.type else { return nil }
    if let name = type.dottedName, ["int", "float", "bool"].contains(name) { return 0 }
    if type.dottedName == "Tensor" { return nil }
    if case .subscription(let base, let parts) = type.kind {
      if base.dottedName == "Optional", parts.count == 1, parts[0].dottedName == "Tensor" { return nil }
      if base.dottedName == "Tuple", parts.allSatisfy({ $0.dottedName == "Tensor" }), !parts.isEmpty {
        return parts.count
      }
    }
    throw ConversionError(
      .unsupported, "input \(parameter.name.quoted) is neither a tensor, a number nor a tuple of tensors")
  }

  /// Takes types and shapes of the tensors with which the network was traced.
  /// - Returns: true if the archive has them for all inputs.
  private func trace(for inputs: inout [Input]) throws -> Bool {
    guard let traced = try archive.tracedInputs(), traced.count == inputs.count, !traced.isEmpty else { return false }
    var isWhole = true
    for (index, tensor) in traced.enumerated() {
      guard let tensor, !inputs[index].isNumber else {
        isWhole = isWhole && inputs[index].isNumber
        continue
      }
      inputs[index].type = TensorType(tensor.elementType, tensor.shape.map(Dimension.fixed))
    }
    return isWhole
  }

  private func takeGivenShapes(_ inputs: inout [Input]) throws {
    for (name, extents) in shapes {
      let place = name == nil && inputs.count == 1 ? 0 : inputs.firstIndex { $0.name == name }
      // What is for no input is refused once the model is there.
      guard let place, !inputs[place].isNumber else { continue }
      inputs[place].type.shape = extents
      inputs[place].isGiven = true
    }
  }

  /// Finds what is not known of the inputs by reading the program up to the layer that tells.
  private func findShapes(of inputs: inout [Input], _ parameters: [Parameter], _ forward: ScriptFunction) throws {
    for _ in inputs.indices where inputs.contains(where: \.isOpen) {
      let isOpen = inputs.map(\.isOpen)
      do {
        _ = try run(inputs, parameters, forward, isProbe: true)
        break
      } catch let found as OpenInput {
        guard isOpen[found.index] else { break }
        fill(&inputs[found.index], found.type)
      } catch {
        // The network does not tell in this way.
        try WorkBudget.current.check()
        break
      }
    }
    if let place = inputs.firstIndex(where: \.isOpen),
      let type = ScriptInputs.firstLayer(of: archive.module) ?? ScriptInputs.firstLayer(among: archive.constants)
    {
      if inputs.filter(\.isOpen).count == 1 || inputs[place].type.shape == nil { fill(&inputs[place], type) }
    }
    for index in inputs.indices where inputs[index].type.elementType == nil {
      inputs[index].type.elementType = .float32
    }
  }

  private func fill(_ input: inout Input, _ type: TensorType) {
    if input.type.elementType == nil { input.type.elementType = type.elementType }
    guard input.type.shape == nil, let shape = type.shape else { return }
    input.type.shape = shape
    remarks.append(
      Remark(
        "the archive does not say the shape of input \(input.name.quoted); the first layer asks for \(type)",
        remedy: .giveInputShape(input: nil)))
  }

  // MARK: Graph

  private typealias Built = (graph: Graph, findings: [Remark])

  /// Builds the graph. The batch of a traced network is free if the program allows it.
  private func build(
    _ inputs: [Input], _ isTraced: Bool, _ parameters: [Parameter], _ forward: ScriptFunction
  ) throws -> Built {
    let batches = Set(inputs.filter { !$0.isNumber && !$0.isGiven }.compactMap { $0.type.shape?.first?.value })
    if isTraced, batches.count == 1, inputs.allSatisfy({ $0.isNumber || ($0.type.shape?.count ?? 0) > 1 }) {
      var free = inputs
      for index in free.indices where !free[index].isGiven && !free[index].isNumber {
        free[index].type.shape?[0] = .symbol("N")
      }
      if let built = try WorkBudget.attempt({ try run(free, parameters, forward, isProbe: false) }) { return built }
    }
    return try run(inputs, parameters, forward, isProbe: false)
  }

  private func run(
    _ inputs: [Input], _ parameters: [Parameter], _ forward: ScriptFunction, isProbe: Bool
  ) throws -> Built {
    let interpreter = ScriptInterpreter(archive, AtenGraphBuilder(name: archive.module.type.lastWord))
    let module = try interpreter.object(archive.module)
    var tensors: [AtenTensor] = []
    for (index, input) in inputs.enumerated() {
      guard
        case .tensor(let tensor) = try interpreter.builder.input(
          input.name, input.type.elementType, shape: input.type.shape)
      else { throw ConversionError(.internalFault, "an input is no tensor") }
      tensors.append(tensor)
      if isProbe, input.isOpen { interpreter.openInputs[ObjectIdentifier(tensor)] = index }
    }
    let frame = ScriptFrame(forward, path: module.path)
    frame.variables[forward.parameters.first?.name ?? "self"] = .object(module)
    for parameter in parameters {
      switch parameter.kind {
      case .tensor(let place): frame.variables[parameter.name] = .plain(.tensor(tensors[place]))
      case .tuple(let place, let count):
        frame.variables[parameter.name] = .tuple(
          tensors[place..<place + count].map { .plain(.tensor($0)) }, fields: [])
      case .number(let place): frame.variables[parameter.name] = .plain(.scalar(tensors[place].value))
      case .defaultValue: break
      }
    }
    for parameter in forward.parameters where frame.variables[parameter.name] == nil {
      guard let value = parameter.value else { continue }
      frame.variables[parameter.name] = try interpreter.evaluateDefault(value, in: frame)
    }
    let result = try interpreter.run(frame)
    if let written = interpreter.builder.writtenStates.first {
      throw ConversionError(
        .unsupported,
        "the network writes to its own \(written.name.quoted), which outlives a run; put it into "
          + "evaluation mode before it is saved")
    }
    var outputs = ScriptOutputs()
    try outputs.add(result, name: "")
    for (name, value) in outputs.values {
      let id =
        if case .tensor(let tensor) = value { try interpreter.builder.read(tensor) } else {
          try interpreter.builder.numberTensor(value)
        }
      try interpreter.builder.output(id, name: name)
    }
    return (try interpreter.builder.finish(), interpreter.findings + interpreter.builder.findings)
  }
}

/// The results of a network as the outputs of a graph.
struct ScriptOutputs {
  private(set) var values: [(name: String, value: AtenValue)] = []

  /// Adds a result, of a tuple or dictionary all parts. What is `None` is no output.
  mutating func add(_ value: ScriptValue, name: String, depth: Int = 0) throws {
    try ScriptValue.check(depth)
    guard values.count < 1 << 12 else { throw ConversionError(.limit, "the network gives back more than 4096 values") }
    func part(_ word: String) -> String { name.isEmpty ? word : "\(name)_\(word)" }
    switch value {
    case .plain(.none): break
    case .plain(let plain) where plain.isTensor || plain.isNumber:
      values.append((name.isEmpty ? "output" : name, plain))
    case .tuple(let items, let fields):
      for (index, item) in items.enumerated() {
        try add(
          item, name: index < fields.count ? part(fields[index]) : name.isEmpty ? "output_\(index)" : part("\(index)"),
          depth: depth + 1)
      }
    case .list(let list):
      for (index, item) in list.items.enumerated() {
        try add(item, name: name.isEmpty ? "output_\(index)" : part("\(index)"), depth: depth + 1)
      }
    case .dictionary(let dictionary):
      for pair in dictionary.pairs { try add(pair.value, name: part(pair.key.words), depth: depth + 1) }
    default: throw ConversionError(.unsupported, "the network gives back \(value.kind)")
    }
  }
}

extension String {
  /// What stands behind the last dot.
  fileprivate var lastWord: String { split(separator: ".").last.map(String.init) ?? self }
}
