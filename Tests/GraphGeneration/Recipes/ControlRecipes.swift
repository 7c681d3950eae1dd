import CNNGraphs
import CNNOperators
import CNNTensors

extension Recipe {
  static let sequences: [Recipe] = [
    Recipe(
      "SequenceConstruct", "SequenceAt", "SequenceLength", "SequenceInsert", "SequenceErase", "ConcatFromSequence",
      weight: 4
    ) { drawing in
      let first = try drawing.operand(.all, { !$0.isEmpty }, new: { $0.shape(rank: 1...3) })
      let others = try (0..<drawing.choices.below(3)).map { _ in
        try drawing.operand([first.type], { $0 == first.shape }, new: { _ in first.shape })
      }
      var list = try drawing.apply("SequenceConstruct", [first] + others, moves: true)
      if drawing.choices.chance(0.4) { list = try drawing.apply("SequenceInsert", [list, first], moves: true) }
      if !others.isEmpty, drawing.choices.chance(0.3) {
        list = try drawing.apply("SequenceErase", [list, try drawing.number(-1, .int64)], moves: true)
      }
      switch drawing.choices.below(3) {
      case 0: try drawing.apply("SequenceAt", [list, try drawing.number(0, .int64)], moves: true)
      case 1: try drawing.apply("SequenceLength", [list], moves: true)
      default: try drawing.apply("ConcatFromSequence", [list], ["axis": .int(0)], moves: true)
      }
    },
    Recipe("SplitToSequence", weight: 2) { drawing in
      let x = try drawing.operand(.all, { !$0.isEmpty && !$0.contains(0) }, new: { $0.shape(rank: 1...3) })
      let axis = drawing.axis(x.rank)
      let list = try drawing.apply("SplitToSequence", [x], ["axis": .int(axis.given)], moves: true)
      try drawing.apply("SequenceAt", [list, try drawing.number(-1, .int64)], moves: true)
    },
    Recipe("SequenceEmpty", weight: 1) { drawing in
      let list = try drawing.apply("SequenceEmpty", [], moves: true)
      let x = try drawing.operand([.float32])
      let longer = try drawing.apply("SequenceInsert", [list, x], moves: true)
      try drawing.apply("SequenceAt", [longer, try drawing.number(0, .int64)], moves: true)
    },
    Recipe("Optional", "OptionalGetElement", "OptionalHasElement", weight: 2) { drawing in
      let x = try drawing.operand(.all)
      let box = try drawing.apply("Optional", [x], moves: true)
      try drawing.apply(
        drawing.choices.pick(["OptionalGetElement", "OptionalHasElement"]), [box], moves: true)
    },
  ]

  static let controlFlow: [Recipe] = [
    Recipe("If", weight: 3) { drawing in
      let x = try drawing.operand([.float32, .float64])
      let condition = try drawing.operand([.bool], { $0.isEmpty }, new: { _ in [] })
      let branches = try ["Relu", "Neg"].map { try drawing.branch($0, reading: x) }
      let attributes: [String: Attribute] = ["then_branch": .graph(branches[0]), "else_branch": .graph(branches[1])]
      try drawing.results("If", [condition], attributes, outputs: 1, moves: true, captures: [x])
    },
    Recipe("Loop", weight: 2) { drawing in
      let x = try drawing.operand([.float32, .float64], { !$0.contains(0) })
      let step = try drawing.operand([x.type], { $0.isEmpty }, new: { _ in [] })
      let rounds = try drawing.number(Double(drawing.choices.pick([2, 0, 1, 3])), .int64)
      let body = try drawing.body(of: x, reading: step)
      try drawing.results("Loop", [rounds, nil, x], ["body": .graph(body)], outputs: 2, captures: [step])
    },
    Recipe("Scan", weight: 2) { drawing in
      let x = try drawing.operand([.float32], { $0.count >= 2 && !$0.contains(0) }, new: { $0.shape(rank: 2...3) })
      let start = try drawing.fresh(x.type, Array(x.shape[1...]))
      let body = try drawing.scan(of: start)
      try drawing.results("Scan", [start, x], ["body": .graph(body), "num_scan_inputs": .int(1)], outputs: 2)
    },
  ]
}

extension GraphDrawing {
  /// A body without inputs that applies an operator to a value of this graph.
  fileprivate func branch(_ name: String, reading x: DrawnValue) throws -> Graph {
    var body = Graph(name: "branch")
    let outer = try body.addValue(Value(self.name(of: x)))
    body.captures = [outer]
    let y = try body.addValue(Value("\(self.name(of: x))_\(name)_\(graph.nodes.count)"))
    let operation: any Operator = name == "Relu" ? Relu() : Negate()
    body.nodes = [Node("", operation, inputs: [outer], outputs: [y])]
    body.outputs = [y]
    return body
  }

  /// A loop's body: the carried value grows by a value of this graph, and each round's is kept.
  fileprivate func body(of x: DrawnValue, reading step: DrawnValue) throws -> Graph {
    var body = Graph(name: "body")
    let suffix = graph.nodes.count
    let types: [ValueType] = [.tensor(.int64, []), .tensor(.bool, []), .tensor(x.type, x.shape.map(Dimension.fixed))]
    for (name, type) in zip(["round", "go", "carried"], types) {
      body.inputs.append(try body.addDeclared("\(name)_\(suffix)", type))
    }
    let outer = try body.addValue(Value(name(of: step)))
    body.captures = [outer]
    let made = try zip(["on", "sum", "kept"], types.dropFirst() + [types[2]]).map { name, type in
      try body.addDeclared("\(name)_\(suffix)", type)
    }
    body.nodes = [
      Node("", Identity(), inputs: [body.inputs[1]], outputs: [made[0]]),
      Node("", Add(), inputs: [body.inputs[2], outer], outputs: [made[1]]),
      Node("", AbsoluteValue(), inputs: [made[1]], outputs: [made[2]]),
    ]
    body.outputs = made
    return body
  }

  /// A scan's body: a running sum.
  fileprivate func scan(of x: DrawnValue) throws -> Graph {
    var body = Graph(name: "scan")
    let suffix = graph.nodes.count
    let type = ValueType.tensor(x.type, x.shape.map(Dimension.fixed))
    for name in ["state", "row"] { body.inputs.append(try body.addDeclared("\(name)_\(suffix)", type)) }
    let made = try ["next", "kept"].map { try body.addDeclared("\($0)_\(suffix)", type) }
    body.nodes = [
      Node("", Add(), inputs: body.inputs.map { $0 }, outputs: [made[0]]),
      Node("", Negate(), inputs: [made[0]], outputs: [made[1]]),
    ]
    body.outputs = made
    return body
  }
}

extension Graph {
  /// A value whose type a file would state.
  fileprivate mutating func addDeclared(_ name: String, _ type: ValueType) throws -> ValueID {
    var value = Value(name, type: type)
    value.declaredType = type
    return try addValue(value)
  }
}
