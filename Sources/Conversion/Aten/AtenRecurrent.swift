import CNNGraphs
import CNNOperators
import CNNTensors

/// Recurrent layers. PyTorch lists the gates of a cell in an order of its own, so their weights change places.
enum AtenRecurrent {
  static let family = AtenOperators.Family(
    name: "Recurrent",
    operators: AtenOperators.several([
      "aten::lstm": { call, builder in
        try run(call, &builder, state: "hx", gates: [0, 3, 1, 2], states: 2) { direction, size in
          LongShortTermMemory(direction, hiddenSize: size)
        }
      },
      "aten::gru": { call, builder in
        try run(call, &builder, state: "hx", gates: [1, 0, 2], states: 1) { direction, size in
          GatedRecurrentUnit(direction, hiddenSize: size, appliesResetLast: true)
        }
      },
      "aten::rnn_tanh": { call, builder in
        try run(call, &builder, state: "hx", gates: [0], states: 1) { direction, size in
          RecurrentNetwork(direction, hiddenSize: size)
        }
      },
      "aten::rnn_relu": { call, builder in
        try run(call, &builder, state: "hx", gates: [0], states: 1) { direction, size in
          let names = [[UInt8]](repeating: Array("Relu".utf8), count: direction == .bidirectional ? 2 : 1)
          var reader = NodeReader(
            version: OnnxVersions.newestOperatorSet, inputCount: 6, outputCount: 2,
            attributes: [
              "activations": .strings(names), "hidden_size": .int(size),
              "direction": .string(Array(direction.rawValue.utf8)),
            ])
          return try RecurrentNetwork(from: &reader)
        }
      },
      "aten::lstm_cell": cell,
    ]).merging(
      AtenOperators.singles([
        "aten::gru_cell": gatedCell,
        "aten::rnn_tanh_cell": { try $1.apply(Tanh(), mixed($0, &$1)) },
        "aten::rnn_relu_cell": { try $1.apply(Relu(), mixed($0, &$1)) },
      ])
    ) { first, _ in first })

  private static func run(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, state: String, gates: [Int], states count: Int,
    _ operation: (RecurrentSettings.Direction, Int) throws -> any Operator
  ) throws -> [AtenValue] {
    guard call.has("batch_first") else { throw call.unsupported("packed sequences") }
    guard try !call.bool("train") || call.double("dropout") == 0 else {
      throw call.unsupported("dropout in training mode; call eval() before the network is exported")
    }
    let isBatchFirst = try call.bool("batch_first")
    let hasBias = try call.bool("has_biases")
    let directions = try call.bool("bidirectional") ? 2 : 1
    let layers = try call.int("num_layers")
    let weights = try call.tensors("params", &builder)
    let initial =
      call[state].isTensor ? [try call.tensor(state, &builder)] : try call.tensors(state, &builder)
    let each = hasBias ? 4 : 2
    guard layers > 0, layers <= 1024, weights.count == layers * directions * each, initial.count == count else {
      throw call.unsupported("\(weights.count) weights for \(layers) layers")
    }
    var x = try call.tensor("input", &builder)
    guard try builder.rank(of: x) == 3 else { throw call.fault("input", expected: "three axes") }
    if isBatchFirst { x = try builder.transpose(x, [1, 0, 2]) }
    var last = [[ValueID]](repeating: [], count: count)
    for layer in 0..<layers {
      let rows = (0..<directions).map { direction in
        Array(weights[((layer * directions + direction) * each)...].prefix(each))
      }
      guard let hidden = try builder.shape(of: rows[0][1]).last?.value else {
        throw call.unsupported("weights of unknown extents")
      }
      func joined(_ indices: [Int], _ builder: inout AtenGraphBuilder) throws -> ValueID {
        let parts = try rows.map { row in
          let ordered = try indices.map { try builder.reordered(row[$0], blocks: gates) }
          return try builder.unsqueeze(builder.joinedConstant(ordered), [0])
        }
        return try builder.joinedConstant(parts)
      }
      let start = try initial.map { state in
        try builder.slice(
          state, axis: 0, from: .int(layer * directions), to: .int((layer + 1) * directions))
      }
      let bias = hasBias ? try joined([2, 3], &builder) : nil
      let inputs: [ValueID?] = [x, try joined([0], &builder), try joined([1], &builder), bias, nil] + start
      let results = try builder.apply(
        try operation(directions == 2 ? .bidirectional : .forward, hidden), to: inputs, count: 1 + count)
      // [sequence, directions, batch, hidden]
      x =
        directions == 1
        ? try builder.squeeze(results[0], [1])
        : try merged(builder.transpose(results[0], [0, 2, 1, 3]), &builder)
      for index in 0..<count { last[index].append(results[1 + index]) }
    }
    if isBatchFirst { x = try builder.transpose(x, [1, 0, 2]) }
    let ends = try last.map { try builder.joinedConstant($0) }
    return ([x] + ends).map { .tensor(AtenTensor($0)) }
  }

  private static func merged(_ x: ValueID, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let extents = try builder.extents(of: x)
    return try builder.reshape(
      x, to: [extents[0], extents[1], builder.multiplyNumbers(extents[2], extents[3])])
  }

  // MARK: Single steps

  /// `x · W_ihᵀ + b_ih` and `h · W_hhᵀ + b_hh`.
  private static func sides(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, hidden: ValueID
  ) throws -> (input: ValueID, hidden: ValueID) {
    let (inner, outer) = (
      try call.optionalTensor("b_ih", &builder), try call.optionalTensor("b_hh", &builder)
    )
    return (
      try builder.linear(call.tensor("input", &builder), call.tensor("w_ih", &builder), inner),
      try builder.linear(hidden, call.tensor("w_hh", &builder), outer)
    )
  }

  private static func mixed(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let sides = try sides(call, &builder, hidden: call.tensor("hx", &builder))
    return try builder.sum(sides.input, sides.hidden)
  }

  @Sendable
  private static func cell(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [AtenValue] {
    let states = try call.tensors("hx", &builder)
    guard states.count == 2 else { throw call.fault("hx", expected: "two tensors") }
    let sides = try sides(call, &builder, hidden: states[0])
    let all = try builder.sum(sides.input, sides.hidden)
    let gates = try builder.apply(Split(axis: -1, partCount: 4), to: [all], count: 4)
    let kept = try builder.product(builder.apply(Sigmoid(), gates[1]), states[1])
    let added = try builder.product(builder.apply(Sigmoid(), gates[0]), builder.apply(Tanh(), gates[2]))
    let memory = try builder.sum(kept, added)
    let hidden = try builder.product(builder.apply(Sigmoid(), gates[3]), builder.apply(Tanh(), memory))
    return [.tensor(AtenTensor(hidden)), .tensor(AtenTensor(memory))]
  }

  @Sendable
  private static func gatedCell(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let state = try call.tensor("hx", &builder)
    let sides = try sides(call, &builder, hidden: state)
    let x = try builder.apply(Split(axis: -1, partCount: 3), to: [sides.input], count: 3)
    let h = try builder.apply(Split(axis: -1, partCount: 3), to: [sides.hidden], count: 3)
    let reset = try builder.apply(Sigmoid(), builder.sum(x[0], h[0]))
    let update = try builder.apply(Sigmoid(), builder.sum(x[1], h[1]))
    let candidate = try builder.apply(Tanh(), builder.sum(x[2], builder.product(reset, h[2])))
    let change = try builder.product(update, builder.apply(Subtract(), state, candidate))
    return try builder.sum(candidate, change)
  }
}

extension AtenGraphBuilder {
  /// Equal blocks along the first axis in another order. A constant stays one.
  mutating func reordered(_ id: ValueID, blocks order: [Int]) throws -> ValueID {
    if order.count == 1 { return id }
    guard let tensor = constant(id), let rows = tensor.shape.first, rows % order.count == 0, tensor.storage != nil
    else {
      let parts = try apply(Split(axis: 0, partCount: order.count), to: [id], count: order.count)
      return try apply(Concatenation(axis: 0), to: order.map { parts[$0] }, count: 1)[0]
    }
    let size = tensor.byteCount / order.count
    let result = try Tensor(tensor.elementType, shape: tensor.shape) { (target: UnsafeMutableRawBufferPointer) in
      tensor.withBytes { source in
        for (place, block) in order.enumerated() {
          UnsafeMutableRawBufferPointer(rebasing: target[place * size..<(place + 1) * size])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[block * size..<(block + 1) * size]))
        }
      }
    }
    return add(result, hint: graph[id].name)
  }

  /// Values one behind the other along the first axis. Constants stay one.
  mutating func joinedConstant(_ parts: [ValueID]) throws -> ValueID {
    if parts.count == 1 { return parts[0] }
    let tensors = parts.compactMap { constant($0) }
    guard tensors.count == parts.count, let first = tensors.first, first.rank > 0 else {
      return try apply(Concatenation(axis: 0), to: parts, count: 1)[0]
    }
    guard tensors.allSatisfy({ $0.elementType == first.elementType && $0.shape.dropFirst() == first.shape.dropFirst() })
    else { throw ConversionError(.badInput, "weights of different shapes") }
    let rows = tensors.reduce(0) { $0 + $1.shape[0] }
    let result = try Tensor(first.elementType, shape: [rows] + first.shape.dropFirst()) {
      (target: UnsafeMutableRawBufferPointer) in
      var start = 0
      for tensor in tensors {
        tensor.withBytes { source in
          UnsafeMutableRawBufferPointer(rebasing: target[start..<start + source.count]).copyMemory(from: source)
        }
        start += tensor.byteCount
      }
    }
    return add(result, hint: graph[parts[0]].name)
  }
}
