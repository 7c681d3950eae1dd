import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

/// The micro-operations of a chain's kernel, made node by node.
struct ChainProgram {
  /// A register: an operand, or a result.
  enum Register: Hashable {
    case operand(Int)
    case result(Int)
  }

  struct Operation {
    var code: cnn_chain_code
    var target = 0
    var inputs: [Register]
    var activation = CNN_IDENTITY
    var (p, q): (Float, Float) = (0, 0)
  }

  private(set) var operations: [Operation] = []

  /// Adds an operation.
  /// - Returns: its result.
  mutating func add(
    _ code: cnn_chain_code, _ inputs: Register..., p: Float = 0, q: Float = 0
  ) -> Register {
    operations.append(Operation(code: code, target: operations.count, inputs: inputs, p: p, q: q))
    return .result(operations.count - 1)
  }

  mutating func add(_ activation: cnn_activation, _ input: Register) -> Register {
    operations.append(
      Operation(
        code: CNN_CHAIN_ACTIVATION, target: operations.count, inputs: [input], activation: activation.kind,
        p: activation.a, q: activation.b))
    return .result(operations.count - 1)
  }

  /// Results in registers that are used again once nobody reads them, and how many these are; `nil` if it takes more than
  /// the kernel has.
  func allocated(operands: Int) -> (operations: [cnn_chain_operation], results: Int)? {
    var lastUses = Array(repeating: -1, count: operations.count)
    for (index, operation) in operations.enumerated() {
      for case .result(let result) in operation.inputs { lastUses[result] = index }
    }
    var (places, free, results) = ([Int](repeating: 0, count: operations.count), [Int](), 0)
    var list: [cnn_chain_operation] = []
    for (index, operation) in operations.enumerated() {
      let registers = operation.inputs.map { register in
        switch register {
        case .operand(let number): number
        case .result(let number): operands + places[number]
        }
      }
      for case .result(let result) in Set(operation.inputs) where lastUses[result] == index {
        free.append(places[result])
      }
      if index < operations.count - 1 {
        places[index] = free.popLast() ?? results
        results = max(results, places[index] + 1)
      }
      guard let first = registers.first else { return nil }
      var made = cnn_chain_operation()
      made.code = Int32(operation.code.rawValue)
      (made.a, made.b) = (Int32(first), Int32(registers.count > 1 ? registers[1] : first))
      made.c = Int32(registers.count > 2 ? registers[2] : 0)
      if operation.code == CNN_CHAIN_ACTIVATION { made.c = Int32(operation.activation.rawValue) }
      (made.p, made.q) = (operation.p, operation.q)
      made.target = Int32(operands + places[index])
      list.append(made)
    }
    guard !list.isEmpty, results <= CNN_CHAIN_RESULTS else { return nil }
    list[list.count - 1].target = Int32(operands + results)
    return (list, results)
  }
}

/// How a node works element by element.
struct ChainOperation {
  /// The node's operands in the order in which ``emit`` takes them.
  var inputs: [ValueID]
  /// For an operand that is read under another shape than its own.
  var shapes: [ValueID: [Int]] = [:]
  var emit: (inout ChainProgram, [ChainProgram.Register]) -> ChainProgram.Register

  /// `nil` if a chain cannot hold the node: another operator, another type, a shape that is not known.
  init?(_ node: Node, in graph: Graph) {
    guard node.captures.isEmpty, node.outputs.count == 1, let output = node.outputs[0],
      let result = graph[output].type.tensor, result.elementType == .float32 || result.elementType == .bool,
      let shape = result.fixedShape, node.inputs.count > 0
    else { return nil }
    inputs = node.inputs.compactMap(\.self)
    guard let emit = Self.emission(node, graph) else { return nil }
    self.emit = emit
    // A clip's bounds that are constants belong to the operation.
    if cnn_activation(node, in: graph) != nil { inputs = [inputs[0]] }
    guard inputs.count == node.inputs.count || node.operator is Clip else { return nil }
    for id in inputs {
      guard let type = graph[id].type.tensor, type.elementType == .float32 || type.elementType == .bool,
        var own = type.fixedShape
      else { return nil }
      if node.operator is PRelu, id == node.inputs[1], let aligned = Self.slopeShape(node, own, shape) {
        (own, shapes[id]) = (aligned, aligned)
      }
      guard own.broadcasts(to: shape) else { return nil }
    }
    // Only truth values may be inside of what makes numbers, and the other way round, where the operator says so.
    let types = inputs.map { graph[$0].type.tensor?.elementType }
    switch node.operator {
    case is Where: guard types[0] == .bool, types[1] == .float32, types[2] == .float32 else { return nil }
    case is LogicalNot, is LogicalAnd, is LogicalOr, is LogicalXor, is Cast: break
    default: guard types.allSatisfy({ $0 == .float32 }) else { return nil }
    }
  }

  /// A slope for each channel that is written without the axes behind it.
  private static func slopeShape(_ node: Node, _ slope: [Int], _ shape: [Int]) -> [Int]? {
    guard let operation = node.operator as? PRelu, slope.count == 1, slope[0] != 1, shape.count > 2,
      slope[0] == shape[1], operation.isChannelwise || slope[0] != shape[shape.count - 1]
    else { return nil }
    return slope + Array(repeating: 1, count: shape.count - 2)
  }
}

extension ChainOperation {
  typealias Emission = (inout ChainProgram, [ChainProgram.Register]) -> ChainProgram.Register

  private static func emission(_ node: Node, _ graph: Graph) -> Emission? {
    if let activation = cnn_activation(node, in: graph) { return { $0.add(activation, $1[0]) } }
    return oneOperand(node.operator) ?? twoOperands(node.operator) ?? severalOperands(node, graph)
  }

  private static func oneOperand(_ operation: any Operator) -> Emission? {
    func unary(_ code: cnn_chain_code, _ p: Float = 0, _ q: Float = 0) -> Emission {
      { $0.add(code, $1[0], p: p, q: q) }
    }
    switch operation {
    case is Negate: return unary(CNN_CHAIN_NEGATE)
    case is AbsoluteValue: return unary(CNN_CHAIN_ABSOLUTE)
    case is Sqrt: return unary(CNN_CHAIN_SQUARE_ROOT)
    case is Reciprocal: return unary(CNN_CHAIN_RECIPROCAL)
    case is Floor: return unary(CNN_CHAIN_FLOOR)
    case is Ceiling: return unary(CNN_CHAIN_CEILING)
    case is Round: return unary(CNN_CHAIN_ROUND)
    case is Sign: return unary(CNN_CHAIN_SIGN)
    case is Exp: return unary(CNN_CHAIN_EXPONENTIAL)
    case is Log: return unary(CNN_CHAIN_LOGARITHM)
    case is ErrorFunction: return unary(CNN_CHAIN_ERROR_FUNCTION)
    case is Gelu: return unary(CNN_CHAIN_GELU_BY_TANH)
    case is Softplus: return unary(CNN_CHAIN_SOFTPLUS)
    case is Softsign: return unary(CNN_CHAIN_SOFTSIGN)
    case let threshold as ThresholdedRelu: return unary(CNN_CHAIN_THRESHOLD, threshold.alpha)
    case is IsNaN: return unary(CNN_CHAIN_IS_NAN)
    case is LogicalNot: return unary(CNN_CHAIN_NOT)
    case let selu as Selu:
      let elu = cnn_activation(kind: CNN_ELU, a: selu.alpha, b: 0, c: 0, d: 0)
      return { program, inputs in
        let inner = program.add(elu, inputs[0])
        return program.add(CNN_CHAIN_AFFINE, inner, p: selu.gamma, q: -0.0)
      }
    case let cast as Cast where cast.type == .bool: return unary(CNN_CHAIN_TRUTH)
    // A truth value is a number already.
    case let cast as Cast where cast.type == .float32: return unary(CNN_CHAIN_AFFINE, 1, -0.0)
    default: return nil
    }
  }

  private static func twoOperands(_ operation: any Operator) -> Emission? {
    if let legacy = operation as? any BroadcastingOperator, legacy.legacyAxis != nil { return nil }
    func binary(_ code: cnn_chain_code) -> Emission { { $0.add(code, $1[0], $1[1]) } }
    func exchanged(_ code: cnn_chain_code) -> Emission { { $0.add(code, $1[1], $1[0]) } }
    switch operation {
    case is Add: return binary(CNN_CHAIN_ADD)
    case is Subtract: return binary(CNN_CHAIN_SUBTRACT)
    case is Multiply: return binary(CNN_CHAIN_MULTIPLY)
    case is Divide: return binary(CNN_CHAIN_DIVIDE)
    case is PRelu: return binary(CNN_CHAIN_SLOPE)
    case is Less: return binary(CNN_CHAIN_LESS)
    case is LessOrEqual: return binary(CNN_CHAIN_LESS_OR_EQUAL)
    case is Greater: return exchanged(CNN_CHAIN_LESS)
    case is GreaterOrEqual: return exchanged(CNN_CHAIN_LESS_OR_EQUAL)
    case is Equal: return binary(CNN_CHAIN_EQUAL)
    case is LogicalAnd: return binary(CNN_CHAIN_AND)
    case is LogicalOr: return binary(CNN_CHAIN_OR)
    case is LogicalXor: return binary(CNN_CHAIN_XOR)
    default: return nil
    }
  }

  private static func severalOperands(_ node: Node, _ graph: Graph) -> Emission? {
    func joined(_ code: cnn_chain_code) -> Emission {
      { program, inputs in
        if inputs.count == 1 { return program.add(CNN_CHAIN_AFFINE, inputs[0], p: 1, q: -0.0) }
        return inputs.dropFirst().reduce(inputs[0]) { program.add(code, $0, $1) }
      }
    }
    switch node.operator {
    case is Maximum: return joined(CNN_CHAIN_MAXIMUM)
    case is Minimum: return joined(CNN_CHAIN_MINIMUM)
    case is Sum: return joined(CNN_CHAIN_ADD)
    case is Where: return { $0.add(CNN_CHAIN_SELECT, $1[0], $1[1], $1[2]) }
    case let power as Power: return power.legacyAxis == nil ? raised(node, graph) : nil
    case is Clip:
      let hasLow = node.inputs.count > 1 && node.inputs[1] != nil
      let hasHigh = node.inputs.count > 2 && node.inputs[2] != nil
      return { program, inputs in
        var value = inputs[0]
        if hasLow { value = program.add(CNN_CHAIN_AT_LEAST, value, inputs[1]) }
        if hasHigh, let last = inputs.last { value = program.add(CNN_CHAIN_AT_MOST, value, last) }
        return value
      }
    default: return nil
    }
  }

  /// The small powers that networks use are products.
  private static func raised(_ node: Node, _ graph: Graph) -> Emission {
    let exponent = node.inputs.count > 1 ? node.inputs[1].flatMap { graph[$0].constant } : nil
    let value = exponent.flatMap { $0.count == 1 ? try? $0.values(as: Double.self)[0] : nil }
    guard let value, value == 2 || value == 3 else { return { $0.add(CNN_CHAIN_POWER, $1[0], $1[1]) } }
    return { program, inputs in
      let square = program.add(CNN_CHAIN_MULTIPLY, inputs[0], inputs[0])
      return value == 2 ? square : program.add(CNN_CHAIN_MULTIPLY, square, inputs[0])
    }
  }
}

extension [Int] {
  /// True if a tensor of this shape can be read as one of another.
  func broadcasts(to shape: [Int]) -> Bool {
    count <= shape.count && zip(self.reversed(), shape.reversed()).allSatisfy { $0 == 1 || $0 == $1 }
  }
}
