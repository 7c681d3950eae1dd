import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// `BinaryOp`, and `Eltwise`-like sums of several values as a chain of it.
enum NcnnBinaryOp: NcnnLayerKind {
  private static let table: [(any Operator.Type, Int)] = [
    (Add.self, 0), (Subtract.self, 1), (Multiply.self, 2), (Divide.self, 3), (Maximum.self, 4), (Minimum.self, 5),
    (Power.self, 6), (Sum.self, 0), (Mean.self, 0),
  ]
  static let types = ["BinaryOp"]
  static let operators: [any Operator.Type] = table.map(\.0)
  /// The operation with its operands exchanged.
  private static let reversed = [0: 0, 1: 7, 2: 2, 3: 8, 4: 4, 5: 5, 6: 9]

  static func write(_ node: NcnnNode) throws {
    let kind = ObjectIdentifier(type(of: node.operator))
    guard let number = table.first(where: { ObjectIdentifier($0.0) == kind })?.1 else { return }
    if let axis = (node.operator as? any BroadcastingOperator)?.legacyAxis {
      throw node.refusal("broadcasting along axis \(axis), as in operator sets before 7; write the model anew first")
    }
    var operand = Operand(try node.shape(0), try node.place(0), try node.scalar(0))
    guard node.inputCount > 1 else { return try node.pass(operand.place) }
    for index in 1..<node.inputCount {
      let other = Operand(try node.shape(index), nil, try node.scalar(index))
      let isLast = index == node.inputCount - 1 && !(node.operator is Mean)
      operand = try join(node, number, operand, other, index, isLast: isLast)
    }
    if node.operator is Mean {
      var parameters = NcnnParameters()
      parameters.set(0, 3)
      parameters.set(1, 1)
      parameters.set(2, Float(node.inputCount))
      try node.apply("BinaryOp", parameters, to: operand.place)
    }
  }

  private struct Operand {
    let shape: [Dimension]
    let place: NcnnPlace
    let scalar: Float?

    init(_ shape: [Dimension], _ place: NcnnPlace?, _ scalar: Float?) {
      (self.shape, self.scalar) = (shape, scalar)
      self.place = place ?? NcnnPlace(blob: "", dimensions: [])
    }
  }

  /// Joins what there is so far with another input.
  private static func join(
    _ node: NcnnNode, _ number: Int, _ a: Operand, _ b: Operand, _ index: Int, isLast: Bool
  ) throws -> Operand {
    var parameters = NcnnParameters()
    func finish(_ inputs: [String], _ shape: [Dimension], _ dimensions: [Dimension]) throws -> Operand {
      let place = node.step("BinaryOp", inputs, parameters, dimensions: dimensions)
      if isLast { try node.pass(place) }
      return Operand(shape, place, nil)
    }
    // A number keeps the other operand's dimensions, unless it is itself of a higher rank.
    if let scalar = b.scalar, b.shape.count <= a.shape.count {
      parameters.set(0, number)
      parameters.set(1, 1)
      parameters.set(2, scalar)
      return try finish([a.place.blob], a.shape, a.place.dimensions)
    }
    let place = try node.place(index)
    if let scalar = a.scalar, a.shape.count <= b.shape.count, let turned = reversed[number] {
      parameters.set(0, turned)
      parameters.set(1, 1)
      parameters.set(2, scalar)
      return try finish([place.blob], b.shape, place.dimensions)
    }
    parameters.set(0, number)
    if a.shape == b.shape, a.place.dimensions == place.dimensions {
      return try finish([a.place.blob, place.blob], a.shape, place.dimensions)
    }
    let plan = try BroadcastPlan(a.shape, b.shape, node)
    let left = try plan.blob(a.place, plan.first, node)
    let right = try plan.blob(place, plan.second, node)
    return try finish([left, right], plan.shape, plan.dimensions)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let operations: [Int: (operation: any Operator, isTurned: Bool)] = [
      0: (Add(), false), 1: (Subtract(), false), 2: (Multiply(), false), 3: (Divide(), false), 4: (Maximum(), false),
      5: (Minimum(), false), 6: (Power(), false), 7: (Subtract(), true), 8: (Divide(), true), 9: (Power(), true),
    ]
    guard let (operation, isTurned) = operations[try layer.int(0)] else {
      throw layer.refusal("operation \(try layer.int(0))")
    }
    var a = try layer.input()
    var b: ValueID
    let scalar = try layer.float(2, default: 0)
    if try layer.int(1) != 0 || layer.inputCount == 1 {
      b = try layer.number(scalar)
    } else {
      b = try layer.input(1)
      (a, b) = try aligned(layer, a, b)
    }
    if isTurned { swap(&a, &b) }
    try layer.write(operation, a, b)
  }

  /// Both operands in the same number of dimensions, as ncnn makes them: ones behind those of the lower rank.
  static func aligned(_ layer: NcnnLayerReader, _ a: ValueID, _ b: ValueID) throws -> (ValueID, ValueID) {
    let (left, right) = (try layer.dimensions(a), try layer.dimensions(b))
    if left.count == right.count { return (a, b) }
    if left.count > right.count { return (a, try widened(layer, b, right, to: left)) }
    return (try widened(layer, a, left, to: right), b)
  }

  private static func widened(
    _ layer: NcnnLayerReader, _ id: ValueID, _ own: [Dimension], to other: [Dimension]
  ) throws -> ValueID {
    // A row of numbers meets the outermost axis, or else the innermost one.
    let meetsInner = own.count == 1 && own[0] != other[0] && (own[0] == other[other.count - 1] || own[0] == 1)
    let axes = (0..<(other.count - own.count)).map { meetsInner ? $0 + 1 : own.count + 1 + $0 }
    return try layer.step(Unsqueeze(), id, layer.integers(axes))
  }
}

/// How two shapes meet under ncnn's dimensions: both of the same rank, with ones along which they are repeated.
private struct BroadcastPlan {
  /// The shape of the result.
  let shape: [Dimension]
  /// The dimensions of the result.
  let dimensions: [Dimension]
  /// The dimensions of the operands.
  let first: [Dimension]
  let second: [Dimension]

  init(_ a: [Dimension], _ b: [Dimension], _ node: NcnnNode) throws {
    let rank = max(a.count, b.count)
    func padded(_ shape: [Dimension]) -> [Dimension] { Array(repeating: 1, count: rank - shape.count) + shape }
    let (left, right) = (padded(a), padded(b))
    let result: [Dimension] = zip(left, right).map { $0 == 1 ? $1 : $0 }
    shape = result
    var groups: [(a: Dimension, b: Dimension, result: Dimension)] = Array(zip(zip(left, right), result))
      .map { ($0.0.0, $0.0.1, $0.1) }
    if groups.count > 1, groups[0].result == 1 { groups.removeFirst() }
    // Neighbours that behave alike are joined if there are too many.
    while groups.count > 4 {
      guard
        let index = groups.indices.dropLast().first(where: { index in
          let (x, y) = (groups[index], groups[index + 1])
          let isKnown = [x.a, x.b, y.a, y.b].allSatisfy { $0.value != nil }
          return isKnown && (x.a == x.b && y.a == y.b || x.a == 1 && y.a == 1 || x.b == 1 && y.b == 1)
        })
      else { throw node.refusal("\(groups.count) dimensions beside the batch, and ncnn has at most four") }
      let (x, y) = (groups[index], groups[index + 1])
      func product(_ a: Dimension, _ b: Dimension) -> Dimension { .fixed((a.value ?? 1) * (b.value ?? 1)) }
      groups[index] = (product(x.a, y.a), product(x.b, y.b), product(x.result, y.result))
      groups.remove(at: index + 1)
    }
    (dimensions, first, second) = (groups.map(\.result), groups.map(\.a), groups.map(\.b))
  }

  /// The blob of an operand. One number a channel needs no ones behind it.
  func blob(_ place: NcnnPlace, _ wanted: [Dimension], _ node: NcnnNode) throws -> String {
    let isChannelwise =
      place.dimensions.count == 1 && wanted.count > 1 && wanted[0] == place.dimensions[0]
      && wanted.dropFirst().allSatisfy { $0 == 1 } && place.dimensions[0].value != nil
    return isChannelwise ? place.blob : try node.draft.blob(place, as: wanted)
  }
}

/// `Eltwise`: products, weighted sums or maxima of values of one shape.
enum NcnnEltwise: NcnnLayerKind {
  static let types = ["Eltwise"]

  static func read(_ layer: NcnnLayerReader) throws {
    var values = try layer.layer.inputs.indices.map { try layer.input($0) }
    let kind = try layer.int(0)
    if let factors = try layer.floats(1), !factors.isEmpty {
      guard factors.count == values.count else {
        throw ConversionError(.badInput, "\(factors.count) factors for \(values.count) inputs")
      }
      if kind == 1 {
        values = try zip(values, factors).map { try $1 == 1 ? $0 : layer.step(Multiply(), $0, layer.number($1)) }
      }
    }
    guard var result = values.first else { throw ConversionError(.badInput, "it has no input") }
    for value in values.dropFirst() {
      switch kind {
      case 0: result = try layer.step(Multiply(), result, value)
      case 1: result = try layer.step(Add(), result, value)
      case 2: result = try layer.step(Maximum(), result, value)
      default: throw layer.refusal("operation \(kind)")
      }
    }
    layer.define(result)
  }
}

/// `Scale` and `Bias`: numbers for each channel, or another blob.
enum NcnnScale: NcnnLayerKind {
  static let types = ["Scale", "Bias"]

  static func read(_ layer: NcnnLayerReader) throws {
    let input = try layer.input()
    let size = try layer.int(0)
    let rank = try layer.dimensions(input).count
    func shape(_ count: Int) -> [Int] { [count] + Array(repeating: 1, count: max(rank - 1, 0)) }
    if layer.layer.type == "Bias" {
      return try layer.write(Add(), input, layer.constant(layer.plain(shape(size)), "bias"))
    }
    if size == -233 {
      let (a, b) = try NcnnBinaryOp.aligned(layer, input, layer.input(1))
      return try layer.write(Multiply(), a, b)
    }
    let scale = layer.constant(try layer.plain(shape(size)), "weight")
    guard try layer.int(1) != 0 else { return try layer.write(Multiply(), input, scale) }
    let bias = layer.constant(try layer.plain(shape(size)), "bias")
    try layer.write(Add(), layer.step(Multiply(), input, scale), bias)
  }
}
