import CNNFormats

/// An activation behind a convolution or a product becomes a setting of that layer.
enum NcnnFusedActivations {
  private static let hosts: Set<String> = [
    "Convolution", "ConvolutionDepthWise", "Convolution1D", "ConvolutionDepthWise1D", "Convolution3D",
    "ConvolutionDepthWise3D", "Deconvolution", "DeconvolutionDepthWise", "Deconvolution1D",
    "DeconvolutionDepthWise1D", "Deconvolution3D", "DeconvolutionDepthWise3D", "InnerProduct",
  ]

  /// Merges them wherever the activation is the only reader.
  static func merge(_ draft: NcnnDraft) {
    var readers: [String: Int] = [:]
    var makers: [String: Int] = [:]
    for (index, entry) in draft.entries.enumerated() {
      for name in entry.layer.inputs { readers[name, default: 0] += 1 }
      for name in entry.layer.outputs { makers[name] = index }
    }
    let outputs = Set(draft.graph.outputs.map { NcnnDraft.plain(draft.graph[$0].name) })
    var isMerged = [Bool](repeating: false, count: draft.entries.count)
    for (index, entry) in draft.entries.enumerated() {
      guard let (kind, numbers) = activation(entry.layer), let input = entry.layer.inputs.first,
        readers[input] == 1, !outputs.contains(input), let maker = makers[input]
      else { continue }
      let host = draft.entries[maker].layer
      guard hosts.contains(host.type), host.parameters[9] == nil else { continue }
      draft.entries[maker].layer.parameters.set(9, kind)
      if !numbers.isEmpty { draft.entries[maker].layer.parameters.set(10, numbers) }
      draft.entries[maker].layer.outputs = entry.layer.outputs
      for name in entry.layer.outputs { makers[name] = maker }
      isMerged[index] = true
    }
    draft.entries = zip(draft.entries, isMerged).filter { !$0.1 }.map(\.0)
  }

  /// The number and settings of a layer as a setting of another one.
  private static func activation(_ layer: NcnnLayer) -> (Int, [Float])? {
    func number(_ id: Int, _ standard: Float) -> Float {
      if case .float(let value)? = layer.parameters[id] { return value }
      return standard
    }
    switch layer.type {
    case "ReLU": return number(0, 0) == 0 ? (1, []) : (2, [number(0, 0)])
    case "Clip": return (3, [number(0, -NcnnNumber.most), number(1, NcnnNumber.most)])
    case "Sigmoid": return (4, [])
    case "Mish": return (5, [])
    case "HardSwish": return (6, [number(0, 0.2), number(1, 0.5)])
    default: return nil
    }
  }
}
