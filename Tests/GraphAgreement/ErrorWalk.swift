import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport

/// How far results may be from the exact ones because each number that a node makes is rounded.
///
/// A graph is run in 64 bits. An operator that says how it passes errors on does so (``ErrorPropagation``). Any other is
/// asked: it is run again with its inputs moved by their errors, and what its results move by is their error.
struct ErrorWalk {
  /// The outputs in 64 bits, or in the graph's own types if an operator fixes one.
  let outputs: [RuntimeValue]
  /// True if the outputs are of 64 bits.
  let isWide: Bool
  /// Bounds for the elements of each output; `nil` for one that is exact or of no floating-point type.
  let bounds: [Tensor?]

  /// How an operator is asked: everything moved up, every other input moved down, and each element by chance.
  private enum Sides: CaseIterable { case up, opposite, first, second, third }

  /// - Parameter exact: values that every way must make with the same bits.
  init(_ graph: Graph, _ inputs: [Tensor], exact: Set<ValueID>) throws {
    do {
      try self.init(graph, inputs, exact, isWide: true)
    } catch {
      try self.init(graph, inputs, exact, isWide: false)
    }
  }

  private init(_ graph: Graph, _ inputs: [Tensor], _ exact: Set<ValueID>, isWide: Bool) throws {
    var walk = Walk(graph: graph, exact: exact, isWide: isWide)
    for (id, tensor) in zip(graph.inputs, inputs) { walk.live[id] = .tensor(try walk.widened(tensor)) }
    for id in graph.valueIDs {
      if let constant = graph[id].constant { walk.live[id] = .tensor(try walk.widened(constant)) }
    }
    for node in graph.nodes { try walk.run(node) }
    (outputs, self.isWide) = (graph.outputs.map { walk.live[$0] ?? .none }, isWide)
    bounds = graph.outputs.map { walk.errors[$0] }
  }

  private struct Walk {
    let graph: Graph
    let exact: Set<ValueID>
    let isWide: Bool
    var live: [ValueID: RuntimeValue] = [:]
    var errors: [ValueID: Tensor] = [:]
    private var random = SplitMix(seed: 7)

    init(graph: Graph, exact: Set<ValueID>, isWide: Bool) {
      (self.graph, self.exact, self.isWide) = (graph, exact, isWide)
    }

    func widened(_ tensor: Tensor) throws -> Tensor {
      let isShort = [ElementType.float32, .float16, .bfloat16].contains(tensor.elementType)
      return isWide && isShort ? try tensor.converted(to: .float64) : tensor
    }

    /// How a number of a value is rounded, relative to itself.
    private func roundoff(_ id: ValueID) -> Double { graph[id].type.tensor?.elementType?.roundoff ?? 0 }

    mutating func run(_ node: Node) throws {
      let inputs = node.inputs.map { $0.flatMap { live[$0] } }
      let made = try evaluate(node, inputs)
      let outputs = node.outputs.compactMap(\.self)
      for (id, value) in zip(outputs, made) { live[id] = value }
      guard outputs.contains(where: { !exact.contains($0) }) else { return }
      let roundoff = (node.inputs.compactMap(\.self) + outputs).map(roundoff).max() ?? 0
      let known = isWide ? try known(node, inputs, roundoff) : nil
      let sampled = known == nil ? try sampled(node, inputs, made, roundoff) : []
      // What a sequence's elements are off by is not kept: as much as anything before.
      let readsList = inputs.contains { if case .sequence? = $0 { true } else { false } }
      let unseen = readsList ? try errors.values.map { try $0.greatest() }.max() ?? 0 : 0
      for (position, id) in outputs.enumerated() where !exact.contains(id) {
        guard let tensor = made[position].tensor, tensor.elementType.isFloatingPoint else { continue }
        let error = known?[position].tensor ?? sampled[position]
        errors[id] = try error.map { error in
          let before = node.inputs.map { $0.flatMap { errors[$0] } }
          let formula = FormulaError(node, inputs, before, roundoff, result: tensor)
          let bounds = try formula.added(to: error.values(as: Double.self)).map { $0 + unseen }
          return try Tensor(bounds, shape: error.shape)
        }
      }
    }

    private func evaluate(
      _ node: Node, _ inputs: [RuntimeValue?], moving moved: [ValueID: RuntimeValue] = [:]
    ) throws -> [RuntimeValue] {
      var scope: [String: RuntimeValue] = [:]
      for id in node.captures { scope[graph[id].name] = moved[id] ?? live[id] }
      let captured = scope
      let context = EvaluationContext(inputs: inputs, outputCount: node.outputs.count) { body, arguments in
        try ReferenceEvaluator(body).run(arguments, captured: captured)
      }
      return try node.operator.evaluate(context)
    }

    private func known(_ node: Node, _ inputs: [RuntimeValue?], _ roundoff: Double) throws -> [RuntimeValue]? {
      guard let operation = node.operator as? any ErrorPropagation else { return nil }
      let context = ErrorContext(
        inputs: inputs, inputErrors: node.inputs.map { $0.flatMap { errors[$0] } }, roundoff: roundoff,
        outputCount: node.outputs.count)
      return try operation.errors(context)
    }

    private mutating func sampled(
      _ node: Node, _ inputs: [RuntimeValue?], _ made: [RuntimeValue], _ roundoff: Double
    ) throws -> [Tensor?] {
      var moves = try made.map { value -> [Double]? in
        guard let tensor = value.tensor, tensor.elementType.isFloatingPoint else { return nil }
        return try tensor.values(as: Double.self).map { 2 * roundoff * abs($0) }
      }
      for sides in Sides.allCases {
        let moved = try node.inputs.enumerated().map { index, id in
          try id.flatMap { try move(inputs[index], by: $0, roundoff, sides, index) }
        }
        var captured: [ValueID: RuntimeValue] = [:]
        for (position, id) in node.captures.enumerated() {
          captured[id] = try move(live[id], by: id, roundoff, sides, node.inputs.count + position)
        }
        let results = try evaluate(node, moved, moving: captured)
        for (position, result) in results.enumerated() where position < moves.count && moves[position] != nil {
          guard let base = made[position].tensor, let tensor = result.tensor, tensor.shape == base.shape else {
            moves[position] = moves[position]?.map { _ in .infinity }
            continue
          }
          let (x, y) = (try base.values(as: Double.self), try tensor.values(as: Double.self))
          for index in x.indices where x[index] != y[index] && !(x[index].isNaN && y[index].isNaN) {
            let difference = abs(x[index] - y[index])
            let own = moves[position]?[index] ?? 0
            moves[position]?[index] = difference.isNaN ? .infinity : max(own, 4 * difference)
          }
        }
      }
      return try zip(made, moves).map { value, moves in
        guard let shape = value.tensor?.shape else { return nil }
        return try moves.map { try Tensor($0, shape: shape) }
      }
    }

    /// An input's elements moved by as much as they may be off, each to one side or the other.
    private mutating func move(
      _ value: RuntimeValue?, by id: ValueID, _ roundoff: Double, _ sides: Sides, _ input: Int
    ) throws -> RuntimeValue? {
      guard let tensor = value?.tensor, tensor.elementType.isFloatingPoint else { return value }
      let errors = try errors[id]?.values(as: Double.self)
      let step = isWide ? roundoff : 2 * tensor.elementType.roundoff
      var numbers = try tensor.values(as: Double.self)
      for index in numbers.indices where numbers[index].isFinite {
        let most = (errors?[index] ?? 0) + step * abs(numbers[index])
        let isUp = sides == .up || (sides == .opposite ? input % 2 == 0 : random.chance(0.5))
        let moved = numbers[index] + (isUp ? most : -most)
        // A number that may be anything is none.
        if moved.isFinite { numbers[index] = moved } else if !most.isFinite { numbers[index] = .nan }
      }
      return .tensor(try Tensor(numbers, shape: tensor.shape).converted(to: tensor.elementType))
    }
  }
}

extension Tensor {
  /// The greatest finite element, or 0.
  fileprivate func greatest() throws -> Double {
    try values(as: Double.self).reduce(0) { max($0, $1.isFinite ? $1 : 0) }
  }
}

extension ElementType {
  /// Half the distance of two numbers around 1.
  var roundoff: Double {
    switch self {
    case .float64: 0x1p-53
    case .float32: 0x1p-24
    case .float16: 0x1p-11
    case .bfloat16: 0x1p-8
    default: 0
    }
  }

  /// The least number above 0 with all its digits.
  var leastNormal: Double {
    switch self {
    case .float64: 0x1p-1022
    case .float16: 0x1p-14
    default: 0x1p-126
    }
  }
}
