import CNNTensors

// The messages of an ONNX file as plain records, field by field in the order of `Proto/onnx.proto`. Nothing here knows
// what an operator means. Weight payloads stay where they are: a range of the file, or memory made by this program.

/// A field that this program's schema does not know, kept as it stood on the wire.
public struct UnknownField: Sendable, Hashable {
  /// The field's number.
  public var number: UInt32
  /// The protobuf wire type: 0 varint, 1 fixed64, 2 length-delimited, 5 fixed32.
  public var wireType: UInt8
  /// The bytes behind the tag; a length-delimited field's length prefix is included.
  public var bytes: [UInt8]

  /// Records a field.
  public init(number: UInt32, wireType: UInt8, bytes: [UInt8]) {
    (self.number, self.wireType, self.bytes) = (number, wireType, bytes)
  }
}

/// A key and a value (`StringStringEntryProto`).
public struct OnnxEntry: Sendable, Hashable {
  /// The key.
  public var key: String
  /// The value.
  public var value: String
  /// Records an entry.
  public init(_ key: String, _ value: String) { (self.key, self.value) = (key, value) }
}

/// `OperatorSetIdProto`.
public struct OnnxOperatorSet: Sendable, Hashable {
  /// Empty for the standard operators.
  public var domain: String
  /// The version of the operator set.
  public var version: Int64
  /// True where the file leaves an empty domain out rather than stating it, so that a copy does the same.
  package var omitsDomain = false
  /// Records an operator set.
  public init(domain: String = "", version: Int64) { (self.domain, self.version) = (domain, version) }
  /// True for the same domain and version.
  public static func == (a: Self, b: Self) -> Bool { a.domain == b.domain && a.version == b.version }
  /// Hashes domain and version.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(domain)
    hasher.combine(version)
  }
}

/// `ModelProto`.
public struct OnnxModel: Sendable {
  /// The version of the format; 0 where the file does not say.
  public var irVersion: Int64 = 10
  /// The operator sets the model relies on.
  public var operatorSets: [OnnxOperatorSet] = []
  /// The program that made the model.
  public var producerName: String?
  /// Its version.
  public var producerVersion: String?
  /// Whose model it is, a reverse DNS name.
  public var domain: String?
  /// The model's own version.
  public var modelVersion: Int64?
  /// A text for people.
  public var documentation: String?
  /// The network.
  public var graph = OnnxGraph()
  /// Keys and values that mean nothing to the format.
  public var metadata: [OnnxEntry] = []
  /// How to train it.
  public var trainingInfo: [OnnxTrainingInfo] = []
  /// Operators defined by the model itself.
  public var functions: [OnnxFunction] = []
  /// Devices that nodes may be assigned to.
  public var configurations: [OnnxDeviceConfiguration] = []
  /// Fields that the schema does not know.
  public var unknown: [UnknownField] = []
  /// An empty model.
  public init() {}
}

/// `GraphProto`.
public struct OnnxGraph: Sendable {
  /// The nodes, each after those it depends on.
  public var nodes: [OnnxNode] = []
  /// The name.
  public var name: String?
  /// Constant values by name.
  public var initializers: [OnnxTensor] = []
  /// Sparse constant values.
  public var sparseInitializers: [OnnxSparseTensor] = []
  /// A text for people.
  public var documentation: String?
  /// The inputs, in older files also the initializers.
  public var inputs: [OnnxValueInfo] = []
  /// The outputs.
  public var outputs: [OnnxValueInfo] = []
  /// What is known of values in between.
  public var valueInfo: [OnnxValueInfo] = []
  /// Quantization parameters of values.
  public var quantizationAnnotations: [OnnxTensorAnnotation] = []
  /// Keys and values that mean nothing to the format.
  public var metadata: [OnnxEntry] = []
  /// Fields that the schema does not know.
  public var unknown: [UnknownField] = []
  /// An empty graph.
  public init() {}
}

/// `NodeProto`. An empty input or output name stands for one that is left out.
public struct OnnxNode: Sendable {
  /// The names of the inputs.
  public var inputs: [String] = []
  /// The names of the outputs.
  public var outputs: [String] = []
  /// The name.
  public var name: String?
  /// The operator's name.
  public var operatorType = ""
  /// The domain, a reverse DNS name; absent or empty for the standard one.
  public var domain: String?
  /// Tells functions of one domain and name apart.
  public var overload: String?
  /// The attributes.
  public var attributes: [OnnxAttribute] = []
  /// A text for people.
  public var documentation: String?
  /// Keys and values that mean nothing to the format.
  public var metadata: [OnnxEntry] = []
  /// Where the node runs.
  public var deviceConfigurations: [OnnxNodeDeviceConfiguration] = []
  /// Fields that the schema does not know.
  public var unknown: [UnknownField] = []
  /// A node without an operator.
  public init() {}
}

/// `AttributeProto`.
public struct OnnxAttribute: Sendable {
  /// The attribute's value, one case for each `AttributeType`.
  public indirect enum Value: Sendable {
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
  public var name: String
  /// The value.
  public var value: Value
  /// A text for people.
  public var documentation: String?
  /// Fields that the schema does not know.
  public var unknown: [UnknownField] = []
  /// Records an attribute.
  public init(_ name: String, _ value: Value) { (self.name, self.value) = (name, value) }
}

/// `TensorProto`, its elements turned into row-major little-endian bytes unless they are strings.
public struct OnnxTensor: Sendable {
  /// Where the elements are.
  public enum Payload: Sendable {
    /// Row-major little-endian bytes, sub-byte elements packed low bits first: `raw_data`, or memory.
    case bytes(Storage)
    /// `string_data`; each string may hold any bytes.
    case strings([[UInt8]])
    /// In another file (`data_location` EXTERNAL): the entries as written.
    case external([OnnxEntry])
  }
  /// Which field the file used for the payload, so that a copy uses it again.
  public enum Encoding: Sendable { case raw, typed }

  /// The name.
  public var name: String?
  /// What an element is.
  public var elementType: ElementType
  /// Extents, outermost first.
  public var shape: [Int] = []
  /// The elements.
  public var payload: Payload
  /// Which field holds the elements.
  public var encoding: Encoding = .raw
  /// A text for people.
  public var documentation: String?
  /// Keys and values that mean nothing to the format.
  public var metadata: [OnnxEntry] = []
  /// Fields that the schema does not know.
  public var unknown: [UnknownField] = []
  /// Records a tensor.
  public init(name: String?, elementType: ElementType, shape: [Int], payload: Payload) {
    (self.name, self.elementType, self.shape, self.payload) = (name, elementType, shape, payload)
  }
}

/// `SparseTensorProto`.
public struct OnnxSparseTensor: Sendable {
  /// The values that are not zero, `[NNZ]`.
  public var values: OnnxTensor
  /// Where they are: linear `[NNZ]` or by axis `[NNZ, rank]`.
  public var indices: OnnxTensor
  /// The extents of the dense tensor.
  public var shape: [Int]
  /// Records a sparse tensor.
  public init(values: OnnxTensor, indices: OnnxTensor, shape: [Int]) {
    (self.values, self.indices, self.shape) = (values, indices, shape)
  }
}

/// One extent of a `TensorShapeProto`.
public struct OnnxDimension: Sendable, Hashable {
  /// What is known of an extent: a number, a name, or nothing.
  public enum Extent: Sendable, Hashable { case value(Int64), parameter(String), unknown }
  /// The extent.
  public var extent: Extent
  /// A standard axis meaning such as `DATA_BATCH`.
  public var denotation: String?
  /// Records a dimension.
  public init(_ extent: Extent, denotation: String? = nil) { (self.extent, self.denotation) = (extent, denotation) }
}

/// `TypeProto`. The element type is the number on the wire (0 = undefined), which may be newer than this program.
public struct OnnxType: Sendable, Hashable {
  /// The kinds of types.
  public indirect enum Kind: Sendable, Hashable {
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
  public var kind: Kind
  /// A standard meaning such as `IMAGE`.
  public var denotation: String?
  /// Records a type.
  public init(_ kind: Kind, denotation: String? = nil) { (self.kind, self.denotation) = (kind, denotation) }
}

/// `ValueInfoProto`.
public struct OnnxValueInfo: Sendable {
  /// The name.
  public var name: String
  /// The type, where it is known.
  public var type: OnnxType?
  /// A text for people.
  public var documentation: String?
  /// Keys and values that mean nothing to the format.
  public var metadata: [OnnxEntry] = []
  /// Fields that the schema does not know.
  public var unknown: [UnknownField] = []
  /// Records a value.
  public init(name: String, type: OnnxType?) { (self.name, self.type) = (name, type) }
}

/// `FunctionProto`.
public struct OnnxFunction: Sendable {
  /// The name.
  public var name = ""
  /// The domain, a reverse DNS name; absent or empty for the standard one.
  public var domain: String?
  /// Tells functions of one domain and name apart.
  public var overload: String?
  /// The names of the inputs.
  public var inputs: [String] = []
  /// The names of the outputs.
  public var outputs: [String] = []
  /// Attributes a caller must give.
  public var attributes: [String] = []
  /// Attributes a caller may give, with their defaults.
  public var attributeDefaults: [OnnxAttribute] = []
  /// The body.
  public var nodes: [OnnxNode] = []
  /// A text for people.
  public var documentation: String?
  /// The operator sets the body relies on.
  public var operatorSets: [OnnxOperatorSet] = []
  /// What is known of values in the body.
  public var valueInfo: [OnnxValueInfo] = []
  /// Keys and values that mean nothing to the format.
  public var metadata: [OnnxEntry] = []
  /// Fields that the schema does not know.
  public var unknown: [UnknownField] = []
  /// An empty function.
  public init() {}
}

/// `TrainingInfoProto`.
public struct OnnxTrainingInfo: Sendable {
  /// Makes the initial state.
  public var initialization: OnnxGraph?
  /// One training step.
  public var algorithm: OnnxGraph?
  /// Which initializer takes which output of ``initialization``.
  public var initializationBinding: [OnnxEntry] = []
  /// Which initializer takes which output of ``algorithm``.
  public var updateBinding: [OnnxEntry] = []
  /// No training.
  public init() {}
}

/// `TensorAnnotation`: quantization parameters of a value by name.
public struct OnnxTensorAnnotation: Sendable {
  /// The value that is annotated.
  public var tensorName: String?
  /// Parameter kinds such as `SCALE_TENSOR` and the values that hold them.
  public var parameters: [OnnxEntry] = []
  /// An empty annotation.
  public init() {}
}

/// `DeviceConfigurationProto`.
public struct OnnxDeviceConfiguration: Sendable {
  /// The name.
  public var name: String?
  /// The number of devices.
  public var deviceCount: Int32?
  /// Their names.
  public var devices: [String] = []
  /// An empty configuration.
  public init() {}
}

/// `NodeDeviceConfigurationProto`; its sharding specifications are kept as they stand on the wire.
public struct OnnxNodeDeviceConfiguration: Sendable {
  /// The configuration meant.
  public var configurationID: String?
  /// Each a `ShardingSpecProto` on the wire.
  public var shardingSpecifications: [[UInt8]] = []
  /// The stage of the pipeline the node runs in.
  public var pipelineStage: Int32?
  /// An empty configuration.
  public init() {}
}
