import CNNConversion
import CNNFormats
import CNNGraphs
import CNNOperators

extension Model {
  /// The formats a model can be written in.
  public enum OutputFormat: Sendable {
    /// An ONNX model.
    case onnx
    /// A state dict in a PyTorch archive, as `torch.save` writes.
    case torch
    /// A state dict in a safetensors file.
    case safetensors

    /// The format that a file's name asks for.
    /// - Throws: ``ConversionError`` of code `usage` for any other name.
    public init(path: String) throws(ConversionError) {
      let name = path.lowercased()
      if name.hasSuffix(".onnx") {
        self = .onnx
      } else if name.hasSuffix(".pth") || name.hasSuffix(".pt") {
        self = .torch
      } else if name.hasSuffix(".safetensors") {
        self = .safetensors
      } else {
        throw ConversionError(
          .usage, "the format of this name is not known; name it .onnx, .pth, .pt or .safetensors",
          at: .init(file: path))
      }
    }
  }

  /// Writes the model; the file appears whole or not at all.
  ///
  /// A state dict has the keys of the architecture that the model is recognised as. Where the model brought its graph
  /// along, the network that the state dict will be loaded into is run beside it, on one image, and must give the same.
  /// - Parameters:
  ///   - path: a file whose name ends in `.onnx`, `.pth`, `.pt` or `.safetensors`.
  ///   - operatorSet: the version of ONNX's operators to write; the model's own where it is `nil`.
  ///   - externalData: whether an ONNX model's weights go into a file of their own.
  ///   - isVerified: whether a state dict is compared with the graph it is made of.
  /// - Returns: what a user should know of the file, one line each.
  /// - Throws: ``ConversionError``.
  @discardableResult
  public func write(
    to path: String, operatorSet: Int? = nil, externalData: ExternalDataPolicy = .automatic, isVerified: Bool = true
  ) throws -> [String] {
    let format = try OutputFormat(path: path)
    do {
      if format == .onnx {
        let record = try OnnxExporter(envelope: envelope, operatorSet: operatorSet).export(graph)
        try OnnxWriter.write(record, to: path, externalData: externalData)
        return []
      }
      guard operatorSet == nil else {
        throw ConversionError(.usage, "--opset is for ONNX files; a state dict has no operators")
      }
      let (entries, version, remarks) = try stateDictionary(isVerified: isVerified)
      if format == .torch {
        try TorchArchiveWriter.write(entries, stateVersion: version, to: path)
      } else {
        try SafetensorsWriter.write(entries, to: path)
      }
      return remarks
    } catch let error as ConversionError where error.location.node != nil || error.code == .unsupported {
      throw ConversionError(error, at: .init(file: self.path))
    } catch {
      throw ConversionError(outside: error, at: .init(file: path))
    }
  }

  private func stateDictionary(isVerified: Bool) throws -> ([StateDictionary.Entry], Int?, [String]) {
    if let weights { return (weights.entries, weights.stateVersion, []) }
    let exported = try StateDictionaryExporter(envelope: envelope).export(graph)
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
          "the graph has the layers of a known network, but computes something else: output '\(output.name)' differs by \(output.maxAbsoluteError) where the largest is \(output.maxExpected); --no-verify writes the weights all the same"
        )
      }
    }
    return (exported.entries, exported.stateVersion, remarks)
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
