import CNNFormats
import CNNGraphs
import CNNTensors

/// Makes an ONNX model record of a graph.
package struct OnnxExporter {
  /// The file's record, its graph still to come.
  private let file: OnnxModel
  /// The operator set that the model came with.
  private let ownOperatorSet: Int
  private let versions: [String: Int]

  /// - Parameters:
  ///   - metadata: what is known around the graph.
  ///   - notes: what the ONNX file said around the graph, if it was read from one.
  ///   - operatorSet: the version of ONNX's operators to write; the graph's own if it is `nil`.
  /// - Throws: `ConversionError` if there is no such version.
  package init(metadata: ModelMetadata, notes: AttachedNotes, operatorSet: Int? = nil) throws {
    var file = OnnxModelNotes.record(for: metadata, notes)
    ownOperatorSet = file.operatorSet
    if let operatorSet, operatorSet != file.operatorSet {
      guard (1...OnnxVersions.newestOperatorSet).contains(operatorSet) else {
        throw ConversionError(
          .usage, "operator set \(operatorSet) is not one of 1 to \(OnnxVersions.newestOperatorSet)")
      }
      isConverting = true
      file.setOperatorSet(operatorSet)
    } else {
      isConverting = false
      if operatorSet != nil { file.lowerVersion() }
    }
    self.file = file
    versions = OnnxScope.versions(file.operatorSets)
  }

  private let isConverting: Bool

  /// The record of a whole model, payloads in place.
  /// - Throws: ``ConversionError`` naming the node that the operator set cannot express.
  package func export(_ graph: Graph) throws -> OnnxModel {
    var model = file
    let names = OnnxValueNames(graph)
    model.graph = try record(of: graph, isMain: true, in: OnnxExportScope(), names)
    if isConverting {
      // Their calls have been unfolded; what they call stays.
      for set in model.functions.flatMap(\.operatorSets)
      where versions[set.domain == "ai.onnx" ? "" : set.domain] == nil {
        if !model.operatorSets.contains(where: { $0.domain == set.domain }) { model.operatorSets.append(set) }
      }
      model.functions = []
    }
    for (domain, version) in graph.addedOperatorSets.sorted(by: { $0.key < $1.key }) where versions[domain] == nil {
      model.operatorSets.append(OnnxOperatorSet(domain: domain, version: Int64(version)))
    }
    return model
  }

  private func record(
    of original: Graph, isMain: Bool, in scope: OnnxExportScope, _ names: OnnxValueNames
  ) throws -> OnnxGraph {
    let lowering = try OnnxGraphLowering(
      original, versions: versions, unfoldsFunctions: isConverting, names: names, in: scope)
    let graph = lowering.graph
    var record = OnnxGraph()
    let notes = graph.annotations.carried as? OnnxGraphNotes
    record.name = notes?.name ?? graph.name
    record.documentation = graph.annotations.documentation
    record.metadata = graph.annotations.properties.map { OnnxEntry($0.key, $0.value) }
    record.quantizationAnnotations = notes?.quantizationAnnotations ?? []
    record.unknown = notes?.unknown ?? []
    let nodes = try graph.nodes.enumerated().map { index, node in
      try WorkBudget.current.check()
      var written = try self.record(of: node, lowering, lowering.scopes[index], names)
      written.isOriginal = lowering.originals.contains(index)
      return written
    }
    let (kept, used, dropped) = withoutTakenInputs(nodes, of: graph)
    let schemas = OnnxSchemaCheck(versions: versions, isConverting: isConverting)
    for written in kept { try check(written, lowering, by: schemas) }
    record.nodes = kept.map(\.record)
    record.makeNodeNamesUnique()
    let made = Set(kept.flatMap { $0.node.outputs.compactMap(\.self) })
    let interface = Set(graph.inputs + graph.outputs)
    record.inputs = graph.inputs.map { info(of: graph[$0]) }
    // Runtimes want the shapes of what bodies give, and find out less than is known here.
    record.outputs = graph.outputs.map { info(of: graph[$0], known: isMain ? nil : lowering.known($0).type) }
    for id in graph.valueIDs {
      let value = graph[id]
      let notes = value.annotations.carried as? OnnxValueNotes
      // A constant made while reading stands in an attribute again if nothing else uses it.
      let isStored = (notes?.tensor != nil || notes?.sparse != nil) && !dropped.contains(id)
      if value.isConstant, isStored || used.contains(id) {
        if let sparse = value.sparseConstant {
          record.sparseInitializers.append(tensorRecord(sparse, name: value.name, notes?.sparse))
        } else if let constant = value.constant {
          record.initializers.append(tensorRecord(constant, name: value.name, notes?.tensor))
        }
        // Until version 4 of the format every initializer had to be listed among the inputs.
        if isMain, file.irVersion < 4, !interface.contains(id) { record.inputs.append(info(of: value)) }
      }
      let isListed = interface.contains(id) || isMain && file.irVersion < 4 && value.isConstant
      if notes?.info != nil, !isListed, value.isConstant || made.contains(id) {
        record.valueInfo.append(info(of: value))
      }
    }
    return record
  }

  /// A node and its record.
  private struct Written {
    let node: Node
    let record: OnnxNode
    /// The values the record names.
    let inputs: [ValueID]
    /// The arguments, as the record names them.
    let operands: [ValueID?]
    /// The values that stand in attributes instead.
    let taken: [ValueID]
    /// True if the graph that is written has the node.
    var isOriginal = false
  }

  /// The nodes without those that only made what stands in attributes now.
  private func withoutTakenInputs(
    _ nodes: [Written], of graph: Graph
  ) -> (kept: [Written], used: Set<ValueID>, dropped: Set<ValueID>) {
    var used: Set<ValueID> = Set(graph.outputs)
    var dropped: Set<ValueID> = []
    var kept: [Written] = []
    for written in nodes.reversed() {
      let outputs = written.node.outputs.compactMap(\.self)
      let operation = written.node.operator
      let isIdle = operation.isDeterministic && operation.bodies.isEmpty && !(operation is ForeignOperator)
      if isIdle, !outputs.contains(where: used.contains), outputs.contains(where: dropped.contains) {
        dropped.formUnion(written.inputs + written.taken)
        continue
      }
      used.formUnion(written.inputs)
      used.formUnion(written.node.captures)
      dropped.formUnion(written.taken)
      kept.append(written)
    }
    return (kept.reversed(), used, dropped.subtracting(used))
  }

  private func check(_ written: Written, _ lowering: OnnxGraphLowering, by schemas: OnnxSchemaCheck) throws {
    // What nobody here understands stays as the file has it.
    if written.node.operator is ForeignOperator { return }
    func types(_ ids: [ValueID?]) -> [ValueType] { ids.map { $0.map { lowering.known($0).type } ?? .unknown } }
    do {
      try schemas.check(
        written.record, inputTypes: types(written.operands), outputTypes: types(written.node.outputs),
        isFromFile: written.node.annotations.carried is OnnxNodeNotes, isOriginal: written.isOriginal)
    } catch {
      throw ConversionError(error, at: .init(node: lowering.graph.describe(written.node)))
    }
  }

  /// - Parameter known: what has been found out of its type, for a value whose shape the file does not say.
  private func info(of value: Value, known: ValueType? = nil) -> OnnxValueInfo {
    if isConverting, let declared = value.declaredType, declared.tensor?.shape == nil, let known,
      known.tensor?.shape != nil, let merged = declared.merged(with: known)
    {
      return OnnxValueInfo(name: value.name, type: merged.onnx)
    }
    if var info = (value.annotations.carried as? OnnxValueNotes)?.info {
      info.name = value.name
      if let declared = value.declaredType, declared != ValueType(info.type) { info.type = declared.onnx }
      return info
    }
    return OnnxValueInfo(name: value.name, type: (value.declaredType ?? value.type).onnx)
  }

  private func record(
    of node: Node, _ lowering: OnnxGraphLowering, _ scope: OnnxExportScope, _ names: OnnxValueNames
  ) throws -> Written {
    let graph = lowering.graph
    do {
      let signature = node.operator.signature
      var record = OnnxNode()
      let notes = node.annotations.carried as? OnnxNodeNotes
      record.name = node.name.isEmpty ? notes?.name : node.name
      record.operatorType = signature.name
      record.domain = notes?.domain ?? (signature.domain.isEmpty ? nil : signature.domain)
      record.overload = notes?.overload
      record.documentation = node.annotations.documentation
      record.metadata = node.annotations.properties.map { OnnxEntry($0.key, $0.value) }
      record.deviceConfigurations = notes?.deviceConfigurations ?? []
      record.unknown = notes?.unknown ?? []
      let foreign = node.operator as? ForeignOperator
      if let foreign, isConverting, foreign.function == nil, signature.domain.isEmpty || signature.domain == "ai.onnx",
        !OnnxSchemaCheck.isUnchanged(signature.name, from: ownOperatorSet, to: file.operatorSet)
      {
        let sets = OnnxSchemaCheck.setsWithForm(signature.name, of: ownOperatorSet)
        throw OperatorError.unsupported(
          "cannot be written for another operator set\(sets.map { " than \($0)" } ?? ""): \(foreign.reason)")
      }
      let version = versions[signature.domain == "ai.onnx" ? "" : signature.domain] ?? signature.versions.last ?? 1
      if foreign == nil, let first = signature.versions.first, first > version {
        throw OperatorError.unsupported("operator set \(version) has no \(signature.name); it came with \(first)")
      }
      var writer = NodeWriter(
        version: version,
        inputs: node.inputs.map { id -> Tensor?? in
          guard let id else { return nil }
          return .some(lowering.known(id).constant)
        }, inputShapes: node.inputs.map { $0.flatMap { lowering.known($0).type.tensor?.shape } },
        countsFromFront: isConverting)
      try node.operator.write(to: &writer)
      var inputs = node.inputs
      for index in writer.takenInputs { inputs[index] = nil }
      while let last = inputs.last, last == nil, inputs.count > node.minimumInputs(writer.takenInputs) {
        inputs.removeLast()
      }
      record.inputs = inputs.map { $0.map { graph[$0].name } ?? "" }
      record.outputs = node.outputs.map { $0.map { graph[$0].name } ?? "" }
      let originals = Dictionary(
        (notes?.attributes ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      record.attributes = try writer.attributes.map { name, value in
        let original = originals[name]
        var attribute = OnnxAttribute(name, try convert(value, like: original?.value, in: scope, names))
        attribute.documentation = original?.documentation
        attribute.unknown = original?.unknown ?? []
        return attribute
      }
      let taken = writer.takenInputs.compactMap { node.inputs[$0] }
      return Written(
        node: node, record: record, inputs: inputs.compactMap(\.self), operands: inputs, taken: taken)
    } catch OperatorError.unsupported(let reason) {
      let location = ConversionError.Location(node: graph.describe(node))
      throw ConversionError(.unsupported, reason + lowering.hint(for: node, reason), at: location)
    } catch {
      throw ConversionError(error, at: .init(node: graph.describe(node)))
    }
  }

  private func tensorRecord(_ tensor: Tensor, name: String?, _ notes: OnnxTensor? = nil) -> OnnxTensor {
    var record = OnnxTensor(tensor, name: name)
    if let notes {
      record.encoding = notes.encoding
      record.documentation = notes.documentation
      record.metadata = notes.metadata
      record.unknown = notes.unknown
    }
    return record
  }

  private func tensorRecord(_ tensor: SparseTensor, name: String?, _ notes: OnnxSparseTensor?) -> OnnxSparseTensor {
    OnnxSparseTensor(
      values: tensorRecord(tensor.values, name: name ?? notes?.values.name, notes?.values),
      indices: tensorRecord(tensor.indices, name: notes?.indices.name, notes?.indices), shape: tensor.shape)
  }

  /// - Parameter original: the value as it stood in the file, whose tensors' names and notes are kept.
  private func convert(
    _ value: Attribute, like original: OnnxAttribute.Value?, in scope: OnnxExportScope, _ names: OnnxValueNames
  ) throws -> OnnxAttribute.Value {
    func record(of graph: Graph) throws -> OnnxGraph {
      var inner = scope
      inner.arguments = scope.bodies[OnnxBodyKey(graph)] ?? []
      return try self.record(of: graph, isMain: false, in: inner, names)
    }
    switch value {
    case .float(let value): return .float(value)
    case .int(let value): return .int(Int64(value))
    case .string(let bytes): return .string(bytes)
    case .tensor(let tensor):
      guard case .tensor(let notes)? = original else { return .tensor(tensorRecord(tensor, name: nil)) }
      return .tensor(tensorRecord(tensor, name: notes.name, notes))
    case .sparseTensor(let tensor):
      guard case .sparseTensor(let notes)? = original else {
        return .sparseTensor(tensorRecord(tensor, name: nil, nil))
      }
      return .sparseTensor(tensorRecord(tensor, name: nil, notes))
    case .graph(let graph): return .graph(try record(of: graph))
    case .type(let type):
      if case .type(let notes)? = original, ValueType(notes) == type { return .type(notes) }
      return .type(type.onnx ?? OnnxType(.none))
    case .floats(let values): return .floats(values)
    case .ints(let values): return .ints(values.map(Int64.init))
    case .strings(let values): return .strings(values)
    case .tensors(let tensors):
      guard case .tensors(let notes)? = original, notes.count == tensors.count else {
        return .tensors(tensors.map { tensorRecord($0, name: nil) })
      }
      return .tensors(zip(tensors, notes).map { tensorRecord($0, name: $1.name, $1) })
    case .sparseTensors(let tensors):
      guard case .sparseTensors(let notes)? = original, notes.count == tensors.count else {
        return .sparseTensors(tensors.map { tensorRecord($0, name: nil, nil) })
      }
      return .sparseTensors(zip(tensors, notes).map { tensorRecord($0, name: nil, $1) })
    case .graphs(let graphs): return .graphs(try graphs.map { try record(of: $0) })
    case .types(let types):
      guard case .types(let notes)? = original, notes.map({ ValueType($0) }) == types else {
        return .types(types.map { $0.onnx ?? OnnxType(.none) })
      }
      return .types(notes)
    case .reference(let name, let kind): return .reference(name: name, type: Int32(truncatingIfNeeded: kind))
    }
  }
}

extension Graph {
  /// The newest versions of operators that are not ONNX's own, by domain, in the graph and the graphs inside it.
  fileprivate var addedOperatorSets: [String: Int] {
    var versions: [String: Int] = [:]
    for operation in nodes.map(\.operator) where !(operation is ForeignOperator) {
      let signature = operation.signature
      if !signature.domain.isEmpty {
        versions.merge([signature.domain: signature.versions.last ?? 1]) { max($0, $1) }
      }
      for body in operation.bodies { versions.merge(body.addedOperatorSets) { max($0, $1) } }
    }
    return versions
  }
}

extension OnnxTensor {
  /// The record of a tensor, its payload in place.
  init(_ tensor: Tensor, name: String?) {
    let payload: Payload
    if let storage = tensor.storage {
      payload = .bytes(storage)
    } else {
      payload = .strings((tensor.strings ?? []).map { Array($0.utf8) })
    }
    self.init(name: name, elementType: tensor.elementType, shape: tensor.shape, payload: payload)
  }
}

extension OnnxGraph {
  /// Gives nodes that share a name others; runtimes take no graph with two nodes of one name.
  fileprivate mutating func makeNodeNamesUnique() {
    var taken = Set(nodes.compactMap(\.name))
    var seen: Set<String> = []
    for index in nodes.indices {
      guard let name = nodes[index].name, !name.isEmpty, !seen.insert(name).inserted else { continue }
      let new = name.unique { taken.contains($0) }
      taken.insert(new)
      seen.insert(new)
      nodes[index].name = new
    }
  }
}

extension Node {
  /// How many inputs must be spelled even if the last ones are left out: those the file itself spelled.
  fileprivate func minimumInputs(_ taken: Set<Int>) -> Int {
    taken.isEmpty ? inputs.count : 0
  }
}
