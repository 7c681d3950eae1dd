import CNNFormats
import CNNGraphs
import CNNTensors

/// Makes an ONNX model record of a graph.
package struct OnnxExporter {
  /// The file's record, its graph still to come.
  private let file: OnnxModel
  private let versions: [String: Int]

  /// - Parameters:
  ///   - metadata: what is known around the graph.
  ///   - notes: what the ONNX file said around the graph, if it was read from one.
  ///   - operatorSet: the version of ONNX's operators to write; the graph's own if it is `nil`.
  /// - Throws: `ConversionError` if there is no such version.
  package init(metadata: ModelMetadata, notes: AttachedNotes, operatorSet: Int? = nil) throws {
    var file = OnnxModelNotes.record(for: metadata, notes)
    if let operatorSet, operatorSet != file.operatorSet {
      guard (1...OnnxVersions.newestOperatorSet).contains(operatorSet) else {
        throw ConversionError(
          .usage, "operator set \(operatorSet) is not one of 1 to \(OnnxVersions.newestOperatorSet)")
      }
      isConverting = true
      file.setOperatorSet(operatorSet)
    } else {
      isConverting = false
    }
    self.file = file
    versions = OnnxScope.versions(file.operatorSets)
  }

  private let isConverting: Bool

  /// The record of a whole model, payloads in place.
  /// - Throws: ``ConversionError`` naming the node that the operator set cannot express.
  package func export(_ graph: Graph) throws -> OnnxModel {
    var model = file
    model.graph = try record(of: graph, isMain: true)
    for (domain, version) in graph.addedOperatorSets.sorted(by: { $0.key < $1.key }) where versions[domain] == nil {
      model.operatorSets.append(OnnxOperatorSet(domain: domain, version: Int64(version)))
    }
    return model
  }

  private func record(of graph: Graph, isMain: Bool) throws -> OnnxGraph {
    var record = OnnxGraph()
    let notes = graph.annotations.carried as? OnnxGraphNotes
    record.name = notes?.name ?? graph.name
    record.documentation = graph.annotations.documentation
    record.metadata = graph.annotations.properties.map { OnnxEntry($0.key, $0.value) }
    record.quantizationAnnotations = notes?.quantizationAnnotations ?? []
    record.unknown = notes?.unknown ?? []
    var used: Set<ValueID> = Set(graph.outputs)
    for node in graph.nodes {
      let (nodeRecord, inputs) = try self.record(of: node, in: graph)
      used.formUnion(inputs)
      used.formUnion(node.captures)
      record.nodes.append(nodeRecord)
    }
    let interface = Set(graph.inputs + graph.outputs)
    record.inputs = graph.inputs.map { info(of: graph[$0]) }
    record.outputs = graph.outputs.map { info(of: graph[$0]) }
    for id in graph.valueIDs {
      let value = graph[id]
      let notes = value.annotations.carried as? OnnxValueNotes
      // A constant made while reading stands in an attribute again if nothing else uses it.
      if value.isConstant, notes?.tensor != nil || notes?.sparse != nil || used.contains(id) {
        if let sparse = value.sparseConstant {
          record.sparseInitializers.append(tensorRecord(sparse, name: value.name, notes?.sparse))
        } else if let constant = value.constant {
          record.initializers.append(tensorRecord(constant, name: value.name, notes?.tensor))
        }
        // Until version 4 of the format every initializer had to be listed among the inputs.
        if isMain, file.irVersion < 4, !interface.contains(id) { record.inputs.append(info(of: value)) }
      }
      let isListed = interface.contains(id) || isMain && file.irVersion < 4 && value.isConstant
      if notes?.info != nil, !isListed { record.valueInfo.append(info(of: value)) }
    }
    return record
  }

  private func info(of value: Value) -> OnnxValueInfo {
    if var info = (value.annotations.carried as? OnnxValueNotes)?.info {
      info.name = value.name
      if let declared = value.declaredType, declared != ValueType(info.type) { info.type = declared.onnx }
      return info
    }
    return OnnxValueInfo(name: value.name, type: (value.declaredType ?? value.type).onnx)
  }

  private func record(of node: Node, in graph: Graph) throws -> (OnnxNode, [ValueID]) {
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
      if let foreign, isConverting, foreign.function == nil, signature.domain.isEmpty || signature.domain == "ai.onnx" {
        throw OperatorError.unsupported("cannot be written for another operator set: \(foreign.reason)")
      }
      let version = versions[signature.domain == "ai.onnx" ? "" : signature.domain] ?? signature.versions.last ?? 1
      if foreign == nil, let first = signature.versions.first, first > version {
        throw OperatorError.unsupported("operator set \(version) has no \(signature.name); it came with \(first)")
      }
      var writer = NodeWriter(
        version: version,
        inputs: node.inputs.map { id -> Tensor?? in
          guard let id else { return nil }
          return .some(graph[id].constant)
        }, inputShapes: node.inputs.map { $0.flatMap { graph[$0].type.tensor?.shape } })
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
        var attribute = OnnxAttribute(name, try convert(value, like: original?.value))
        attribute.documentation = original?.documentation
        attribute.unknown = original?.unknown ?? []
        return attribute
      }
      return (record, inputs.compactMap(\.self))
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
  private func convert(_ value: Attribute, like original: OnnxAttribute.Value?) throws -> OnnxAttribute.Value {
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
    case .graph(let graph): return .graph(try record(of: graph, isMain: false))
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
    case .graphs(let graphs): return .graphs(try graphs.map { try record(of: $0, isMain: false) })
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

extension Node {
  /// How many inputs must be spelled even if the last ones are left out: those the file itself spelled.
  fileprivate func minimumInputs(_ taken: Set<Int>) -> Int {
    taken.isEmpty ? inputs.count : 0
  }
}
