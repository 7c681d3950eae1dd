import CNNArchitectures
import CNNGraphs
import CNNOperators
import CNNTensors
import CNNViews

/// What a model is, on one page; `description` is for people, `Encodable` for programs.
public struct ModelSummary: Encodable, Sendable {
  /// An input or output.
  public struct Port: Encodable, Sendable {
    /// The value's name.
    public let name: String
    /// The element type, such as `float32`; `nil` if it is not known or the value is no tensor.
    public let type: String?
    /// The extents: numbers, symbols such as `N`, or `?`; `nil` if the rank is not known.
    public let shape: [Extent]?
    /// The whole type in words.
    public let description: String
  }

  /// Bytes and elements of the constants of one element type.
  public struct Weights: Encodable, Sendable {
    /// Number of constants.
    public var tensors = 0
    /// Number of elements.
    public var elements = 0
    /// Number of bytes.
    public var bytes = 0
  }

  /// The file.
  public let file: String?
  /// Bytes of the model file itself.
  public let fileBytes: Int
  /// Bytes of its weights that lie in other files.
  public let externalBytes: Int
  /// The file format.
  public let format: String
  /// The version of ONNX's file format: the file's own, or the one that goes with the operator set.
  public let irVersion: Int
  /// Version of ONNX's operators.
  public let opset: Int
  /// Every operator set by domain.
  public let opsets: [String: Int]
  /// The program that wrote the file.
  public let producer: String?
  /// The graph's name.
  public let graph: String
  /// The architecture in words, such as `ResNet-50, 1000 classes, torchvision keys`, if it is recognised.
  public let architecture: String?
  /// The zoo's name of the architecture, such as `resnet50`, if it is recognised.
  public let architectureName: String?
  /// Whose names the keys of a file of weights are, such as `torchvision`.
  public let keys: String?
  /// Inputs that must be given.
  public let inputs: [Port]
  /// Outputs.
  public let outputs: [Port]
  /// Number of nodes, those of bodies among them.
  public let nodes: Int
  /// Operators by count.
  public let operators: [String: Int]
  /// Operators that cannot run, each with its reason.
  public let unsupported: [String: String]
  /// Learned parameters: elements of weight constants, running statistics not counted.
  public let parameters: Int
  /// Running means and variances.
  public let buffers: Int
  /// Multiply-accumulates of one run; `nil` if a shape is not known.
  public let macs: Int?
  /// The batch of that run: the model's own, 1 if it is free.
  public let batch: Int
  /// Constants by element type.
  public let weights: [String: Weights]
  /// Metadata of the file.
  public let metadata: [String: String]
  /// Number of functions the model brings along.
  public let functions: Int
  /// What is odd about the model.
  public var findings: [Remark]
  /// What was taken because weights cannot tell it; the findings hold it, too.
  public var assumptions: [Remark]
  /// What else a person should know of the file's format, such as `IR version 8`.
  let formatDetails: [String]

  private enum CodingKeys: String, CodingKey {
    case file, format, opset, opsets, producer, graph, architecture, keys, inputs, outputs, nodes, operators,
      unsupported
    case parameters, buffers, macs, batch, weights, metadata, functions, findings, assumptions
    case fileBytes = "file_bytes"
    case externalBytes = "external_bytes"
    case irVersion = "ir_version"
    case architectureName = "architecture_name"
  }
}

extension Model {
  /// What the model is.
  /// - Parameter checkWeights: also look for values that are not finite, which reads every weight.
  public func summary(checkWeights: Bool = false) -> ModelSummary {
    var survey = GraphSurvey()
    survey.visit(graph)
    var findings = self.findings + survey.findings.map { Remark($0) }
    if checkWeights { findings += nonFiniteWeights().map { Remark($0) } }
    return ModelSummary(
      file: path, fileBytes: fileByteCount, externalBytes: weights == nil ? survey.externalBytes(than: path) : 0,
      format: metadata.format, irVersion: metadata.irVersion, opset: metadata.operatorSet,
      opsets: Dictionary(metadata.operatorSets.map { ($0.domain, $0.version) }, uniquingKeysWith: { a, _ in a }),
      producer: metadata.producer, graph: graph.name,
      architecture: recognizedAs, architectureName: architecture?.name, keys: weights?.spelling,
      inputs: graph.requiredInputs.map { port($0) }, outputs: graph.outputs.map { port($0) },
      nodes: survey.operators.values.reduce(0, +), operators: survey.operators, unsupported: survey.unsupported,
      parameters: survey.parameters, buffers: survey.buffers, macs: (try? bound(batch: 1))?.multiplyAccumulates,
      batch: graph.requiredInputs.first.flatMap { graph[$0].type.tensor?.shape?.first?.value } ?? 1,
      weights: survey.weights,
      metadata: Dictionary(metadata.properties.map { ($0.key, $0.value) }, uniquingKeysWith: { a, _ in a }),
      functions: metadata.functionCount, findings: findings, assumptions: weights?.assumptions ?? [],
      formatDetails: metadata.formatDetails)
  }

  /// The architecture: of weights what they were taken for, of a graph what its structure is.
  public var architecture: RecognizedArchitecture? {
    weights?.architecture ?? ArchitectureRecognizer.recognize(graph)
  }

  /// The architecture in words, such as `ResNet-50, 1000 classes, torchvision keys`; `nil` if it is not known.
  public var recognizedAs: String? {
    guard let architecture else { return nil }
    let keys = weights.map { ", \($0.spelling) keys" } ?? ""
    let outputs = architecture.hasHead ? "classes" : "features"
    return "\(architecture.title), \(architecture.classes) \(outputs)\(keys)"
  }

  private func port(_ id: ValueID) -> ModelSummary.Port {
    let value = graph[id]
    return ModelSummary.Port(
      name: value.name, type: value.type.tensor?.elementType?.description,
      shape: value.type.tensor?.shape?.map(Extent.init), description: value.type.description)
  }

  private func nonFiniteWeights() -> [String] {
    graph.values.compactMap { value in
      guard let constant = value.constant, constant.elementType.isFloatingPoint else { return nil }
      let count = (try? constant.withValues(as: Float.self) { $0.reduce(0) { $0 + ($1.isFinite ? 0 : 1) } }) ?? 0
      return count == 0 ? nil : "\(value.name.quoted) holds \(count) values that are not finite"
    }
  }
}
