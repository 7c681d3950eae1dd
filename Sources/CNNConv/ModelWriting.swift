import CNNConversion
import CNNFormats
import CNNGraphs
import CNNOperators
import CNNPasses

extension Model {
  /// Writes the model; the file appears whole or not at all.
  ///
  /// A state dict has the keys of the architecture that the model is recognised as. If the model brought its graph
  /// along, the network that the state dict will be loaded into is run beside it, on one image, and must give the same.
  /// - Parameters:
  ///   - path: a file whose name ends as one of the formats asks, such as `.onnx`, `.pth` or `.safetensors`.
  ///   - operatorSet: the version of ONNX's operators to write; the model's own if it is `nil`.
  ///   - externalData: whether an ONNX model's weights go into a file of their own.
  ///   - isVerified: whether a state dict is compared with the graph it is made of.
  ///   - formats: the formats to choose from.
  /// - Returns: what a user should know of the file, one line each.
  /// - Throws: ``ConversionError``.
  @discardableResult
  public func write(
    to path: String, operatorSet: Int? = nil, externalData: ExternalDataPolicy = .automatic, isVerified: Bool = true,
    formats: ModelFormats = .standard
  ) throws -> [String] {
    var options = FormatOptions()
    options[OperatorSetOption.self] = operatorSet.map { OperatorSetOption($0) }
    if externalData != .automatic { options[ExternalDataOption.self] = ExternalDataOption(externalData) }
    return try write(to: path, options: options, isVerified: isVerified, formats: formats)
  }

  /// Writes the model with settings that the format must have.
  /// - Returns: what a user should know of the file, one line each.
  /// - Throws: ``ConversionError``.
  @discardableResult
  public func write(
    to path: String, options: FormatOptions, isVerified: Bool = true, formats: ModelFormats = .standard
  ) throws -> [String] {
    do {
      let isPlain = try formats.format(writing: path).writesPlainGraphs
      let graph = isPlain ? try plainGraph() : graph
      let export = ExportedModel(graph: graph, metadata: metadata, notes: notes) {
        try exportedWeights(isVerified: isVerified, formats)
      }
      return try formats.write(export, to: path, options: options)
    } catch let error as ConversionError where error.location.node != nil || error.code == .unsupported {
      throw ConversionError(error, at: .init(file: self.path))
    } catch {
      throw ConversionError(outside: error, at: .init(file: path))
    }
  }

  /// The graph for one image, with shapes computed and operators recognised, as formats take it that know fewer of them.
  private func plainGraph() throws -> Graph {
    let model = Model(self, rewrittenAs: try bound(batch: 1))
    return try model.fused(by: Pipeline.execution, operatorSet: OnnxVersions.newestOperatorSet).model.graph
  }

  /// The tensors under the keys of the network that the model is recognised as.
  func keyedWeights() throws -> [StateDictionary.Entry] { try exportedWeights(isVerified: false, .standard).entries }

  private func exportedWeights(isVerified: Bool, _ formats: ModelFormats) throws -> ExportedWeights {
    if let weights { return ExportedWeights(entries: weights.entries, stateVersion: weights.stateVersion) }
    let exporter = StateDictionaryExporter(metadata: metadata, graphEndings: formats.writableEndings(of: .graph))
    let exported = try exporter.export(graph)
    var remarks = exported.remarks
    var scores = graph
    if scores.dropFinalSoftmax() { remarks.append("the softmax at the end is no part of a state dict") }
    if isVerified {
      let outcome = try Model(graph: scores).verify(against: Model(graph: exported.graph), tolerance: .standard)
      guard let output = outcome.outputs.first, output.reason == nil else {
        throw ConversionError(.unsupported, "the network that the state dict is for has other outputs")
      }
      // Both compute the same sums, perhaps in another order; half precision keeps three digits of them.
      let isHalf = exported.entries.contains { [.float16, .bfloat16].contains($0.tensor.elementType) }
      guard output.maxAbsoluteError <= (isHalf ? 3e-2 : 1e-4) * output.maxExpected else {
        throw ConversionError(
          .unsupported,
          "the graph has the layers of a known network, but computes something else: output \(output.name.quoted) differs by \(output.maxAbsoluteError) where the largest is \(output.maxExpected)",
          remedy: .skipVerification
        )
      }
    }
    return ExportedWeights(entries: exported.entries, stateVersion: exported.stateVersion, remarks: remarks)
  }
}

extension Graph {
  /// Makes what goes into a softmax at the very end the result.
  fileprivate mutating func dropFinalSoftmax() -> Bool {
    guard outputs.count == 1,
      let last = nodes.last(where: { $0.outputs.first == outputs[0] }), last.operator is Softmax,
      let scores = last.inputs[0]
    else { return false }
    outputs = [scores]
    nodes.removeAll { $0.outputs.first == last.outputs.first }
    return true
  }
}
