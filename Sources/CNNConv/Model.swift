import CNNConversion
import CNNFormats
import CNNGraphs
import CNNOperators
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
  /// What an ONNX file says around the graph.
  public private(set) var envelope: OnnxEnvelope
  /// The file the model was read from.
  public let path: String?
  /// Bytes of the model's own file; 0 where it was built in memory.
  public let fileByteCount: Int
  /// What is odd about the model, one line each.
  public private(set) var findings: [String] = []
  /// What a file said that holds weights alone, and what was made of it; `nil` for a model that brought its graph along.
  public let weights: ImportedWeights?
  /// What the model was read from and how, for those who keep what they make of it; `nil` for a graph made in memory.
  let origin: String?

  /// Reads a model, checks its graph and finds all types and shapes.
  ///
  /// A file that holds weights alone has no graph: the architecture is recognised from their keys and shapes.
  /// - Parameters:
  ///   - path: an ONNX file, a PyTorch checkpoint (a file, or an archive unpacked into a folder), or a safetensors file,
  ///     recognised by its content.
  ///   - architecture: the zoo's name of the architecture to take for weights; recognised where it is `nil`.
  ///   - stateDictionary: which of a checkpoint's state dicts to take, such as `model_ema`.
  ///   - inputShapes: shapes to take for inputs in place of what the file says.
  /// - Throws: ``ConversionError`` saying what is wrong and where.
  public init(
    contentsOf path: String, architecture: String? = nil, stateDictionary: String? = nil,
    inputShapes: [String: [Int]] = [:]
  ) throws {
    do {
      self.path = path
      let shapes = inputShapes.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
      origin = PlanCache.state(of: path).map { "\($0)|\(architecture ?? "")|\(stateDictionary ?? "")|\(shapes)" }
      if CheckpointReader.looksLikeCheckpoint(path: path) {
        let checkpoint = try CheckpointReader.read(path: path)
        let importer = CheckpointImporter(architecture: architecture, stateDictionary: stateDictionary)
        let weights: ImportedWeights
        (graph, envelope, weights) = try importer.importCheckpoint(checkpoint)
        self.weights = weights
        fileByteCount = weights.entries.reduce(0) { $0.addingReportingOverflow($1.tensor.byteCount).partialValue }
        findings = weights.remarks
      } else {
        let file = try MappedFile(path: path)
        try ModelFormat.requireOnnx(file)
        if let option = architecture.map({ "--arch \($0)" }) ?? stateDictionary.map({ "--state-dict \($0)" }) {
          throw ConversionError(
            .usage, "\(option) is for files that hold weights alone; this one brings its graph along")
        }
        let record = try OnnxReader.readModel(file)
        let importer = OnnxImporter(externalData: ExternalData(besideModelAt: path))
        (graph, envelope) = try importer.importModel(record)
        weights = nil
        fileByteCount = file.byteCount
      }
      try inferTypes(inputShapes)
    } catch {
      throw ConversionError(outside: error, at: .init(file: path))
    }
  }

  /// True where a file holds weights alone: a PyTorch checkpoint or a safetensors file.
  public static func holdsWeightsAlone(_ path: String) -> Bool { CheckpointReader.looksLikeCheckpoint(path: path) }

  /// The operators that can run, by domain and name.
  public static var operators: [OperatorSignature] { OperatorRegistry.standard.signatures }

  /// A model of a graph built in memory.
  public init(graph: Graph, envelope: OnnxEnvelope = OnnxEnvelope()) throws {
    (self.graph, self.envelope, path, fileByteCount, weights) = (graph, envelope, nil, 0, nil)
    origin = nil
    try self.graph.verify()
    try inferTypes([:])
  }

  /// A model with another graph that computes the same.
  init(_ model: Model, rewrittenAs graph: Graph) {
    (self.graph, envelope, path, fileByteCount) = (graph, model.envelope, model.path, model.fileByteCount)
    // The tensors of a state dict are no longer the graph's.
    weights = nil
    origin = nil
  }

  private mutating func inferTypes(_ inputShapes: [String: [Int]]) throws {
    for (name, shape) in inputShapes {
      guard let id = graph.value(named: name), graph.inputs.contains(id) else {
        throw ConversionError(.usage, "there is no input '\(name)'; the inputs are \(inputNames)")
      }
      let declared = graph[id].declaredType
      guard case .tensor(let type)? = declared ?? .tensor(nil) else {
        throw ConversionError(.usage, "input '\(name)' is no tensor")
      }
      if let rank = type.shape?.count, rank != shape.count {
        throw ConversionError(.usage, "input '\(name)' has \(rank) dimensions, \(shape.count) were given")
      }
      graph[id].declaredType = .tensor(type.elementType, shape.map(Dimension.fixed))
    }
    var inference = TypeInference()
    try inference.infer(&graph)
    findings += inference.contradictions
  }

  /// The most memory that a run should need: a gibibyte, and 32 times what the model and its weights take.
  public var defaultMemoryLimit: Int {
    let weights = graph.values.reduce(fileByteCount) {
      $0.addingReportingOverflow($1.constant?.byteCount ?? 0).partialValue
    }
    let (bytes, overflow) = weights.multipliedReportingOverflow(by: 32)
    return overflow ? .max : bytes.addingReportingOverflow(1 << 30).partialValue
  }

  private var inputNames: String { graph.requiredInputs.map { "'\(graph[$0].name)'" }.joined(separator: ", ") }

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
