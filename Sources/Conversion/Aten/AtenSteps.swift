import CNNGraphs
import CNNOperators
import CNNTensors

/// Steps that builders of several families take.
extension AtenGraphBuilder {
  // MARK: Numbers

  /// A constant without extents.
  mutating func scalar(_ value: Double, as type: ElementType) throws -> ValueID {
    add(try Self.tensor(value, as: type), hint: "\(place.node).constant")
  }

  /// A tensor without extents.
  static func tensor(_ value: Double, as type: ElementType) throws -> Tensor {
    if type == .float64 { return try Tensor(scalar: value) }
    if type.isInteger || type == .bool, let whole = Int64(exactly: value.rounded(.towardZero)) {
      return try Tensor(scalar: whole).converted(to: type)
    }
    return try Tensor(scalar: value).converted(to: type)
  }

  /// A number as a tensor of the type that PyTorch gives it.
  mutating func numberTensor(_ value: AtenValue) throws -> ValueID {
    switch value {
    case .scalar(let id): return id
    case .int(let value): return add(try Tensor(scalar: Int64(value)), hint: "\(place.node).constant")
    case .bool(let value): return add(try Tensor(scalar: value), hint: "\(place.node).constant")
    default: return try scalar(value.number ?? 0, as: .float32)
    }
  }

  /// A number as a value of a type.
  mutating func number(_ value: AtenValue, as type: ElementType) throws -> ValueID {
    switch value {
    case .scalar(let id): return try cast(id, to: type)
    case .tensor(let tensor): return try cast(read(tensor), to: type)
    case .int(let value) where type.isInteger:
      return add(try Tensor(scalar: Int64(value)).converted(to: type), hint: "\(place.node).constant")
    default:
      guard let number = value.number else {
        throw ConversionError(.badInput, "a number expected, found \(value.kind)")
      }
      return try scalar(number, as: type)
    }
  }

  /// The value in another element type.
  mutating func cast(_ id: ValueID, to type: ElementType) throws -> ValueID {
    if knowledge(of: id).type.tensor?.elementType == type { return id }
    return try apply(Cast(to: type), id)
  }

  /// The value as floating-point numbers, as PyTorch's functions take integers.
  mutating func floating(_ id: ValueID) throws -> ValueID {
    try elementType(of: id).isFloatingPoint ? id : cast(id, to: .float32)
  }

  // MARK: Shapes

  /// A list of integers, each known now or not.
  mutating func integers(_ values: [AtenValue]) throws -> ValueID {
    let fixed = values.compactMap(\.integer)
    if fixed.count == values.count { return try ints(fixed) }
    let parts = try values.map { value -> ValueID in
      if let integer = value.integer { return try ints([integer]) }
      guard case .scalar(let id) = value else {
        throw ConversionError(.badInput, "an integer expected, found \(value.kind)")
      }
      return try apply(Reshape(), cast(id, to: .int64), ints([1]))
    }
    return parts.count == 1 ? parts[0] : try apply(Concatenation(axis: 0), to: parts, count: 1)[0]
  }

  /// A value's extents as a list of the graph.
  mutating func shapeList(of id: ValueID) throws -> ValueID {
    if let shape = fixedShape(of: id) { return try ints(shape) }
    return try apply(Shape(), id)
  }

  /// The value in another shape; one extent may be -1.
  mutating func reshape(_ id: ValueID, to target: [AtenValue]) throws -> ValueID {
    let source = try shape(of: id)
    var wanted: [Int?] = target.map(\.integer)
    if let from = fixedShape(of: id), let to = Self.completed(wanted, count: from.reduce(1, { $0 &* $1 })) {
      return from == to ? id : try reshape(id, toList: to)
    }
    // An extent that stays in its place is copied, and one that is left follows from the others.
    for (index, value) in target.enumerated() where wanted[index] == nil && index < source.count {
      guard case .scalar(let scalar) = value, case .symbol(let name) = source[index],
        knowledge(of: scalar).contents == [.symbol(name)]
      else { continue }
      wanted[index] = 0
    }
    let copied = Set(wanted.indices.filter { wanted[$0] == 0 && target[$0].integer == nil })
    let hasZero = wanted.indices.contains { wanted[$0] == 0 && !copied.contains($0) }
    if !wanted.contains(-1), wanted.count(where: { $0 == nil }) == 1, !hasZero {
      wanted = wanted.map { $0 ?? -1 }
    }
    let list = wanted.compactMap(\.self)
    if list.count == wanted.count, !hasZero {
      return try reshape(id, toList: list)
    }
    guard !hasZero else { throw ConversionError(.unsupported, "a shape with a free extent and one of 0") }
    return try apply(Reshape(), id, integers(target))
  }

  private mutating func reshape(_ id: ValueID, toList shape: [Int]) throws -> ValueID {
    let isOpen = try self.shape(of: id).contains { $0.value == nil }
    guard !shape.contains(0) || isOpen else {
      // Nothing is in it; 0 would copy an extent.
      return try apply(ConstantOfShape(value: Self.tensor(0, as: elementType(of: id))), ints(shape))
    }
    return try apply(Reshape(), id, ints(shape))
  }

  /// The shape with -1 filled in; `nil` if an extent is not known.
  private static func completed(_ target: [Int?], count: Int) -> [Int]? {
    var shape = target.compactMap(\.self)
    guard shape.count == target.count else { return nil }
    if let open = shape.firstIndex(of: -1) {
      let others = shape.enumerated().reduce(1) { $1.offset == open ? $0 : $0 &* $1.element }
      shape[open] = others == 0 ? 0 : count / others
    }
    return shape
  }

  /// The value repeated along axes of extent 1, and along new ones before its own; -1 keeps an extent.
  mutating func expand(_ id: ValueID, to target: [AtenValue]) throws -> ValueID {
    let source = try shape(of: id)
    guard target.count >= source.count else { throw ConversionError(.badInput, "fewer axes than the tensor has") }
    let added = target.count - source.count
    var list: [AtenValue] = []
    var isSame = added == 0
    for (index, value) in target.enumerated() {
      let keeps = value.integer == -1 && index >= added
      if !keeps, index < added || source[index - added].value == nil || source[index - added].value != value.integer {
        isSame = false
      }
      // Extents of 1 stretch the other way.
      list.append(keeps ? .int(1) : value)
    }
    return isSame ? id : try apply(Expand(), id, integers(list))
  }

  /// The value with an axis of extent 1 at each of the places, counted in the result.
  mutating func unsqueeze(_ id: ValueID, _ axes: [Int]) throws -> ValueID {
    axes.isEmpty ? id : try apply(Unsqueeze(), id, ints(axes))
  }

  /// The value without axes of extent 1.
  mutating func squeeze(_ id: ValueID, _ axes: [Int]) throws -> ValueID {
    axes.isEmpty ? id : try apply(Squeeze(), id, ints(axes))
  }

  /// The value with its axes in another order.
  mutating func transpose(_ id: ValueID, _ permutation: [Int]) throws -> ValueID {
    if permutation == Array(permutation.indices) { return id }
    return try apply(Transpose(permutation: permutation), id)
  }

  /// A part of the value along an axis. An end of `Int.max` means the last.
  mutating func slice(
    _ id: ValueID, axis: Int, from start: AtenValue, to end: AtenValue, step: Int = 1
  ) throws -> ValueID {
    let last = Int(Int64.max)
    if start.integer == 0, step == 1, let end = end.integer {
      if end == last { return id }
      if let extent = try shape(of: id)[axis].value, end >= extent { return id }
    }
    let end: AtenValue = end.integer == .max ? .int(last) : end
    return try apply(
      Slicing(), id, integers([start]), integers([end]), ints([axis]), step == 1 ? nil : ints([step]))
  }

  // MARK: Arithmetic

  /// `a + b`, of one type.
  mutating func sum(_ a: ValueID, _ b: ValueID) throws -> ValueID { try apply(Add(), a, b) }

  /// `a · b`, of one type.
  mutating func product(_ a: ValueID, _ b: ValueID) throws -> ValueID { try apply(Multiply(), a, b) }

  /// `a · factor`
  mutating func scaled(_ a: ValueID, by factor: Double) throws -> ValueID {
    if factor == 1 { return a }
    return try product(a, scalar(factor, as: elementType(of: a)))
  }

  /// The tensor with everything beside a view unchanged: a part along an axis replaced.
  mutating func replacing(
    _ base: ValueID, axis: Int, from start: Int, count: Int?, by part: ValueID
  ) throws -> ValueID {
    var parts: [ValueID] = []
    if start > 0 { parts.append(try slice(base, axis: axis, from: .int(0), to: .int(start))) }
    parts.append(part)
    if let count { parts.append(try slice(base, axis: axis, from: .int(start + count), to: .int(.max))) }
    return parts.count == 1 ? part : try apply(Concatenation(axis: axis), to: parts, count: 1)[0]
  }
}
