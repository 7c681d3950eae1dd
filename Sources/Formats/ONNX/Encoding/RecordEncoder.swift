import CNNTensors
import COnnxProto

/// Turns records into protobuf-c messages; payloads become tokens that ``PayloadSplicer`` replaces.
final class RecordEncoder {
  let arena = ProtoArena()
  /// The payloads that tokens refer to, by index.
  var payloads: [TensorPayload] = []
  /// The data file for large initializers, if there is one.
  var external: ExternalDataLayout?
  /// The data file's name; `nil` if there is none.
  private(set) var location: String?
  /// Where its name goes once it is known; each has room for as many bytes as the name given at first.
  private var locations: [UnsafeMutablePointer<CChar>] = []

  init(external: ExternalDataLayout? = nil) { self.external = external }

  /// The entries of a tensor in the data file.
  func place(_ storage: Storage) throws -> UnsafeMutablePointer<UnsafeMutablePointer<Onnx__StringStringEntryProto>?>? {
    guard let placed = external?.place(storage) else { return nil }
    let entries = try entries(placed)
    if let location = entries?[0]?.pointee.value { locations.append(location) }
    return entries
  }

  /// Names the data file in all that refers to it, by a name as long as the first.
  func setLocation(_ name: String) {
    location = name
    for location in locations {
      for (i, byte) in name.utf8.enumerated() { location[i] = CChar(bitPattern: byte) }
    }
  }

  func model(_ model: OnnxModel) throws -> UnsafeMutablePointer<Onnx__ModelProto> {
    let message = arena.message(onnx__model_proto__init)
    message.pointee.has_ir_version = 1
    message.pointee.ir_version = model.irVersion
    message.pointee.n_opset_import = model.operatorSets.count
    message.pointee.opset_import = try operatorSets(model.operatorSets)
    message.pointee.producer_name = try arena.text(model.producerName, "producer_name")
    message.pointee.producer_version = try arena.text(model.producerVersion, "producer_version")
    message.pointee.domain = try arena.text(model.domain, "domain")
    message.pointee.has_model_version = model.modelVersion == nil ? 0 : 1
    message.pointee.model_version = model.modelVersion ?? 0
    message.pointee.doc_string = try arena.text(model.documentation, "doc_string")
    message.pointee.graph = try graph(model.graph)
    message.pointee.n_metadata_props = model.metadata.count
    message.pointee.metadata_props = try entries(model.metadata)
    message.pointee.n_training_info = model.trainingInfo.count
    message.pointee.training_info = try arena.messages(model.trainingInfo, trainingInfo)
    message.pointee.n_functions = model.functions.count
    message.pointee.functions = try arena.messages(model.functions, function)
    message.pointee.n_configuration = model.configurations.count
    message.pointee.configuration = try arena.messages(model.configurations, deviceConfiguration)
    arena.setUnknown(model.unknown, of: &message.pointee.base)
    return message
  }

  func graph(_ graph: OnnxGraph) throws -> UnsafeMutablePointer<Onnx__GraphProto> {
    let message = arena.message(onnx__graph_proto__init)
    message.pointee.n_node = graph.nodes.count
    message.pointee.node = try arena.messages(graph.nodes, node)
    message.pointee.name = try arena.text(graph.name, "graph name")
    message.pointee.n_initializer = graph.initializers.count
    message.pointee.initializer = try arena.messages(graph.initializers) { try tensor($0, mayBeExternal: true) }
    message.pointee.n_sparse_initializer = graph.sparseInitializers.count
    message.pointee.sparse_initializer = try arena.messages(graph.sparseInitializers, sparseTensor)
    message.pointee.doc_string = try arena.text(graph.documentation, "doc_string")
    message.pointee.n_input = graph.inputs.count
    message.pointee.input = try arena.messages(graph.inputs, valueInfo)
    message.pointee.n_output = graph.outputs.count
    message.pointee.output = try arena.messages(graph.outputs, valueInfo)
    message.pointee.n_value_info = graph.valueInfo.count
    message.pointee.value_info = try arena.messages(graph.valueInfo, valueInfo)
    message.pointee.n_quantization_annotation = graph.quantizationAnnotations.count
    message.pointee.quantization_annotation = try arena.messages(graph.quantizationAnnotations, tensorAnnotation)
    message.pointee.n_metadata_props = graph.metadata.count
    message.pointee.metadata_props = try entries(graph.metadata)
    arena.setUnknown(graph.unknown, of: &message.pointee.base)
    return message
  }

  func node(_ node: OnnxNode) throws -> UnsafeMutablePointer<Onnx__NodeProto> {
    let message = arena.message(onnx__node_proto__init)
    message.pointee.n_input = node.inputs.count
    message.pointee.input = try arena.texts(node.inputs, "node input")
    message.pointee.n_output = node.outputs.count
    message.pointee.output = try arena.texts(node.outputs, "node output")
    message.pointee.name = try arena.text(node.name, "node name")
    message.pointee.op_type = try arena.text(node.operatorType, "op_type")
    message.pointee.domain = try arena.text(node.domain, "node domain")
    message.pointee.overload = try arena.text(node.overload, "node overload")
    message.pointee.n_attribute = node.attributes.count
    message.pointee.attribute = try arena.messages(node.attributes, attribute)
    message.pointee.doc_string = try arena.text(node.documentation, "doc_string")
    message.pointee.n_metadata_props = node.metadata.count
    message.pointee.metadata_props = try entries(node.metadata)
    message.pointee.n_device_configurations = node.deviceConfigurations.count
    message.pointee.device_configurations = try arena.messages(node.deviceConfigurations, nodeDeviceConfiguration)
    arena.setUnknown(node.unknown, of: &message.pointee.base)
    return message
  }

  func function(_ function: OnnxFunction) throws -> UnsafeMutablePointer<Onnx__FunctionProto> {
    let message = arena.message(onnx__function_proto__init)
    message.pointee.name = try arena.text(function.name, "function name")
    message.pointee.domain = try arena.text(function.domain, "function domain")
    message.pointee.overload = try arena.text(function.overload, "function overload")
    message.pointee.n_input = function.inputs.count
    message.pointee.input = try arena.texts(function.inputs, "function input")
    message.pointee.n_output = function.outputs.count
    message.pointee.output = try arena.texts(function.outputs, "function output")
    message.pointee.n_attribute = function.attributes.count
    message.pointee.attribute = try arena.texts(function.attributes, "function attribute")
    message.pointee.n_attribute_proto = function.attributeDefaults.count
    message.pointee.attribute_proto = try arena.messages(function.attributeDefaults, attribute)
    message.pointee.n_node = function.nodes.count
    message.pointee.node = try arena.messages(function.nodes, node)
    message.pointee.doc_string = try arena.text(function.documentation, "doc_string")
    message.pointee.n_opset_import = function.operatorSets.count
    message.pointee.opset_import = try operatorSets(function.operatorSets)
    message.pointee.n_value_info = function.valueInfo.count
    message.pointee.value_info = try arena.messages(function.valueInfo, valueInfo)
    message.pointee.n_metadata_props = function.metadata.count
    message.pointee.metadata_props = try entries(function.metadata)
    arena.setUnknown(function.unknown, of: &message.pointee.base)
    return message
  }

  func entries(
    _ entries: [OnnxEntry]
  ) throws -> UnsafeMutablePointer<UnsafeMutablePointer<Onnx__StringStringEntryProto>?>? {
    try arena.messages(entries) { entry in
      let message = arena.message(onnx__string_string_entry_proto__init)
      message.pointee.key = try arena.text(entry.key, "key")
      message.pointee.value = try arena.text(entry.value, "value of \(entry.key.quoted)")
      return message
    }
  }

  private func operatorSets(
    _ sets: [OnnxOperatorSet]
  ) throws -> UnsafeMutablePointer<UnsafeMutablePointer<Onnx__OperatorSetIdProto>?>? {
    try arena.messages(sets) { set in
      let message = arena.message(onnx__operator_set_id_proto__init)
      if !set.omitsDomain || !set.domain.isEmpty {
        message.pointee.domain = try arena.text(set.domain, "operator set domain")
      }
      message.pointee.has_version = 1
      message.pointee.version = set.version
      return message
    }
  }

  private func trainingInfo(_ info: OnnxTrainingInfo) throws -> UnsafeMutablePointer<Onnx__TrainingInfoProto> {
    let message = arena.message(onnx__training_info_proto__init)
    message.pointee.initialization = try info.initialization.map(graph)
    message.pointee.algorithm = try info.algorithm.map(graph)
    message.pointee.n_initialization_binding = info.initializationBinding.count
    message.pointee.initialization_binding = try entries(info.initializationBinding)
    message.pointee.n_update_binding = info.updateBinding.count
    message.pointee.update_binding = try entries(info.updateBinding)
    return message
  }

  private func tensorAnnotation(
    _ annotation: OnnxTensorAnnotation
  ) throws -> UnsafeMutablePointer<Onnx__TensorAnnotation> {
    let message = arena.message(onnx__tensor_annotation__init)
    message.pointee.tensor_name = try arena.text(annotation.tensorName, "tensor_name")
    message.pointee.n_quant_parameter_tensor_names = annotation.parameters.count
    message.pointee.quant_parameter_tensor_names = try entries(annotation.parameters)
    return message
  }

  private func deviceConfiguration(
    _ configuration: OnnxDeviceConfiguration
  ) throws -> UnsafeMutablePointer<Onnx__DeviceConfigurationProto> {
    let message = arena.message(onnx__device_configuration_proto__init)
    message.pointee.name = try arena.text(configuration.name, "configuration name")
    message.pointee.has_num_devices = configuration.deviceCount == nil ? 0 : 1
    message.pointee.num_devices = configuration.deviceCount ?? 0
    message.pointee.n_device = configuration.devices.count
    message.pointee.device = try arena.texts(configuration.devices, "device")
    return message
  }
}
