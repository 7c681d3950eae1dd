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

  /// Reads a model, checks its graph and finds all types and shapes.
  /// - Parameters:
  ///   - path: an ONNX file, recognised by its content.
  ///   - inputShapes: shapes to take for inputs in place of what the file says.
  /// - Throws: ``ConversionError`` saying what is wrong and where.
  public init(contentsOf path: String, inputShapes: [String: [Int]] = [:]) throws {
    do {
      let file = try MappedFile(path: path)
      try ModelFormat.requireOnnx(file)
      let record = try OnnxReader.readModel(file)
      let importer = OnnxImporter(externalData: ExternalData(besideModelAt: path))
      (graph, envelope) = try importer.importModel(record)
      self.path = path
      fileByteCount = file.byteCount
      try inferTypes(inputShapes)
    } catch {
      throw ConversionError(outside: error, at: .init(file: path))
    }
  }

  /// The operators that can run, by domain and name.
  public static var operators: [OperatorSignature] { OperatorRegistry.standard.signatures }

  /// A model of a graph built in memory.
  public init(graph: Graph, envelope: OnnxEnvelope = OnnxEnvelope()) throws {
    (self.graph, self.envelope, path, fileByteCount) = (graph, envelope, nil, 0)
    try self.graph.verify()
    try inferTypes([:])
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

  /// Writes the model; OUT appears whole or not at all.
  /// - Parameters:
  ///   - path: a file whose name ends in `.onnx`.
  ///   - operatorSet: the version of ONNX's operators to write; the file's own where it is `nil`.
  ///   - externalData: whether weights go into a file of their own.
  /// - Throws: ``ConversionError``.
  public func write(
    to path: String, operatorSet: Int? = nil, externalData: ExternalDataPolicy = .automatic
  ) throws {
    do {
      guard path.lowercased().hasSuffix(".onnx") else {
        throw ConversionError(.usage, "the format of this name is not known; name it .onnx")
      }
      let record = try OnnxExporter(envelope: envelope, operatorSet: operatorSet).export(graph)
      try OnnxWriter.write(record, to: path, externalData: externalData)
    } catch let error as ConversionError where error.location.node != nil {
      throw ConversionError(error, at: .init(file: self.path))
    } catch {
      throw ConversionError(outside: error, at: .init(file: path))
    }
  }

  /// The model with its first axes and other free dimensions bound: symbols to `sizes`, the first axis to `batch`.
  /// - Throws: ``ConversionError`` where the shapes do not fit the operators.
  func bound(batch: Int) throws -> Graph {
    var copy = graph
    var symbols: [String: Int] = [:]
    for id in graph.requiredInputs {
      if case .symbol(let name)? = graph[id].type.tensor?.shape?.first { symbols[name] = batch }
    }
    for id in graph.requiredInputs {
      guard let type = graph[id].type.tensor, let shape = type.shape else { continue }
      let known = shape.enumerated().map { axis, extent -> Dimension in
        switch extent {
        case .symbol(let name): symbols[name].map(Dimension.fixed) ?? extent
        case .unknown where axis == 0: .fixed(batch)
        default: extent
        }
      }
      copy[id].declaredType = .tensor(type.elementType, known)
    }
    var inference = TypeInference()
    try inference.infer(&copy)
    return copy
  }
}
