import CNNConversion
import CNNGraphs
import CNNOperators
import CNNSystem
import CNNTensors

/// A network: its graph, and what its file says around it. Weights stay in the mapped file until they are used.
///
/// ```swift
/// let model = try Model(contentsOf: "resnet50.onnx")
/// print(model.summary())
/// let scores = try Session(model).run(["input": image])["output"]
/// try model.write(to: "copy.onnx")
/// ```
public struct Model: Sendable {
  /// The computation.
  public private(set) var graph: Graph
  /// What is known around the graph: the file's format, the operator sets, the producer.
  public private(set) var metadata: ModelMetadata
  /// What only the format that the model was read from understands.
  public private(set) var notes: AttachedNotes
  /// The file the model was read from.
  public let path: String?
  /// Bytes of the model's own file; 0 if it was built in memory.
  public let fileByteCount: Int
  /// What is odd about the model, one line each.
  public private(set) var findings: [Remark] = []
  /// What a file said that holds weights alone, and what was made of it; `nil` for a model that brought its graph along.
  public let weights: ImportedWeights?
  /// Inputs that the file brings along as an example, by name.
  public let exampleInputs: [String: Tensor]
  /// What the model was read from and how, for those who keep what they make of it; `nil` for a graph made in memory.
  let origin: Origin?
  /// The file of a model that was given as bytes. Nothing is done with it but letting go of it.
  private nonisolated(unsafe) let passing: PassingFolder?
  /// What nodes and values take.
  private let structure: MemoryCharge

  /// A file as it was before a model was read from it, and the settings with which it was read.
  struct Origin: Sendable {
    let file: FileState
    let settings: String
  }

  /// Reads a model, checks its graph and finds all types and shapes.
  ///
  /// A file that holds weights alone has no graph: the architecture is recognised from their keys and shapes.
  /// - Parameters:
  ///   - path: a file or folder of any of the formats, recognised by its content: an ONNX file, a PyTorch checkpoint (a
  ///     file, or an archive unpacked into a folder), a safetensors file.
  ///   - architecture: the zoo's name of the architecture to take for weights; recognised if it is `nil`.
  ///   - stateDictionary: which of a checkpoint's state dicts to take, such as `model_ema`.
  ///   - inputShapes: shapes to take for inputs in place of what the file says.
  ///   - isStrict: whether to refuse weights of which something would have to be assumed.
  ///   - operators: the operators that are known; others are kept as they are, and cannot run.
  ///   - formats: the formats that the file may have.
  /// - Throws: ``ConversionError`` saying what is wrong and where.
  public init(
    contentsOf path: String, architecture: String? = nil, stateDictionary: String? = nil,
    inputShapes: [InputShape] = [], isStrict: Bool = false, operators: OperatorRegistry = .standard,
    formats: ModelFormats = .standard
  ) throws {
    try self.init(
      reading: path, of: nil, architecture, stateDictionary, inputShapes, isStrict: isStrict, operators, formats)
  }

  /// Reads a model from a file.
  /// - Parameter passing: what holds the file as long as the model lives, if it is one that has no place of its own.
  init(
    reading path: String, of passing: PassingFolder?, _ architecture: String?, _ stateDictionary: String?,
    _ inputShapes: [InputShape], isStrict: Bool, _ operators: OperatorRegistry, _ formats: ModelFormats
  ) throws {
    do {
      self.passing = passing
      self.path = passing == nil ? path : nil
      let shapes = inputShapes.map(\.description)
      origin =
        passing == nil
        ? FileState(path).map {
          Origin(
            file: $0, settings: "\(architecture ?? "")|\(stateDictionary ?? "")|\(shapes)|\(operators.additions)")
        } : nil
      var options = FormatOptions()
      options.operators = operators
      options.isStrict = isStrict
      options.imageSize = inputShapes.first?.imageSize
      options[ArchitectureOption.self] = architecture.map { ArchitectureOption($0) }
      options[StateDictionaryOption.self] = stateDictionary.map { StateDictionaryOption($0) }
      if !inputShapes.isEmpty {
        options[InputShapeOption.self] = InputShapeOption(inputShapes.map { ($0.input, $0.extents) })
      }
      let limits = Limits.standard(forBytes: Path.byteCount(of: path) ?? 0)
      let imported = try limits.run { try formats.read(path, options: options) }
      (graph, metadata, notes, weights) = (imported.graph, imported.metadata, imported.notes, imported.weights)
      exampleInputs = imported.exampleInputs
      (fileByteCount, findings) = (imported.byteCount, imported.findings)
      structure = try limits.run { try MemoryCharge(imported.graph.structureByteCount) }
      try limits.run { try inferTypes(inputShapes) }
      try LostFiles.check()
    } catch {
      var error = ConversionError(outside: error, at: .init(file: path))
      if passing != nil, error.location.file?.hasPrefix(path) ?? false { error.location.file = nil }
      throw error
    }
  }

  /// The operators that can run, by domain and name.
  public static var operators: [OperatorSignature] { OperatorRegistry.standard.signatures }

  /// A model of a graph built in memory.
  public init(graph: Graph, metadata: ModelMetadata = ModelMetadata(), notes: AttachedNotes = AttachedNotes()) throws {
    (self.graph, self.metadata, self.notes) = (graph, metadata, notes)
    (path, fileByteCount, weights, origin, passing) = (nil, 0, nil, nil, nil)
    exampleInputs = [:]
    do { structure = try MemoryCharge(graph.structureByteCount) } catch { throw ConversionError(error) }
    try self.graph.verify()
    try Limits.standard(forBytes: byteCount).run { try inferTypes([]) }
  }

  /// The shape to draw the network with for an input of another size than the published one, which weights alone do not
  /// fix; `nil` if it has the right size, or if the file brought a graph along, which decides.
  public func inputShape(redrawnFor inputs: [String: Tensor]) -> InputShape? {
    guard weights != nil, graph.requiredInputs.count == 1 else { return nil }
    let input = graph[graph.requiredInputs[0]]
    guard let given = inputs[input.name]?.shape, let own = input.type.tensor?.shape, given.count == own.count,
      given.count > 2
    else { return nil }
    let isOther = zip(given, own).dropFirst(2).contains { extent, dimension in
      dimension.value.map { $0 != extent } ?? false
    }
    guard isOther else { return nil }
    return InputShape(input.name, [.symbol("N")] + given.dropFirst().map(Dimension.fixed))
  }

  /// A model with another graph that computes the same.
  init(_ model: Model, rewrittenAs graph: Graph) {
    (self.graph, metadata, notes) = (graph, model.metadata, model.notes)
    (path, fileByteCount) = (model.path, model.fileByteCount)
    exampleInputs = model.exampleInputs
    // The tensors of a state dict are no longer the graph's.
    weights = nil
    origin = nil
    passing = model.passing
    structure = model.structure
  }

  /// Sets, or with `nil` removes, a property of the metadata.
  mutating func setProperty(_ key: String, _ value: String?) { metadata.setProperty(key, value) }

  private mutating func inferTypes(_ inputShapes: [InputShape]) throws {
    for shape in inputShapes {
      guard let id = try input(of: shape) else {
        throw ConversionError(
          .usage, "there is no input \((shape.input ?? "").quoted); the inputs are \(inputNames)")
      }
      let name = graph[id].name
      guard case .tensor(let type)? = graph[id].declaredType ?? .tensor(nil) else {
        throw ConversionError(.usage, "input \(name.quoted) is no tensor")
      }
      if let rank = type.shape?.count, rank != shape.extents.count {
        throw ConversionError(.usage, "input \(name.quoted) has \(rank) dimensions, \(shape.extents.count) were given")
      }
      graph[id].declaredType = .tensor(type.elementType, shape.extents)
    }
    var inference = TypeInference()
    try inference.infer(&graph)
    findings += inference.contradictions.map { Remark($0) }
    findings += OnnxTypeRemarks.remarks(graph, operatorSets: metadata.operatorSets)
  }

  /// The input that a shape is for; `nil` if there is none of its name.
  private func input(of shape: InputShape) throws -> ValueID? {
    guard let name = shape.input else {
      guard graph.requiredInputs.count == 1 else {
        throw ConversionError(.usage, "say which input \(shape) is for; the inputs are \(inputNames)")
      }
      return graph.requiredInputs[0]
    }
    return graph.value(named: name).flatMap { graph.inputs.contains($0) ? $0 : nil }
  }

  /// Bytes that limits are in proportion to: those of the model's files, each once however many tensors lie in it, and
  /// of weights in memory.
  public var byteCount: Int {
    var (total, files) = (fileByteCount, [String: (used: Int, size: Int)]())
    for value in graph.values {
      guard let storage = value.constant?.storage else { continue }
      guard let file = storage.fileRange?.file else {
        total = total.saturatingAdded(to: storage.byteCount)
        continue
      }
      if file.path == path { continue }
      let known = files[file.path] ?? (0, file.byteCount)
      files[file.path] = (known.used.saturatingAdded(to: storage.byteCount), known.size)
    }
    return files.values.reduce(total) { $0.saturatingAdded(to: min($1.used, $1.size)) }
  }

  /// The memory that a run may take if nothing else is said: a gibibyte, and 32 times what the model takes.
  public var defaultMemoryLimit: Int { Limits.memory(forBytes: byteCount) }

  private var inputNames: String { graph.requiredInputs.map { graph[$0].name }.quoted() }

  /// The graph with the first axes of its inputs bound to `batch`.
  /// - Throws: ``ConversionError`` if the shapes do not fit the operators.
  func bound(batch: Int) throws -> Graph {
    var copy = graph
    copy.bindInputs(by: DimensionBinding(inputsOf: graph, batch: batch))
    var inference = TypeInference()
    try inference.infer(&copy)
    return copy
  }
}

extension Graph {
  /// About what nodes and values take in memory, tensors aside.
  fileprivate var structureByteCount: Int { nodes.count * 512 + values.count * 384 }
}
