import CNNTensors

/// The attributes of a node as a file states them, for an operator to read itself from.
///
/// It notes which attributes have been read. One that is left over in the end is an error, so no setting is dropped.
/// If an older version of an operator kept an input of today in an attribute, the operator adds that input here.
public struct NodeReader {
  /// The version of the operator set that the node was written for.
  public let version: Int
  /// Number of inputs the file gives, those left out in between included.
  public let inputCount: Int
  /// Number of outputs the file names.
  public let outputCount: Int
  /// Number of outputs up to the last one that is wanted; files may name further ones by an empty string.
  public let wantedOutputCount: Int
  /// Constants that become inputs of the node, by input index.
  public private(set) var addedInputs: [Int: Tensor] = [:]
  private var attributes: [String: Attribute]

  /// Starts to read a node.
  public init(
    version: Int, inputCount: Int, outputCount: Int, wantedOutputCount: Int? = nil, attributes: [String: Attribute]
  ) {
    (self.version, self.inputCount, self.outputCount) = (version, inputCount, outputCount)
    self.wantedOutputCount = wantedOutputCount ?? outputCount
    self.attributes = attributes
  }

  /// Makes a constant an input of the node, at an index that the file leaves empty.
  public mutating func addInput(_ index: Int, _ constant: Tensor) { addedInputs[index] = constant }

  /// Reads past attributes that mean nothing for inference.
  public mutating func ignore(_ names: String...) { for name in names { attributes[name] = nil } }

  /// True if the attribute is given and has not been read.
  public func has(_ name: String) -> Bool { attributes[name] != nil }

  /// An integer, if it is given.
  public mutating func int(_ name: String) throws -> Int? {
    try take(name, "an integer") { if case .int(let value) = $0 { value } else { nil } }
  }

  /// An integer or its default.
  public mutating func int(_ name: String, default value: Int) throws -> Int { try int(name) ?? value }

  /// A flag, stored as an integer.
  public mutating func flag(_ name: String, default value: Bool = false) throws -> Bool {
    try int(name).map { $0 != 0 } ?? value
  }

  /// Integers, if they are given.
  public mutating func ints(_ name: String) throws -> [Int]? {
    try take(name, "integers") { if case .ints(let values) = $0 { values } else { nil } }
  }

  /// A number, if it is given.
  public mutating func float(_ name: String) throws -> Float? {
    try take(name, "a float") { if case .float(let value) = $0 { value } else { nil } }
  }

  /// A number or its default.
  public mutating func float(_ name: String, default value: Float) throws -> Float { try float(name) ?? value }

  /// Numbers, if they are given.
  public mutating func floats(_ name: String) throws -> [Float]? {
    try take(name, "floats") { if case .floats(let values) = $0 { values } else { nil } }
  }

  /// A string, if it is given.
  public mutating func string(_ name: String) throws -> String? {
    try take(name, "a UTF-8 string") {
      if case .string(let bytes) = $0 { String(validating: bytes, as: UTF8.self) } else { nil }
    }
  }

  /// A string or its default.
  public mutating func string(_ name: String, default value: String) throws -> String { try string(name) ?? value }

  /// One of the strings of an enumeration, or its default.
  public mutating func choice<E: RawRepresentable<String>>(_ name: String, default value: E) throws -> E {
    guard let text = try string(name) else { return value }
    guard let choice = E(rawValue: text) else { throw OperatorError.attribute(name, "\(text.quoted) is not known") }
    return choice
  }

  /// Strings, if they are given.
  public mutating func strings(_ name: String) throws -> [String]? {
    try take(name, "UTF-8 strings") { value -> [String]? in
      guard case .strings(let values) = value else { return nil }
      let strings = values.compactMap { String(validating: $0, as: UTF8.self) }
      return strings.count == values.count ? strings : nil
    }
  }

  /// A constant, if it is given.
  public mutating func tensor(_ name: String) throws -> Tensor? {
    try take(name, "a tensor") { if case .tensor(let value) = $0 { value } else { nil } }
  }

  /// A sparse constant, if it is given.
  public mutating func sparseTensor(_ name: String) throws -> SparseTensor? {
    try take(name, "a sparse tensor") { if case .sparseTensor(let value) = $0 { value } else { nil } }
  }

  /// A type, if it is given.
  public mutating func type(_ name: String) throws -> ValueType? {
    try take(name, "a type") { if case .type(let value) = $0 { value } else { nil } }
  }

  /// A body, which must be given.
  public mutating func graph(_ name: String) throws -> Graph {
    let graph: Graph? = try take(name, "a graph") { if case .graph(let value) = $0 { value } else { nil } }
    guard let graph else { throw OperatorError.attribute(name, "missing") }
    return graph
  }

  /// The value of an attribute that must be given.
  public func require<T>(_ name: String, _ value: T?) throws -> T {
    guard let value else { throw OperatorError.attribute(name, "missing") }
    return value
  }

  /// Ends the reading.
  /// - Throws: ``OperatorError/unknownAttributes(_:)`` if an attribute has not been read.
  public func finish() throws {
    if !attributes.isEmpty { throw OperatorError.unknownAttributes(attributes.keys.sorted()) }
  }

  private mutating func take<T>(_ name: String, _ kind: String, _ convert: (Attribute) -> T?) throws -> T? {
    guard let attribute = attributes.removeValue(forKey: name) else { return nil }
    guard let value = convert(attribute) else {
      throw OperatorError.attribute(name, "\(kind) expected, \(attribute.kind) found")
    }
    return value
  }
}
