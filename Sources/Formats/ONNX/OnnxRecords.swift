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
  var omitsDomain = false
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
  public var irVersion: Int64 = 10
  public var operatorSets: [OnnxOperatorSet] = []
  public var producerName: String?
  public var producerVersion: String?
  public var domain: String?
  public var modelVersion: Int64?
  public var documentation: String?
  public var graph = OnnxGraph()
  public var metadata: [OnnxEntry] = []
  public var trainingInfo: [OnnxTrainingInfo] = []
  public var functions: [OnnxFunction] = []
  public var configurations: [OnnxDeviceConfiguration] = []
  public var unknown: [UnknownField] = []
  public init() {}
}

/// `GraphProto`.
public struct OnnxGraph: Sendable {
  public var nodes: [OnnxNode] = []
  public var name: String?
  public var initializers: [OnnxTensor] = []
  public var sparseInitializers: [OnnxSparseTensor] = []
  public var documentation: String?
  public var inputs: [OnnxValueInfo] = []
  public var outputs: [OnnxValueInfo] = []
  public var valueInfo: [OnnxValueInfo] = []
  public var quantizationAnnotations: [OnnxTensorAnnotation] = []
  public var metadata: [OnnxEntry] = []
  public var unknown: [UnknownField] = []
  public init() {}
}

/// `NodeProto`. An empty input or output name stands for one that is left out.
public struct OnnxNode: Sendable {
  public var inputs: [String] = []
  public var outputs: [String] = []
  public var name: String?
  public var operatorType = ""
  public var domain: String?
  public var overload: String?
  public var attributes: [OnnxAttribute] = []
  public var documentation: String?
  public var metadata: [OnnxEntry] = []
  public var deviceConfigurations: [OnnxNodeDeviceConfiguration] = []
  public var unknown: [UnknownField] = []
  public init() {}
}

/// `AttributeProto`.
public struct OnnxAttribute: Sendable {
  /// The attribute's value, one case for each `AttributeType`.
  public indirect enum Value: Sendable {
    case float(Float)
    case int(Int64)
    case string([UInt8])
    case tensor(OnnxTensor)
    case graph(OnnxGraph)
    case sparseTensor(OnnxSparseTensor)
    case type(OnnxType)
    case floats([Float])
    case ints([Int64])
    case strings([[UInt8]])
    case tensors([OnnxTensor])
    case graphs([OnnxGraph])
    case sparseTensors([OnnxSparseTensor])
    case types([OnnxType])
    /// Inside a function: the attribute of the calling node that is meant, and the `AttributeType` number.
    case reference(name: String, type: Int32)
  }
  public var name: String
  public var value: Value
  public var documentation: String?
  public var unknown: [UnknownField] = []
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

  public var name: String?
  public var elementType: ElementType
  public var shape: [Int] = []
  public var payload: Payload
  public var encoding: Encoding = .raw
  public var documentation: String?
  public var metadata: [OnnxEntry] = []
  public var unknown: [UnknownField] = []
  public init(name: String?, elementType: ElementType, shape: [Int], payload: Payload) {
    (self.name, self.elementType, self.shape, self.payload) = (name, elementType, shape, payload)
  }
}

/// `SparseTensorProto`.
public struct OnnxSparseTensor: Sendable {
  public var values: OnnxTensor
  public var indices: OnnxTensor
  public var shape: [Int]
  public init(values: OnnxTensor, indices: OnnxTensor, shape: [Int]) {
    (self.values, self.indices, self.shape) = (values, indices, shape)
  }
}

/// One extent of a `TensorShapeProto`.
public struct OnnxDimension: Sendable, Hashable {
  public enum Extent: Sendable, Hashable { case value(Int64), parameter(String), unknown }
  public var extent: Extent
  /// A standard axis meaning such as `DATA_BATCH`.
  public var denotation: String?
  public init(_ extent: Extent, denotation: String? = nil) { (self.extent, self.denotation) = (extent, denotation) }
}

/// `TypeProto`. The element type is the number on the wire (0 = undefined), which may be newer than this program.
public struct OnnxType: Sendable, Hashable {
  public indirect enum Kind: Sendable, Hashable {
    case tensor(elementType: Int32, shape: [OnnxDimension]?)
    case sparseTensor(elementType: Int32, shape: [OnnxDimension]?)
    case sequence(OnnxType)
    case optional(OnnxType)
    case map(keyType: Int32, value: OnnxType)
    case opaque(domain: String, name: String)
    /// No kind is set.
    case none
  }
  public var kind: Kind
  public var denotation: String?
  public init(_ kind: Kind, denotation: String? = nil) { (self.kind, self.denotation) = (kind, denotation) }
}

/// `ValueInfoProto`.
public struct OnnxValueInfo: Sendable {
  public var name: String
  public var type: OnnxType?
  public var documentation: String?
  public var metadata: [OnnxEntry] = []
  public var unknown: [UnknownField] = []
  public init(name: String, type: OnnxType?) { (self.name, self.type) = (name, type) }
}

/// `FunctionProto`.
public struct OnnxFunction: Sendable {
  public var name = ""
  public var domain: String?
  public var overload: String?
  public var inputs: [String] = []
  public var outputs: [String] = []
  public var attributes: [String] = []
  public var attributeDefaults: [OnnxAttribute] = []
  public var nodes: [OnnxNode] = []
  public var documentation: String?
  public var operatorSets: [OnnxOperatorSet] = []
  public var valueInfo: [OnnxValueInfo] = []
  public var metadata: [OnnxEntry] = []
  public var unknown: [UnknownField] = []
  public init() {}
}

/// `TrainingInfoProto`.
public struct OnnxTrainingInfo: Sendable {
  public var initialization: OnnxGraph?
  public var algorithm: OnnxGraph?
  public var initializationBinding: [OnnxEntry] = []
  public var updateBinding: [OnnxEntry] = []
  public init() {}
}

/// `TensorAnnotation`: quantization parameters of a value by name.
public struct OnnxTensorAnnotation: Sendable {
  public var tensorName: String?
  public var parameters: [OnnxEntry] = []
  public init() {}
}

/// `DeviceConfigurationProto`.
public struct OnnxDeviceConfiguration: Sendable {
  public var name: String?
  public var deviceCount: Int32?
  public var devices: [String] = []
  public init() {}
}

/// `NodeDeviceConfigurationProto`; its sharding specifications are kept as they stand on the wire.
public struct OnnxNodeDeviceConfiguration: Sendable {
  public var configurationID: String?
  public var shardingSpecifications: [[UInt8]] = []
  public var pipelineStage: Int32?
  public init() {}
}
