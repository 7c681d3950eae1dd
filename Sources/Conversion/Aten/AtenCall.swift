import CNNGraphs
import CNNTensors

/// A call of an ATen operator: its name and its arguments by their names in PyTorch's declaration, defaults filled in.
struct AtenCall {
  /// Such as `aten::conv2d`.
  let name: String
  /// Such as `default` or `Tensor`; empty where a program does not say.
  let overload: String
  /// The arguments; those that have neither a value nor a default are missing.
  let arguments: [String: AtenValue]
  /// The first declared argument, which an operator that works in place writes to.
  var first = ""

  /// An argument, `None` if it is missing.
  subscript(name: String) -> AtenValue { arguments[name] ?? .none }

  /// True if the argument is there and not `None`.
  func has(_ name: String) -> Bool { !self[name].isNone }

  /// What a refusal says of an argument.
  func fault(_ name: String, expected: String) -> ConversionError {
    ConversionError(.badInput, "argument \(name.quoted): \(expected) expected, found \(self[name].kind)")
  }

  /// A refusal of something that is right and not supported.
  func unsupported(_ what: String) -> ConversionError { ConversionError(.unsupported, what) }

  // MARK: Tensors

  /// A tensor as such, for views and writes.
  func handle(_ name: String) throws -> AtenTensor {
    guard case .tensor(let tensor) = self[name] else { throw fault(name, expected: "a tensor") }
    return tensor
  }

  /// The present value of a tensor; a number becomes a constant.
  func tensor(_ name: String, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    switch self[name] {
    case .tensor(let tensor): return try builder.read(tensor)
    case .scalar(let id): return id
    case let value:
      guard value.isNumber else { throw fault(name, expected: "a tensor") }
      return try builder.numberTensor(value)
    }
  }

  /// The present value of a tensor that may be missing.
  func optionalTensor(_ name: String, _ builder: inout AtenGraphBuilder) throws -> ValueID? {
    has(name) ? try tensor(name, &builder) : nil
  }

  /// The present values of a list of tensors.
  func tensors(_ name: String, _ builder: inout AtenGraphBuilder) throws -> [ValueID] {
    guard case .list(let items) = self[name] else { throw fault(name, expected: "a list of tensors") }
    return try items.map { item in
      guard case .tensor(let tensor) = item else { throw fault(name, expected: "a list of tensors") }
      return try builder.read(tensor)
    }
  }

  // MARK: Numbers

  /// Settings and extents are smaller in magnitude, so that sums and products of two cannot overflow.
  private static let largest = 1 << 31

  private func checked(_ value: Int, _ name: String) throws -> Int {
    guard -Self.largest...Self.largest ~= value else {
      throw ConversionError(.limit, "argument \(name.quoted): \(value), at most \(Self.largest) is allowed")
    }
    return value
  }

  /// An integer that is known now.
  func int(_ name: String) throws -> Int {
    if let value = self[name].integer { return try checked(value, name) }
    if case .scalar = self[name] { throw unsupported("argument \(name.quoted) depends on the input's size") }
    throw fault(name, expected: "an integer")
  }

  /// A real number that is known now.
  func double(_ name: String) throws -> Double {
    if let value = self[name].number { return value }
    if case .scalar = self[name] { throw unsupported("argument \(name.quoted) depends on the input") }
    throw fault(name, expected: "a number")
  }

  /// A real number in single precision.
  func float(_ name: String) throws -> Float { Float(try double(name)) }

  /// A flag; false if it is missing.
  func bool(_ name: String) throws -> Bool {
    switch self[name] {
    case .none: return false
    case .scalar: throw unsupported("argument \(name.quoted) depends on the input")
    default:
      guard let value = self[name].integer else { throw fault(name, expected: "a flag") }
      return value != 0
    }
  }

  /// A text, if it is there.
  func string(_ name: String) throws -> String? {
    switch self[name] {
    case .none: return nil
    case .string(let text): return text
    default: throw fault(name, expected: "a text")
    }
  }

  /// An element type, if it is there. An integer counts as TorchScript's numbers of types do.
  func elementType(_ name: String) throws -> ElementType? {
    switch self[name] {
    case .none: return nil
    case .elementType(let type): return type
    case .int(let number):
      guard let type = ElementType(torchScriptNumber: number) else {
        throw unsupported("element type number \(number)")
      }
      return type
    default: throw fault(name, expected: "an element type")
    }
  }

  // MARK: Lists

  /// A list's elements; one number counts as a list of one; an absent list has none.
  func list(_ name: String) throws -> [AtenValue] {
    switch self[name] {
    case .list(let items): return items
    case .none: return []
    case let value where value.isNumber: return [value]
    default: throw fault(name, expected: "a list")
    }
  }

  /// Integers that are known now.
  func ints(_ name: String) throws -> [Int] {
    try list(name).map { item in
      if let value = item.integer { return try checked(value, name) }
      if case .scalar = item { throw unsupported("argument \(name.quoted) depends on the input's size") }
      throw fault(name, expected: "integers")
    }
  }

  /// `count` integers, a single one standing for all.
  func ints(_ name: String, count: Int) throws -> [Int] {
    let values = try ints(name)
    if values.count == count { return values }
    guard values.count == 1, count >= 0 else { throw fault(name, expected: "\(count) integers") }
    return [Int](repeating: values[0], count: count)
  }

  /// Real numbers that are known now.
  func doubles(_ name: String) throws -> [Double] {
    try list(name).map { item in
      guard let value = item.number else { throw fault(name, expected: "numbers") }
      return value
    }
  }
}

extension ElementType {
  /// The type of a number of `c10::ScalarType`, as TorchScript writes `dtype`s.
  init?(torchScriptNumber number: Int) {
    let types: [Int: ElementType] = [
      0: .uint8, 1: .int8, 2: .int16, 3: .int32, 4: .int64, 5: .float16, 6: .float32, 7: .float64, 9: .complex64,
      10: .complex128, 11: .bool, 15: .bfloat16, 23: .float8e5m2, 24: .float8e4m3fn, 25: .float8e5m2fnuz,
      26: .float8e4m3fnuz, 27: .uint16, 28: .uint32, 29: .uint64,
    ]
    guard let type = types[number] else { return nil }
    self = type
  }
}
