import CNNConv

/// The smallest part of a model that differs, written as a model with what it should give.
struct Reduction: Encodable {
  /// Where it was written; `nil` if no part differs by itself.
  private let output: String?
  private let fixture: String?
  /// The value that differs.
  private let value: String?
  private let nodes: Int?

  /// Writes `OUT`, and the values that it is given and should give into a fixture beside it.
  init(_ part: ReducedModel?, writing output: String) throws {
    guard let part else {
      (self.output, fixture, value, nodes) = (nil, nil, nil, nil)
      return
    }
    try part.model.write(to: output)
    let stem = output.lastIndex(of: ".").map { String(output[..<$0]) } ?? output
    let path = "\(stem).test_data_set_0"
    let folder = try OutputFolder(path)
    func write(_ value: RuntimeValue, _ name: String, _ file: String) throws {
      guard case .tensor(let tensor) = value else {
        throw ConversionError(.unsupported, "the value is no tensor and has no file", at: .init(tensor: name))
      }
      try folder.write(file) { try TensorFile.writeOnnx(tensor, name: name, to: $0) }
    }
    for (index, input) in part.inputs.enumerated() { try write(input.value, input.name, "input_\(index).pb") }
    try write(part.expected, part.output, "output_0.pb")
    try folder.publish()
    Terminal.resultIsOut()
    (self.output, fixture, value, nodes) = (output, path, part.output, part.model.graph.nodes.count)
  }

  var text: String {
    guard let output, let fixture, let value, let nodes else { return "no part of the model differs by itself" }
    return "reduced to \(nodes.counted("node")), making \(value.quoted): \(output) and \(fixture)"
  }
}
