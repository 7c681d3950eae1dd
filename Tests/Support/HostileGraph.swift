import CNNGraphs
import CNNOperators
import CNNTensors

/// A small graph that asks for memory or time out of all proportion.
package struct HostileGraph: Sendable, CustomStringConvertible {
  package let description: String
  private let make: @Sendable (inout GraphBuilder) throws -> ValueID

  private init(_ description: String, _ make: @escaping @Sendable (inout GraphBuilder) throws -> ValueID) {
    (self.description, self.make) = (description, make)
  }

  /// The graph: one input `x` of one number, one output `y`.
  package func graph() throws -> Graph {
    var network = GraphBuilder(name: description)
    let result = try make(&network)
    try network.output(result, name: "y")
    return network.graph
  }

  // MARK: Parts

  /// The input that each run is given, so that nothing is known before.
  private static func one(_ network: inout GraphBuilder) throws -> ValueID {
    try network.graph.value(named: "x") ?? network.input("x", shape: [1])
  }

  private static func integers(_ network: inout GraphBuilder, _ values: [Int]) throws -> ValueID {
    try network.constant(Tensor(values.map { Int64($0) }, shape: [values.count]))
  }

  private static func integer(_ network: inout GraphBuilder, _ value: Int) throws -> ValueID {
    try network.constant(Tensor(scalar: Int64(value)))
  }

  /// A tensor of ones, as large as is asked, of a few bytes.
  private static func ones(_ network: inout GraphBuilder, _ shape: [Int]) throws -> ValueID {
    try network.apply(Expand(), to: one(&network), integers(&network, shape))
  }

  /// A node of an operator as a file would have it.
  private static func node<O: Operator>(
    _: O.Type, _ network: inout GraphBuilder, _ inputs: ValueID?..., attributes: [String: Attribute] = [:],
    outputs: Int = 1
  ) throws -> ValueID {
    var reader = NodeReader(
      version: O.signature.versions.last ?? 1, inputCount: inputs.count, outputCount: outputs, attributes: attributes)
    let operation = try O(from: &reader)
    return try network.apply(operation, to: inputs, names: Array(repeating: "", count: outputs))[0]
  }

  /// A loop over one value.
  /// - Parameter rounds: `nil` for ever.
  private static func loop(
    _ network: inout GraphBuilder, _ rounds: Int?, over value: ValueID, type: ElementType = .float32,
    _ step: (inout GraphBuilder, ValueID) throws -> ValueID
  ) throws -> ValueID {
    var body = GraphBuilder(name: "body")
    _ = try body.input("round", .int64, shape: [])
    let condition = try body.input("condition", .bool, shape: [])
    let carried = try body.input("carried", type, shape: [.unknown])
    let next = try step(&body, carried)
    try body.output(body.apply(Identity(), to: condition))
    try body.output(next == carried ? body.apply(Identity(), to: carried) : next)
    let count = try rounds.map { try integer(&network, $0) }
    let goesOn = try network.constant(Tensor(.bool, shape: []) { $0[0] = 1 })
    return try network.apply(Loop(body: body.graph), to: count, goesOn, value)
  }

  private static func nested(_ network: inout GraphBuilder, depth: Int, over value: ValueID) throws -> ValueID {
    try loop(&network, 1 << 23, over: value) { body, carried in
      depth == 1 ? try body.apply(Relu(), to: carried) : try nested(&body, depth: depth - 1, over: carried)
    }
  }

  // MARK: Memory

  /// Those that ask for memory.
  package static let large: [HostileGraph] = [
    HostileGraph("a loop that doubles") { network in
      try loop(&network, 40, over: one(&network)) { try $0.apply(Concatenation(axis: 0), to: $1, $1) }
    },
    HostileGraph("a chain that doubles") { network in
      var value = try one(&network)
      for _ in 0..<40 { value = try network.apply(Concatenation(axis: 0), to: value, value) }
      return value
    },
    HostileGraph("strings that double") { network in
      let text = String(repeating: "a long text ", count: 100)
      _ = try one(&network)
      var value = try network.constant(Tensor(strings: [text], shape: [1]))
      for _ in 0..<40 { value = try network.apply(Concatenation(axis: 0), to: value, value) }
      return value
    },
    HostileGraph("numbers as strings") { network in
      try node(Cast.self, &network, ones(&network, [1 << 24]), attributes: ["to": .int(8)])
    },
    HostileGraph("a tensor of one value") { network in
      try network.apply(
        ConstantOfShape(value: Tensor(scalar: Float(1))), to: network.input("x", .int64, shape: [1]))
    },
    HostileGraph("a range") { network in
      let zero = try network.constant(Tensor(scalar: Float(0)))
      let limit = try node(Multiply.self, &network, one(&network), network.constant(Tensor(scalar: Float(1e12))))
      return try network.apply(
        ArithmeticProgression(), to: zero, limit, network.constant(Tensor(scalar: Float(1))))
    },
    HostileGraph("tiles") { network in
      try network.apply(Tile(), to: one(&network), integers(&network, [1 << 40]))
    },
    HostileGraph("an expansion") { try ones(&$0, [1 << 20, 1 << 20]) },
    HostileGraph("padding") { network in
      try network.apply(Padding(), to: one(&network), integers(&network, [1 << 39, 1 << 39]))
    },
    HostileGraph("padding by tables") { network in
      try network.apply(Padding(mode: .edge), to: one(&network), integers(&network, [1 << 23, 1 << 23]))
    },
    HostileGraph("one hot") { network in
      let indices = try node(
        Cast.self, &network, ones(&network, [1 << 10]), attributes: ["to": .int(7)])
      return try network.apply(
        OneHot(), to: indices, integer(&network, 1 << 30), network.constant(Tensor([Float(0), 1])))
    },
    HostileGraph("what is not zero") { network in
      try network.apply(
        NonZero(), to: node(Cast.self, &network, ones(&network, [1 << 12, 1 << 12]), attributes: ["to": .int(9)]))
    },
    HostileGraph("the largest of many") { network in
      let count = try integers(&network, [1 << 23])
      let values = try node(Cast.self, &network, ones(&network, [1 << 24]), attributes: ["to": .int(3)])
      return try node(TopK.self, &network, values, count, outputs: 2)
    },
    HostileGraph("what is unique") { network in
      try node(Unique.self, &network, ones(&network, [1 << 22]))
    },
    HostileGraph("resizing") { network in
      let image = try ones(&network, [1, 1, 1, 1])
      return try node(
        Resize.self, &network, image, nil, nil, integers(&network, [1, 1, 1 << 20, 1 << 20]),
        attributes: ["mode": .string(Array("linear".utf8))])
    },
    HostileGraph("a list of parts") { network in
      try node(
        SplitToSequence.self, &network,
        node(Cast.self, &network, ones(&network, [1 << 25]), attributes: ["to": .int(3)]),
        integer(&network, 1))
    },
    HostileGraph("a list that grows") { network in
      var body = Graph(name: "body")
      let list = ValueType.sequence(.tensor(.float32, [1]))
      for (name, type) in [("round", .tensor(.int64, [])), ("condition", .tensor(.bool, [])), ("list", list)] {
        var value = Value(name, type: type)
        value.declaredType = type
        body.inputs.append(try body.addValue(value))
      }
      let element = body.addConstant(try Tensor([Float(1)]), hint: "element")
      let (goOn, longer) = try (body.addValue(Value("go on")), body.addValue(Value("longer")))
      body.nodes = [
        Node("", Identity(), inputs: [body.inputs[1]], outputs: [goOn]),
        Node("", SequenceInsert(), inputs: [body.inputs[2], element], outputs: [longer]),
      ]
      body.outputs = [goOn, longer]
      let goesOn = try network.constant(Tensor(.bool, shape: []) { $0[0] = 1 })
      _ = try one(&network)
      let empty = try network.apply(SequenceEmpty(), to: [], names: [""])[0]
      return try network.apply(Loop(body: body), to: nil, goesOn, empty)
    },
    HostileGraph("products of large matrices") { network in
      let side = try ones(&network, [1 << 14, 1 << 14])
      return try network.apply(MatrixMultiplication(), to: side, side)
    },
  ]

  // MARK: Time

  /// Those that ask for time.
  package static let long: [HostileGraph] = [
    HostileGraph("a loop without end") { network in
      try loop(&network, nil, over: one(&network)) { try $0.apply(Relu(), to: $1) }
    },
    HostileGraph("an empty loop without end") { network in try loop(&network, nil, over: one(&network)) { $1 } },
    HostileGraph("nested loops") { try nested(&$0, depth: 2, over: one(&$0)) },
    HostileGraph("deeply nested loops") { try nested(&$0, depth: 24, over: one(&$0)) },
    HostileGraph("a scan over nothing") { network in
      var body = GraphBuilder(name: "body")
      let state = try body.input("state", shape: [1])
      let element = try body.input("element", shape: [0])
      try body.output(body.apply(Relu(), to: state))
      try body.output(body.apply(Identity(), to: element))
      let x = try one(&network)
      return try node(
        Scan.self, &network, x, network.apply(Expand(), to: x, integers(&network, [1 << 40, 0])),
        attributes: ["body": .graph(body.graph), "num_scan_inputs": .int(1)], outputs: 2)
    },
    HostileGraph("products of matrices") { network in
      var value = try ones(&network, [2000, 2000])
      let other = value
      for _ in 0..<500 { value = try network.apply(MatrixMultiplication(), to: value, other) }
      return value
    },
    HostileGraph("products of integers") { network in
      let value = try node(Cast.self, &network, ones(&network, [2000, 2000]), attributes: ["to": .int(7)])
      return try network.apply(MatrixMultiplication(), to: value, value)
    },
    HostileGraph("a long product of vectors") { network in
      let (row, column) = try (ones(&network, [1, 2, 1 << 20]), ones(&network, [1, 1 << 20, 2]))
      var value = try network.apply(MatrixMultiplication(), to: row, column)
      for _ in 0..<2000 {
        value = try network.apply(Add(), to: value, network.apply(MatrixMultiplication(), to: row, column))
      }
      return value
    },
    HostileGraph("a wide convolution") { network in
      try node(
        Convolution.self, &network, ones(&network, [1, 1, 3000, 3000]), ones(&network, [1, 1, 1500, 1500]))
    },
    HostileGraph("wide windows") { network in
      try node(
        MaxPooling.self, &network, ones(&network, [1, 1, 3000, 3000]),
        attributes: ["kernel_shape": .ints([1500, 1500])])
    },
    HostileGraph("normalization over all channels") { network in
      try node(
        LocalResponseNormalization.self, &network, ones(&network, [1, 1 << 12, 1 << 6, 1 << 4]),
        attributes: ["size": .int(1 << 12)])
    },
    HostileGraph("many boxes") { network in
      let (boxes, scores) = try (ones(&network, [1, 1 << 16, 4]), ones(&network, [1, 1, 1 << 16]))
      return try node(
        NonMaximumSuppression.self, &network, boxes, scores, integers(&network, [1 << 20]),
        network.constant(Tensor([Float(1)])))
    },
    HostileGraph("a sequence of empty steps") { network in
      let empty = try network.apply(Expand(), to: one(&network), integers(&network, [1 << 40, 1, 0]))
      return try node(
        RecurrentNetwork.self, &network, empty, ones(&network, [1, 0, 0]), ones(&network, [1, 0, 0]),
        attributes: ["hidden_size": .int(0)], outputs: 1)
    },
    HostileGraph("a sum in a loop") { network in
      let many = try ones(&network, [1 << 22])
      var body = GraphBuilder(name: "body")
      _ = try body.input("round", .int64, shape: [])
      let condition = try body.input("condition", .bool, shape: [])
      let carried = try body.input("carried", shape: [.unknown])
      try body.output(body.apply(Identity(), to: condition))
      try body.output(body.apply(Identity(), to: carried))
      try body.output(node(ReduceSum.self, &body, carried))
      let goesOn = try network.constant(Tensor(.bool, shape: []) { $0[0] = 1 })
      return try network.apply(Loop(body: body.graph), to: [nil, goesOn, many], names: ["", ""])[1]
    },
  ]
}
