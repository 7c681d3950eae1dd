import CNNTensors

// The messages of an ONNX file as plain records, field by field in the order of `Proto/onnx.proto`. Nothing here knows
// what an operator means. Weight payloads stay where they are: a range of the file, or memory made by this program.

/// A field that this program's schema does not know, kept as it stood on the wire.
package struct UnknownField: Sendable, Hashable {
  /// The field's number.
  package var number: UInt32
  /// The protobuf wire type: 0 varint, 1 fixed64, 2 length-delimited, 5 fixed32.
  package var wireType: UInt8
  /// The bytes behind the tag; a length-delimited field's length prefix is included.
  package var bytes: [UInt8]

  /// Records a field.
  package init(number: UInt32, wireType: UInt8, bytes: [UInt8]) {
    (self.number, self.wireType, self.bytes) = (number, wireType, bytes)
  }
}

/// A key and a value (`StringStringEntryProto`).
package struct OnnxEntry: Sendable, Hashable {
  /// The key.
  package var key: String
  /// The value.
  package var value: String
  /// Records an entry.
  package init(_ key: String, _ value: String) { (self.key, self.value) = (key, value) }
}

/// `OperatorSetIdProto`.
package struct OnnxOperatorSet: Sendable, Hashable {
  /// Empty for the standard operators.
  package var domain: String
  /// The version of the operator set.
  package var version: Int64
  /// True if the file leaves an empty domain out rather than stating it, so that a copy does the same.
  package var omitsDomain = false
  /// Records an operator set.
  package init(domain: String = "", version: Int64) { (self.domain, self.version) = (domain, version) }
  /// True for the same domain and version.
  package static func == (a: Self, b: Self) -> Bool { a.domain == b.domain && a.version == b.version }
  /// Hashes domain and version.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(domain)
    hasher.combine(version)
  }
}

/// `ModelProto`.
package struct OnnxModel: Sendable {
  /// The version of the format; 0 if the file does not say.
  package var irVersion: Int64 = 10
  /// The operator sets the model relies on.
  package var operatorSets: [OnnxOperatorSet] = []
  /// The program that made the model.
  package var producerName: String?
  /// Its version.
  package var producerVersion: String?
  /// Whose model it is, a reverse DNS name.
  package var domain: String?
  /// The model's own version.
  package var modelVersion: Int64?
  /// A text for people.
  package var documentation: String?
  /// The network.
  package var graph = OnnxGraph()
  /// Keys and values that mean nothing to the format.
  package var metadata: [OnnxEntry] = []
  /// How to train it.
  package var trainingInfo: [OnnxTrainingInfo] = []
  /// Operators defined by the model itself.
  package var functions: [OnnxFunction] = []
  /// Devices that nodes may be assigned to.
  package var configurations: [OnnxDeviceConfiguration] = []
  /// Fields that the schema does not know.
  package var unknown: [UnknownField] = []
  /// An empty model.
  package init() {}
}

/// `GraphProto`.
package struct OnnxGraph: Sendable {
  /// The nodes, each after those it depends on.
  package var nodes: [OnnxNode] = []
  /// The name.
  package var name: String?
  /// Constant values by name.
  package var initializers: [OnnxTensor] = []
  /// Sparse constant values.
  package var sparseInitializers: [OnnxSparseTensor] = []
  /// A text for people.
  package var documentation: String?
  /// The inputs, in older files also the initializers.
  package var inputs: [OnnxValueInfo] = []
  /// The outputs.
  package var outputs: [OnnxValueInfo] = []
  /// What is known of values in between.
  package var valueInfo: [OnnxValueInfo] = []
  /// Quantization parameters of values.
  package var quantizationAnnotations: [OnnxTensorAnnotation] = []
  /// Keys and values that mean nothing to the format.
  package var metadata: [OnnxEntry] = []
  /// Fields that the schema does not know.
  package var unknown: [UnknownField] = []
  /// An empty graph.
  package init() {}
}

/// `NodeProto`. An empty input or output name stands for one that is left out.
package struct OnnxNode: Sendable {
  /// The names of the inputs.
  package var inputs: [String] = []
  /// The names of the outputs.
  package var outputs: [String] = []
  /// The name.
  package var name: String?
  /// The operator's name.
  package var operatorType = ""
  /// The domain, a reverse DNS name; absent or empty for the standard one.
  package var domain: String?
  /// Tells functions of one domain and name apart.
  package var overload: String?
  /// The attributes.
  package var attributes: [OnnxAttribute] = []
  /// A text for people.
  package var documentation: String?
  /// Keys and values that mean nothing to the format.
  package var metadata: [OnnxEntry] = []
  /// Where the node runs.
  package var deviceConfigurations: [OnnxNodeDeviceConfiguration] = []
  /// Fields that the schema does not know.
  package var unknown: [UnknownField] = []
  /// A node without an operator.
  package init() {}
}

/// `AttributeProto`.
package struct OnnxAttribute: Sendable {
  /// The attribute's value, one case for each `AttributeType`.
  package indirect enum Value: Sendable {
    /// `FLOAT`.
    case float(Float)
    /// `INT`.
    case int(Int64)
    /// `STRING`: any bytes.
    case string([UInt8])
    /// `TENSOR`.
    case tensor(OnnxTensor)
    /// `GRAPH`.
    case graph(OnnxGraph)
    /// `SPARSE_TENSOR`.
    case sparseTensor(OnnxSparseTensor)
    /// `TYPE_PROTO`.
    case type(OnnxType)
    /// `FLOATS`.
    case floats([Float])
    /// `INTS`.
    case ints([Int64])
    /// `STRINGS`.
    case strings([[UInt8]])
    /// `TENSORS`.
    case tensors([OnnxTensor])
    /// `GRAPHS`.
    case graphs([OnnxGraph])
    /// `SPARSE_TENSORS`.
    case sparseTensors([OnnxSparseTensor])
    /// `TYPE_PROTOS`.
    case types([OnnxType])
    /// Inside a function: the attribute of the calling node that is meant, and the `AttributeType` number.
    case reference(name: String, type: Int32)
  }
  /// The name.
  package var name: String
  /// The value.
  package var value: Value
  /// A text for people.
  package var documentation: String?
  /// Fields that the schema does not know.
  package var unknown: [UnknownField] = []
  /// Records an attribute.
  package init(_ name: String, _ value: Value) { (self.name, self.value) = (name, value) }
}

/// `TensorProto`, its elements turned into row-major little-endian bytes unless they are strings.
package struct OnnxTensor: Sendable {
  /// Where the elements are.
  package enum Payload: Sendable {
    /// Row-major little-endian bytes, sub-byte elements packed low bits first: `raw_data`, or memory.
    case bytes(Storage)
    /// `string_data`; each string may hold any bytes.
    case strings([[UInt8]])
    /// In another file (`data_location` EXTERNAL): the entries as written.
    case external([OnnxEntry])
  }
  /// Which field the file used for the payload, so that a copy uses it again.
  package enum Encoding: Sendable { case raw, typed }

  /// The name.
  package var name: String?
  /// What an element is.
  package var elementType: ElementType
  /// Extents, outermost first.
  package var shape: [Int] = []
  /// The elements.
  package var payload: Payload
  /// Which field holds the elements.
  package var encoding: Encoding = .raw
  /// A text for people.
  package var documentation: String?
  /// Keys and values that mean nothing to the format.
  package var metadata: [OnnxEntry] = []
  /// Fields that the schema does not know.
  package var unknown: [UnknownField] = []
  /// Records a tensor.
  package init(name: String?, elementType: ElementType, shape: [Int], payload: Payload) {
    (self.name, self.elementType, self.shape, self.payload) = (name, elementType, shape, payload)
  }
}

/// `SparseTensorProto`.
package struct OnnxSparseTensor: Sendable {
  /// The values that are not zero, `[NNZ]`.
  package var values: OnnxTensor
  /// Where they are: linear `[NNZ]` or by axis `[NNZ, rank]`.
  package var indices: OnnxTensor
  /// The extents of the dense tensor.
  package var shape: [Int]
  /// Records a sparse tensor.
  package init(values: OnnxTensor, indices: OnnxTensor, shape: [Int]) {
    (self.values, self.indices, self.shape) = (values, indices, shape)
  }
}

/// One extent of a `TensorShapeProto`.
package struct OnnxDimension: Sendable, Hashable {
  /// What is known of an extent: a number, a name, or nothing.
  package enum Extent: Sendable, Hashable { case value(Int64), parameter(String), unknown }
  /// The extent.
  package var extent: Extent
  /// A standard axis meaning such as `DATA_BATCH`.
  package var denotation: String?
  /// Records a dimension.
  package init(_ extent: Extent, denotation: String? = nil) { (self.extent, self.denotation) = (extent, denotation) }
}

/// `TypeProto`. The element type is the number on the wire (0 = undefined), which may be newer than this program.
package struct OnnxType: Sendable, Hashable {
  /// The kinds of types.
  package indirect enum Kind: Sendable, Hashable {
    /// A tensor; without a shape its rank is unknown.
    case tensor(elementType: Int32, shape: [OnnxDimension]?)
    /// A sparse tensor.
    case sparseTensor(elementType: Int32, shape: [OnnxDimension]?)
    /// A sequence of one type.
    case sequence(OnnxType)
    /// One value or none.
    case optional(OnnxType)
    /// A map; the key type is a `TensorProto.DataType` number.
    case map(keyType: Int32, value: OnnxType)
    /// A type with a meaning elsewhere.
    case opaque(domain: String, name: String)
    /// No kind is set.
    case none
  }
  /// What the type is.
  package var kind: Kind
  /// A standard meaning such as `IMAGE`.
  package var denotation: String?
  /// Records a type.
  package init(_ kind: Kind, denotation: String? = nil) { (self.kind, self.denotation) = (kind, denotation) }
}

/// `ValueInfoProto`.
package struct OnnxValueInfo: Sendable {
  /// The name.
  package var name: String
  /// The type, if it is known.
  package var type: OnnxType?
  /// A text for people.
  package var documentation: String?
  /// Keys and values that mean nothing to the format.
  package var metadata: [OnnxEntry] = []
  /// Fields that the schema does not know.
  package var unknown: [UnknownField] = []
  /// Records a value.
  package init(name: String, type: OnnxType?) { (self.name, self.type) = (name, type) }
}

/// `FunctionProto`.
package struct OnnxFunction: Sendable {
  /// The name.
  package var name = ""
  /// The domain, a reverse DNS name; absent or empty for the standard one.
  package var domain: String?
  /// Tells functions of one domain and name apart.
  package var overload: String?
  /// The names of the inputs.
  package var inputs: [String] = []
  /// The names of the outputs.
  package var outputs: [String] = []
  /// Attributes a caller must give.
  package var attributes: [String] = []
  /// Attributes a caller may give, with their defaults.
  package var attributeDefaults: [OnnxAttribute] = []
  /// The body.
  package var nodes: [OnnxNode] = []
  /// A text for people.
  package var documentation: String?
  /// The operator sets the body relies on.
  package var operatorSets: [OnnxOperatorSet] = []
  /// What is known of values in the body.
  package var valueInfo: [OnnxValueInfo] = []
  /// Keys and values that mean nothing to the format.
  package var metadata: [OnnxEntry] = []
  /// Fields that the schema does not know.
  package var unknown: [UnknownField] = []
  /// An empty function.
  package init() {}
}

/// `TrainingInfoProto`.
package struct OnnxTrainingInfo: Sendable {
  /// Makes the initial state.
  package var initialization: OnnxGraph?
  /// One training step.
  package var algorithm: OnnxGraph?
  /// Which initializer takes which output of ``initialization``.
  package var initializationBinding: [OnnxEntry] = []
  /// Which initializer takes which output of ``algorithm``.
  package var updateBinding: [OnnxEntry] = []
  /// No training.
  package init() {}
}

/// `TensorAnnotation`: quantization parameters of a value by name.
package struct OnnxTensorAnnotation: Sendable {
  /// The value that is annotated.
  package var tensorName: String?
  /// Parameter kinds such as `SCALE_TENSOR` and the values that hold them.
  package var parameters: [OnnxEntry] = []
  /// An empty annotation.
  package init() {}
}

/// `DeviceConfigurationProto`.
package struct OnnxDeviceConfiguration: Sendable {
  /// The name.
  package var name: String?
  /// The number of devices.
  package var deviceCount: Int32?
  /// Their names.
  package var devices: [String] = []
  /// An empty configuration.
  package init() {}
}

/// `NodeDeviceConfigurationProto`; its sharding specifications are kept as they stand on the wire.
package struct OnnxNodeDeviceConfiguration: Sendable {
  /// The configuration meant.
  package var configurationID: String?
  /// Each a `ShardingSpecProto` on the wire.
  package var shardingSpecifications: [[UInt8]] = []
  /// The stage of the pipeline the node runs in.
  package var pipelineStage: Int32?
  /// An empty configuration.
  package init() {}
}
