import CNNFormats
import CNNGraphs

/// Asks of every node that is written whether the operator set it is written for allows it.
struct OnnxSchemaCheck {
  /// The operator sets that are written, by domain.
  let versions: [String: Int]
  /// True if the model came with other operator sets.
  let isConverting: Bool

  /// Checks one node.
  /// - Parameters:
  ///   - isFromFile: true if the node stood in the file that the model was read from.
  ///   - isOriginal: true if the graph that is written has the node, so that its types are not made here.
  /// - Throws: ``ConversionError``: what only another operator set allows, and types that a graph has though ONNX knows
  ///   none such, are not supported; what was wrong in the file is bad input, and what was made wrong here a fault.
  func check(
    _ node: OnnxNode, inputTypes: [ValueType], outputTypes: [ValueType], isFromFile: Bool, isOriginal: Bool
  ) throws {
    let domain = node.domain == "ai.onnx" ? "" : node.domain ?? ""
    let schemas = OnnxSchemas.standard
    guard schemas.knows(domain: domain), let set = versions[domain],
      domain != "" || set <= OnnxSchemaTable.newestOperatorSet
    else { return }
    let all = schemas.versions(domain: domain, name: node.operatorType)
    func complaint(_ schema: OnnxSchema) -> OnnxSchema.Complaint? {
      schema.complaint(about: node, inputTypes: inputTypes, outputTypes: outputTypes)
    }
    let found: OnnxSchema.Complaint
    if let schema = all.last(where: { $0.version <= set }) {
      guard let words = complaint(schema) else { return }
      found = words
    } else {
      found = .form("it has no such operator")
    }
    let what = "operator set \(set) does not allow this: \(found.words)"
    if let other = all.first(where: { $0.version > set && complaint($0) == nil }) {
      throw ConversionError(.unsupported, "\(what); operator set \(other.version) does")
    }
    if case .type = found, isOriginal, let other = firstSet(after: set, all, inputTypes, outputTypes) {
      throw ConversionError(.unsupported, "\(what); operator set \(other) does")
    }
    switch found {
    case .type where isOriginal && (!isFromFile || isConverting): throw ConversionError(.unsupported, what)
    case .type where isFromFile, .form where isFromFile && !isConverting: throw ConversionError(.badInput, what)
    default: throw ConversionError(.internalFault, what)
    }
  }

  /// The next operator set that allows the types, whatever the form.
  private func firstSet(
    after set: Int, _ schemas: [OnnxSchema], _ inputTypes: [ValueType], _ outputTypes: [ValueType]
  ) -> Int? {
    schemas.first {
      $0.version > set && !$0.isDeprecated && $0.typeComplaint(inputTypes: inputTypes, outputTypes: outputTypes) == nil
    }?.version
  }

  /// The operator sets that have an operator in the form of one of them, in words; `nil` if it is not known.
  static func setsWithForm(_ name: String, of set: Int) -> String? {
    let all = OnnxSchemas.standard.versions(domain: "", name: name)
    guard set <= OnnxSchemaTable.newestOperatorSet, let index = all.lastIndex(where: { $0.version <= set }) else {
      return nil
    }
    let last = index + 1 < all.count ? all[index + 1].version - 1 : OnnxSchemaTable.newestOperatorSet
    return all[index].version == last ? "\(last)" : "\(all[index].version) to \(last)"
  }

  /// True if an operator is the same in two operator sets, so that it can be written as it stands.
  static func isUnchanged(_ name: String, from old: Int, to new: Int) -> Bool {
    let (newest, schemas) = (OnnxSchemaTable.newestOperatorSet, OnnxSchemas.standard)
    guard old <= newest, new <= newest, let before = schemas.schema(domain: "", name: name, operatorSet: old),
      let after = schemas.schema(domain: "", name: name, operatorSet: new)
    else { return false }
    return before.version == after.version && !after.isDeprecated
  }
}
