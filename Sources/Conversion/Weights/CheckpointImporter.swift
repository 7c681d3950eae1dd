import CNNArchitectures
import CNNFormats
import CNNGraphs
import CNNTensors

/// Makes a graph of a checkpoint: recognizes the architecture, draws it, and gives it the weights where they lie.
package struct CheckpointImporter {
  /// The zoo's name of the architecture to take; recognized if it is `nil`.
  package let architecture: String?
  /// Which of several state dicts to take, such as `model_ema`; the usual one if it is `nil`.
  package let stateDictionary: String?
  /// Height and width of the images to draw the network for; the published ones if it is `nil`.
  package let size: [Int]?
  /// True if nothing may be assumed that weights cannot tell.
  package let isStrict: Bool

  /// Sets the choices.
  package init(
    architecture: String? = nil, stateDictionary: String? = nil, size: [Int]? = nil, isStrict: Bool = false
  ) {
    (self.architecture, self.stateDictionary, self.size) = (architecture, stateDictionary, size)
    self.isStrict = isStrict
  }

  /// The graph, and what the checkpoint says around it.
  /// - Throws: `ConversionError`, of code `unsupported` if no architecture fits.
  package func importCheckpoint(_ checkpoint: Checkpoint) throws -> ImportedModel {
    let candidates = try candidates(of: checkpoint)
    var failure: ConversionError?
    for candidate in candidates {
      do {
        let weights = candidate.dictionary.entries.map { (key: $0.key, shape: $0.tensor.shape) }
        let recognized =
          if let architecture { try WeightsRecognizer.recognize(weights, as: architecture, size: size) } else {
            try WeightsRecognizer.recognize(weights, size: size)
          }
        if isStrict, !recognized.assumptions.isEmpty {
          let list = recognized.assumptions.map(\.message).joined(separator: "; ")
          throw ConversionError(.unsupported, "\(recognized.title) would need assumptions: \(list)")
        }
        return try build(recognized, from: candidate, of: checkpoint)
      } catch let error as ConversionError where error.code == .unsupported || error.code == .badInput {
        failure = failure ?? naming(candidate.omissions, in: error)
      }
    }
    throw failure ?? ConversionError(.badInput, "holds no weights")
  }

  /// The error with the tensors that cannot be read, which may be why.
  private func naming(_ omissions: [Checkpoint.Omission], in error: ConversionError) -> ConversionError {
    guard !omissions.isEmpty else { return error }
    let list = omissions.prefix(3).map { "\($0.key.quoted) \($0.reason)" }.joined(separator: ", ")
    var copy = error
    copy.message += "; left out: \(list)\(omissions.count > 3 ? " and \(omissions.count - 3) more" : "")"
    return copy
  }

  func candidates(of checkpoint: Checkpoint) throws(ConversionError) -> [Checkpoint.Candidate] {
    guard let stateDictionary else { return checkpoint.candidates }
    let chosen = checkpoint.candidates.filter { $0.path.joined(separator: ".") == stateDictionary }
    if chosen.isEmpty {
      let names = checkpoint.candidates.map { $0.path.joined(separator: ".") }.filter { !$0.isEmpty }
      throw ConversionError(
        .usage,
        "there is no state dict \(stateDictionary.quoted); "
          + (names.isEmpty ? "the only one is the file itself" : "there are \(names.quoted())"))
    }
    return chosen
  }

  private func build(
    _ recognized: RecognizedWeights, from candidate: Checkpoint.Candidate, of checkpoint: Checkpoint
  ) throws -> ImportedModel {
    var remarks = origin(of: candidate, in: checkpoint) + checkpoint.remarks.map { Remark($0) } + recognized.remarks
    let source = CheckpointWeights(candidate.dictionary, recognized)
    if let mixture = source.mixture { remarks.append(Remark(mixture)) }
    let graph = try recognized.blueprint.graph(with: source)

    let entries = candidate.dictionary.entries.filter { $0.key.hasPrefix(recognized.prefix) }.map { entry in
      StateDictionary.Entry(
        key: recognized.ownKey(of: String(entry.key.dropFirst(recognized.prefix.count))), tensor: entry.tensor)
    }
    let imported = ImportedWeights(
      container: checkpoint.container.description,
      architecture: recognized.description,
      spelling: recognized.architecture.spelling.rawValue, stateVersion: recognized.architecture.stateVersion,
      entries: entries, remarks: remarks, assumptions: recognized.assumptions)
    var metadata = ModelMetadata(format: imported.container)
    StateNotes(imported).write(to: &metadata)
    var model = ImportedModel(
      graph: graph, metadata: metadata,
      byteCount: entries.reduce(0) { $0.addingReportingOverflow($1.tensor.byteCount).partialValue })
    (model.weights, model.findings) = (imported, remarks + recognized.assumptions)
    return model
  }

  func origin(of candidate: Checkpoint.Candidate, in checkpoint: Checkpoint) -> [Remark] {
    var remarks: [Remark] = []
    let name = candidate.path.joined(separator: ".")
    if let moduleClass = candidate.moduleClass {
      remarks.append("a whole module (\(moduleClass.inSentence)), of which the weights were taken and nothing was run")
    }
    if !candidate.path.isEmpty { remarks.append("the weights were found in \(name.quoted)") }
    let others = checkpoint.candidates.map(\.path).filter { $0 != candidate.path }
    if !others.isEmpty {
      let list = others.map { $0.joined(separator: ".") }.quoted(atMost: 4)
      remarks.append(Remark("the file also holds \(list)", remedy: .chooseStateDictionary))
    }
    return remarks
  }
}

/// The tensors of a state dict by the keys of a drawing.
private struct CheckpointWeights: WeightSource {
  private let dictionary: StateDictionary
  private let prefix: String
  private let sourceKeys: [String: String]
  private let derived: [String: DerivedWeight]
  /// What every tensor is converted to; `nil` if they agree.
  private let common: ElementType?
  /// What the weights were converted to and why; `nil` if they agree.
  let mixture: String?

  init(_ dictionary: StateDictionary, _ recognized: RecognizedWeights) {
    (self.dictionary, prefix, sourceKeys) = (dictionary, recognized.prefix, recognized.sourceKeys)
    derived = recognized.derived
    let (prefix, sourceKeys, derived) = (prefix, sourceKeys, derived)
    let types = Set(
      recognized.blueprint.weights.compactMap { weight -> ElementType? in
        let key = prefix + (sourceKeys[weight.key] ?? weight.key)
        return dictionary[derived[key]?.keys.last ?? key]?.elementType
      })
    let names = types.map(\.description).sorted().joined(separator: " and ")
    if types.count == 1, let type = types.first, [.float32, .float16, .float64, .bfloat16].contains(type) {
      (common, mixture) = (nil, nil)
    } else {
      let widest: ElementType = types.contains(.float64) ? .float64 : .float32
      (common, mixture) = (widest, "weights are \(names); all are taken as \(widest)")
    }
  }

  func tensor(for weight: WeightDescription) throws -> Tensor {
    let key = prefix + (sourceKeys[weight.key] ?? weight.key)
    let tensor = try derived[key]?.tensor(stored) ?? stored(key)
    guard tensor.elementType.isFloatingPoint else {
      throw ConversionError(
        .unsupported, "weights are \(tensor.elementType); only floating-point weights make a graph",
        at: .init(tensor: weight.key))
    }
    return try common.map { try tensor.converted(to: $0) } ?? tensor
  }

  private func stored(_ key: String) throws -> Tensor {
    guard let tensor = dictionary[key] else {
      throw ConversionError(.internalFault, "was recognized and is missing", at: .init(tensor: key))
    }
    return tensor
  }
}
