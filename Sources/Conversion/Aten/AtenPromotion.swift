import CNNGraphs
import CNNTensors

/// The element type that PyTorch computes in when types meet (PyTorch, "Tensor attributes", type promotion).
struct AtenPromotion {
  /// How much an operand's type weighs: tensors with extents, then those without, then numbers of the program.
  private enum Weight: Int { case number, point, tensor }
  private enum Category: Int { case boolean, integer, real }

  private var types: [Weight: ElementType] = [:]

  /// What has been said so far, as one type.
  var result: ElementType? {
    var result: ElementType?
    for weight in [Weight.tensor, .point, .number] {
      guard let type = types[weight] else { continue }
      guard let chosen = result else {
        result = type
        continue
      }
      if Self.category(type).rawValue > Self.category(chosen).rawValue { result = type }
    }
    return result
  }

  /// Takes an operand in.
  mutating func add(_ value: AtenValue, _ builder: inout AtenGraphBuilder) throws {
    switch value {
    case .tensor(let tensor):
      let id = try builder.read(tensor)
      let weight: Weight = try builder.rank(of: id) == 0 ? .point : .tensor
      add(try builder.elementType(of: id), weight)
    case .scalar(let id): add(try builder.elementType(of: id), .number)
    case .int: add(.int64, .number)
    case .bool: add(.bool, .number)
    case .float: add(.float32, .number)
    default: throw ConversionError(.badInput, "a tensor or a number expected, found \(value.kind)")
    }
  }

  private mutating func add(_ type: ElementType, _ weight: Weight) {
    types[weight] = types[weight].map { Self.joined($0, type) } ?? type
  }

  private static func category(_ type: ElementType) -> Category {
    type == .bool ? .boolean : type.isInteger ? .integer : .real
  }

  /// The type that holds both.
  static func joined(_ a: ElementType, _ b: ElementType) -> ElementType {
    if a == b { return a }
    let (x, y) = (category(a), category(b))
    if x != y { return x.rawValue > y.rawValue ? a : b }
    if x == .real {
      if (a == .float16 && b == .bfloat16) || (a == .bfloat16 && b == .float16) { return .float32 }
      return a.bitWidth >= b.bitWidth ? a : b
    }
    // An unsigned type of the same or a larger width needs the next signed one.
    let (isA, isB) = (isUnsigned(a), isUnsigned(b))
    if isA == isB { return a.bitWidth >= b.bitWidth ? a : b }
    let (unsigned, signed) = isA ? (a, b) : (b, a)
    if signed.bitWidth > unsigned.bitWidth { return signed }
    return unsigned.bitWidth == 8 ? .int16 : unsigned.bitWidth == 16 ? .int32 : .int64
  }

  private static func isUnsigned(_ type: ElementType) -> Bool {
    [.uint8, .uint16, .uint32, .uint64].contains(type)
  }
}

extension AtenGraphBuilder {
  /// Operands in the type that they are computed in.
  mutating func promoted(_ values: [AtenValue], atLeastReal: Bool = false) throws -> [ValueID] {
    var promotion = AtenPromotion()
    for value in values { try promotion.add(value, &self) }
    var type = promotion.result ?? .float32
    if atLeastReal, !type.isFloatingPoint { type = .float32 }
    return try values.map { try number($0, as: type) }
  }
}
