// Values stored on their own, as in the `.pb` files of a test data set.

/// `SequenceProto`.
public struct OnnxSequence: Sendable {
  /// The elements, all of one kind.
  public enum Elements: Sendable {
    /// No kind is set.
    case none
    /// Tensors.
    case tensors([OnnxTensor])
    /// Sparse tensors.
    case sparseTensors([OnnxSparseTensor])
    /// Sequences.
    case sequences([OnnxSequence])
    /// Maps.
    case maps([OnnxMap])
    /// Optionals.
    case optionals([OnnxOptional])
  }
  /// The value's name.
  public var name: String?
  /// The elements.
  public var elements: Elements
  /// Records a sequence.
  public init(name: String? = nil, elements: Elements) { (self.name, self.elements) = (name, elements) }
}

/// `MapProto`.
public struct OnnxMap: Sendable {
  /// The keys, in the order of the values.
  public enum Keys: Sendable, Hashable {
    /// Keys of an integer type.
    case integers([Int64])
    /// String keys; each may hold any bytes.
    case strings([[UInt8]])
  }
  /// The value's name.
  public var name: String?
  /// The `TensorProto.DataType` number of the keys.
  public var keyType: Int32
  /// The keys.
  public var keys: Keys
  /// The values.
  public var values: OnnxSequence?
  /// Records a map.
  public init(name: String? = nil, keyType: Int32, keys: Keys, values: OnnxSequence?) {
    (self.name, self.keyType, self.keys, self.values) = (name, keyType, keys, values)
  }
}

/// `OptionalProto`.
public struct OnnxOptional: Sendable {
  /// What is there, if anything.
  public indirect enum Value: Sendable {
    /// Nothing; the `OptionalProto.DataType` number of what could be there, where the file tells.
    case none(Int32?)
    /// A tensor.
    case tensor(OnnxTensor)
    /// A sparse tensor.
    case sparseTensor(OnnxSparseTensor)
    /// A sequence.
    case sequence(OnnxSequence)
    /// A map.
    case map(OnnxMap)
    /// An optional.
    case optional(OnnxOptional)
  }
  /// The value's name.
  public var name: String?
  /// What is there.
  public var value: Value
  /// Records an optional.
  public init(name: String? = nil, value: Value) { (self.name, self.value) = (name, value) }
}
