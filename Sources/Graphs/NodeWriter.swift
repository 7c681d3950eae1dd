import CNNTensors

/// Collects the attributes of a node that is written to a file, in the form of a given operator-set version.
public struct NodeWriter {
  /// The version of the operator set that is written.
  public let version: Int
  /// The attributes in the order in which they were set.
  public private(set) var attributes: [(name: String, value: Attribute)] = []
  /// Inputs that stand in attributes instead, by index.
  public private(set) var takenInputs: Set<Int> = []
  /// The node's inputs: `nil` if one is left out, otherwise its constant, if it has one.
  private let inputs: [Tensor??]
  /// The inputs' extents as far as they are known; `nil` if an input is left out or its rank is not known.
  public let inputShapes: [[Dimension]?]
  /// True if axes are counted from the front where the version asks for it; otherwise they stay as they are.
  private let countsFromFront: Bool

  /// Starts to write a node whose inputs are left out (`nil`), variable (`.some(nil)`) or constant.
  /// - Parameter countsFromFront: true if the node comes from another operator set, which may count axes from the back.
  public init(
    version: Int, inputs: [Tensor??], inputShapes: [[Dimension]?] = [], countsFromFront: Bool = false
  ) {
    (self.version, self.inputs, self.inputShapes) = (version, inputs, inputShapes)
    self.countsFromFront = countsFromFront
  }

  /// Sets an attribute.
  public mutating func set(_ name: String, _ value: Attribute) { attributes.append((name, value)) }

  /// Sets an integer, unless it is the default.
  public mutating func set(_ name: String, _ value: Int, unless standard: Int? = nil) {
    if value != standard { set(name, .int(value)) }
  }

  /// Sets a flag, unless it is the default.
  public mutating func set(_ name: String, _ value: Bool, unless standard: Bool? = nil) {
    if value != standard { set(name, .int(value ? 1 : 0)) }
  }

  /// Sets a number, unless it is the default.
  public mutating func set(_ name: String, _ value: Float, unless standard: Float? = nil) {
    if value != standard { set(name, .float(value)) }
  }

  /// Sets a string, unless it is the default.
  public mutating func set(_ name: String, _ value: String, unless standard: String? = nil) {
    if value != standard { set(name, .string(Array(value.utf8))) }
  }

  /// Sets integers, unless they are `nil` or the default.
  public mutating func set(_ name: String, _ values: [Int]?, unless standard: [Int]? = nil) {
    if let values, values != standard { set(name, .ints(values)) }
  }

  /// Sets numbers, unless they are `nil`.
  public mutating func set(_ name: String, _ values: [Float]?) { if let values { set(name, .floats(values)) } }

  /// Sets strings, unless they are `nil`.
  public mutating func set(_ name: String, _ values: [String]?) {
    if let values { set(name, .strings(values.map { Array($0.utf8) })) }
  }

  /// True if the input is given.
  public func hasInput(_ index: Int) -> Bool { index < inputs.count && inputs[index] != nil }

  /// The input's value, if it is a constant.
  public func constant(_ index: Int) -> Tensor? { index < inputs.count ? inputs[index].flatMap(\.self) : nil }

  /// The axis as this version counts it: from the front before `version`, if the rank is known.
  public func axis(_ axis: Int, negativeSince version: Int = 11) -> Int {
    guard countsFromFront, axis < 0, self.version < version, let rank = inputShapes.first??.count, axis + rank >= 0
    else { return axis }
    return axis + rank
  }

  /// Takes constant axes, to be written as an attribute.
  /// - Parameters:
  ///   - added: true if the axes are added to the input's, and counted as the result counts them.
  ///   - keepsEmpty: true if none at all has to be said.
  public mutating func setAxes(fromInput index: Int, added: Bool = false, keepsEmpty: Bool = false) throws {
    guard let tensor = try takeInput(index) else { return }
    var axes = try tensor.values(as: Int64.self).map(Int.init)
    if countsFromFront, version < 11, let rank = inputShapes.first??.count {
      axes = axes.map { $0 < 0 ? $0 + rank + (added ? axes.count : 0) : $0 }
    }
    if !axes.isEmpty || keepsEmpty { set("axes", axes) }
  }

  /// Takes a constant input away from the node, to be written as an attribute.
  /// - Returns: `nil` if the input is left out.
  /// - Throws: ``OperatorError/unsupported(_:)`` if it is not constant, which this version cannot express.
  public mutating func takeInput(_ index: Int) throws -> Tensor? {
    guard index < inputs.count, let input = inputs[index] else { return nil }
    guard let constant = input else {
      throw OperatorError.unsupported(
        "a variable input \(index) cannot be written for operator set \(version), in which it is an attribute")
    }
    takenInputs.insert(index)
    return constant
  }

  /// Takes a constant integer input, to be written as an `ints` attribute of this name.
  public mutating func setInts(_ name: String, fromInput index: Int) throws {
    if let tensor = try takeInput(index) { set(name, try tensor.values(as: Int64.self).map(Int.init)) }
  }

  /// Takes a constant scalar input, to be written as a `float` attribute of this name.
  public mutating func setFloat(_ name: String, fromInput index: Int) throws {
    guard let tensor = try takeInput(index) else { return }
    guard let number = try tensor.values(as: Double.self).first, tensor.count == 1 else {
      throw OperatorError.input(index, expected: "one number")
    }
    let value = Float(number)
    guard Double(value) == number || number.isNaN else {
      throw OperatorError.unsupported("'\(name)' is \(number), which the attribute of version \(version) cannot hold")
    }
    set(name, value)
  }

  /// Refuses to write something that this version does not have.
  public func require(version needed: Int, for what: String) throws {
    guard version >= needed else {
      throw OperatorError.unsupported("\(what) needs operator set \(needed), \(version) is written")
    }
  }
}
