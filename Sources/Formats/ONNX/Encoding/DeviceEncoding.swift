import COnnxProto

extension RecordEncoder {
  func nodeDeviceConfiguration(
    _ configuration: OnnxNodeDeviceConfiguration
  ) throws -> UnsafeMutablePointer<Onnx__NodeDeviceConfigurationProto> {
    let message = arena.message(onnx__node_device_configuration_proto__init)
    message.pointee.configuration_id = try arena.text(configuration.configurationID, "configuration_id")
    message.pointee.n_sharding_spec = configuration.shardingSpecifications.count
    message.pointee.sharding_spec = try arena.messages(configuration.shardingSpecifications, shardingSpecification)
    message.pointee.has_pipeline_stage = configuration.pipelineStage == nil ? 0 : 1
    message.pointee.pipeline_stage = configuration.pipelineStage ?? 0
    return message
  }

  /// The wire form as one unknown field after the other, so that it is written back as it stands.
  private func shardingSpecification(_ bytes: [UInt8]) throws -> UnsafeMutablePointer<Onnx__ShardingSpecProto> {
    let message = arena.message(onnx__sharding_spec_proto__init)
    let fields = try bytes.withUnsafeBytes { bytes throws(FormatError) in
      var fields: [UnknownField] = []
      var reader = WireReader(bytes)
      while !reader.isAtEnd {
        let (number, type) = try reader.tag()
        let start = reader.position
        try reader.skip(type)
        fields.append(
          UnknownField(number: number, wireType: type.rawValue, bytes: Array(bytes[start..<reader.position])))
      }
      return fields
    }
    arena.setUnknown(fields, of: &message.pointee.base)
    return message
  }
}
