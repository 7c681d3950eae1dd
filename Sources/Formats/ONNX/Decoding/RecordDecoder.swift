import CNNTensors
import COnnxProto

/// Turns protobuf-c's decoded messages into records; payload tokens become views of `file`.
struct RecordDecoder {
  let file: MappedFile

  func model(_ message: UnsafeMutablePointer<Onnx__ModelProto>) throws -> OnnxModel {
    let source = message.pointee
    guard let graph = source.graph else { throw FormatError.missing(field: "graph", message: "ModelProto") }
    var model = OnnxModel()
    model.irVersion = source.has_ir_version != 0 ? source.ir_version : 0
    model.operatorSets = operatorSets(source.opset_import, source.n_opset_import)
    model.producerName = text(source.producer_name)
    model.producerVersion = text(source.producer_version)
    model.domain = text(source.domain)
    model.modelVersion = source.has_model_version != 0 ? source.model_version : nil
    model.documentation = text(source.doc_string)
    model.graph = try self.graph(graph)
    model.metadata = entries(source.metadata_props, source.n_metadata_props)
    model.trainingInfo = try messages(source.training_info, source.n_training_info, trainingInfo)
    model.functions = try messages(source.functions, source.n_functions, function)
    model.configurations = messages(source.configuration, source.n_configuration, deviceConfiguration)
    model.unknown = unknownFields(source.base)
    return model
  }

  func graph(_ message: UnsafeMutablePointer<Onnx__GraphProto>) throws -> OnnxGraph {
    let source = message.pointee
    var graph = OnnxGraph()
    graph.nodes = try messages(source.node, source.n_node, node)
    graph.name = text(source.name)
    graph.initializers = try messages(source.initializer, source.n_initializer, tensor)
    graph.sparseInitializers = try messages(source.sparse_initializer, source.n_sparse_initializer, sparseTensor)
    graph.documentation = text(source.doc_string)
    graph.inputs = messages(source.input, source.n_input, valueInfo)
    graph.outputs = messages(source.output, source.n_output, valueInfo)
    graph.valueInfo = messages(source.value_info, source.n_value_info, valueInfo)
    graph.quantizationAnnotations = messages(
      source.quantization_annotation, source.n_quantization_annotation, tensorAnnotation)
    graph.metadata = entries(source.metadata_props, source.n_metadata_props)
    graph.unknown = unknownFields(source.base)
    return graph
  }

  func node(_ message: UnsafeMutablePointer<Onnx__NodeProto>) throws -> OnnxNode {
    let source = message.pointee
    var node = OnnxNode()
    node.inputs = texts(source.input, source.n_input)
    node.outputs = texts(source.output, source.n_output)
    node.name = text(source.name)
    node.operatorType = text(source.op_type) ?? ""
    node.domain = text(source.domain)
    node.overload = text(source.overload)
    node.attributes = try messages(source.attribute, source.n_attribute, attribute)
    node.documentation = text(source.doc_string)
    node.metadata = entries(source.metadata_props, source.n_metadata_props)
    node.deviceConfigurations = messages(
      source.device_configurations, source.n_device_configurations, nodeDeviceConfiguration)
    node.unknown = unknownFields(source.base)
    return node
  }

  func function(_ message: UnsafeMutablePointer<Onnx__FunctionProto>) throws -> OnnxFunction {
    let source = message.pointee
    var function = OnnxFunction()
    function.name = text(source.name) ?? ""
    function.domain = text(source.domain)
    function.overload = text(source.overload)
    function.inputs = texts(source.input, source.n_input)
    function.outputs = texts(source.output, source.n_output)
    function.attributes = texts(source.attribute, source.n_attribute)
    function.attributeDefaults = try messages(source.attribute_proto, source.n_attribute_proto, attribute)
    function.nodes = try messages(source.node, source.n_node, node)
    function.documentation = text(source.doc_string)
    function.operatorSets = operatorSets(source.opset_import, source.n_opset_import)
    function.valueInfo = messages(source.value_info, source.n_value_info, valueInfo)
    function.metadata = entries(source.metadata_props, source.n_metadata_props)
    function.unknown = unknownFields(source.base)
    return function
  }

  private func trainingInfo(_ message: UnsafeMutablePointer<Onnx__TrainingInfoProto>) throws -> OnnxTrainingInfo {
    let source = message.pointee
    var info = OnnxTrainingInfo()
    info.initialization = try source.initialization.map { try graph($0) }
    info.algorithm = try source.algorithm.map { try graph($0) }
    info.initializationBinding = entries(source.initialization_binding, source.n_initialization_binding)
    info.updateBinding = entries(source.update_binding, source.n_update_binding)
    return info
  }

  private func operatorSets(
    _ fields: UnsafeMutablePointer<UnsafeMutablePointer<Onnx__OperatorSetIdProto>?>?, _ count: Int
  ) -> [OnnxOperatorSet] {
    messages(fields, count) { message in
      var set = OnnxOperatorSet(domain: text(message.pointee.domain) ?? "", version: message.pointee.version)
      set.omitsDomain = message.pointee.domain == nil
      return set
    }
  }

  private func tensorAnnotation(_ message: UnsafeMutablePointer<Onnx__TensorAnnotation>) -> OnnxTensorAnnotation {
    var annotation = OnnxTensorAnnotation()
    annotation.tensorName = text(message.pointee.tensor_name)
    annotation.parameters = entries(
      message.pointee.quant_parameter_tensor_names, message.pointee.n_quant_parameter_tensor_names)
    return annotation
  }

  private func deviceConfiguration(
    _ message: UnsafeMutablePointer<Onnx__DeviceConfigurationProto>
  ) -> OnnxDeviceConfiguration {
    var configuration = OnnxDeviceConfiguration()
    configuration.name = text(message.pointee.name)
    configuration.deviceCount = message.pointee.has_num_devices != 0 ? message.pointee.num_devices : nil
    configuration.devices = texts(message.pointee.device, message.pointee.n_device)
    return configuration
  }

  private func nodeDeviceConfiguration(
    _ message: UnsafeMutablePointer<Onnx__NodeDeviceConfigurationProto>
  ) -> OnnxNodeDeviceConfiguration {
    let source = message.pointee
    var configuration = OnnxNodeDeviceConfiguration()
    configuration.configurationID = text(source.configuration_id)
    configuration.shardingSpecifications = messages(source.sharding_spec, source.n_sharding_spec) { specification in
      let size = onnx__sharding_spec_proto__get_packed_size(specification)
      return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        count = onnx__sharding_spec_proto__pack(specification, buffer.baseAddress)
      }
    }
    configuration.pipelineStage = source.has_pipeline_stage != 0 ? source.pipeline_stage : nil
    return configuration
  }
}
