// Values stored on their own, as in the `.pb` files of a test data set.

/// `SequenceProto`.
package struct OnnxSequence: Sendable {
  /// The elements, all of one kind.
  package enum Elements: Sendable {
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
  package var name: String?
  /// The elements.
  package var elements: Elements
  /// Records a sequence.
  package init(name: String? = nil, elements: Elements) { (self.name, self.elements) = (name, elements) }
}

/// `MapProto`.
package struct OnnxMap: Sendable {
  /// The keys, in the order of the values.
  package enum Keys: Sendable, Hashable {
    /// Keys of an integer type.
    case integers([Int64])
    /// String keys; each may hold any bytes.
    case strings([[UInt8]])
  }
  /// The value's name.
  package var name: String?
  /// The `TensorProto.DataType` number of the keys.
  package var keyType: Int32
  /// The keys.
  package var keys: Keys
  /// The values.
  package var values: OnnxSequence?
  /// Records a map.
  package init(name: String? = nil, keyType: Int32, keys: Keys, values: OnnxSequence?) {
    (self.name, self.keyType, self.keys, self.values) = (name, keyType, keys, values)
  }
}

/// `OptionalProto`.
package struct OnnxOptional: Sendable {
  /// What is there, if anything.
  package indirect enum Value: Sendable {
    /// Nothing; the `OptionalProto.DataType` number of what could be there, if the file tells.
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
  package var name: String?
  /// What is there.
  package var value: Value
  /// Records an optional.
  package init(name: String? = nil, value: Value) { (self.name, self.value) = (name, value) }
}
