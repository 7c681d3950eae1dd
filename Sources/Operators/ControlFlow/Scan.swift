import CNNGraphs
import CNNTensors

/// Runs a body over the positions of an axis. Inputs: states that are handed from position to position, then tensors
/// that the body gets one position of. The body makes the states, and outputs that are stacked along an axis.
///
/// In version 8 all of this stands under a batch axis, the scanned axis is the next one, and a first input may hold the
/// length of each sequence.
public struct Scan: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "Scan", versions: [8, 9, 11, 16, 19, 21, 23, 24, 25], inputs: 1...OperatorSignature.any,
    outputs: 1...OperatorSignature.any)

  /// One position.
  public let body: Graph
  /// How many of the last inputs are scanned.
  public let scanCount: Int
  /// The scanned axis of each of them; 0 if it is not given.
  public let inputAxes: [Int]
  /// The stacking axis of each output; 0 if it is not given.
  public let outputAxes: [Int]
  /// 1 for each input that is scanned from its end.
  public let inputDirections: [Int]
  /// 1 for each output that is stacked from its end.
  public let outputDirections: [Int]
  /// True for the form of version 8.
  public let isBatched: Bool

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    isBatched = node.version < 9
    body = try node.graph("body")
    scanCount = try node.require("num_scan_inputs", node.int("num_scan_inputs"))
    if isBatched {
      inputDirections = try node.ints("directions") ?? []
      (inputAxes, outputAxes, outputDirections) = ([], [], [])
    } else {
      inputAxes = try node.ints("scan_input_axes") ?? []
      outputAxes = try node.ints("scan_output_axes") ?? []
      inputDirections = try node.ints("scan_input_directions") ?? []
      outputDirections = try node.ints("scan_output_directions") ?? []
    }
    let inputs = node.inputCount - (isBatched ? 1 : 0)
    guard scanCount > 0, scanCount <= inputs, body.inputs.count == inputs, body.outputs.count >= inputs - scanCount
    else {
      throw OperatorError.invalid("\(scanCount) scanned of \(inputs) inputs for a body of \(body.inputs.count)")
    }
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    guard isBatched == (node.version < 9) else {
      throw OperatorError.unsupported("Scan of version 8 and of version 9 are different operators")
    }
    node.set("body", .graph(body))
    node.set("num_scan_inputs", scanCount)
    func set(_ name: String, _ values: [Int]) { if !values.isEmpty { node.set(name, values) } }
    set(isBatched ? "directions" : "scan_input_directions", inputDirections)
    set("scan_input_axes", inputAxes)
    set("scan_output_axes", outputAxes)
    set("scan_output_directions", outputDirections)
  }

  /// Graphs that the operator runs.
  public var bodies: [Graph] { [body] }

  private var stateCount: Int { body.inputs.count - scanCount }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let first = isBatched ? 1 : 0
    guard context.inputs.count == body.inputs.count + first else {
      throw OperatorError.invalid("a body of \(body.inputs.count) inputs for \(context.inputs.count)")
    }
    func inner(_ type: ValueType) -> ValueType {
      isBatched ? .tensor(type.tensor?.elementType, type.tensor?.shape.map { Array($0.dropFirst()) }) : type
    }
    let states = (0..<stateCount).map { inner(context.type(first + $0)) }
    var length = Dimension.unknown
    let elements = (0..<scanCount).map { index -> InferredValue in
      let type = inner(context.type(first + stateCount + index)).tensor
      guard var shape = type?.shape, let axis = try? inputAxis(index).axis(ofRank: shape.count) else {
        return .tensor(type?.elementType, nil)
      }
      let extent = shape.remove(at: axis)
      if length.value == nil, extent != .unknown { length = extent }
      return .tensor(type?.elementType, shape)
    }
    guard
      let rounds = try WorkBudget.attempt({
        try context.inferRounds(of: body, leading: [], carried: states, trailing: elements, offset: 0)
      })
    else { return Array(repeating: .unknown, count: context.outputCount) }
    let batch = isBatched ? [context.shape(first)?.first ?? .unknown] : []
    func outer(_ type: ValueType) -> InferredValue {
      isBatched ? .tensor(type.tensor?.elementType, type.tensor?.shape.map { batch + $0 }) : InferredValue(type)
    }
    let scans = rounds.outputs.dropFirst(stateCount).enumerated().map { index, output -> InferredValue in
      guard let type = output.type.tensor, var shape = type.shape,
        let axis = try? outputAxis(index).axis(ofRank: shape.count + 1)
      else { return .tensor(output.type.tensor?.elementType, nil) }
      shape.insert(length, at: axis)
      return outer(.tensor(type.elementType, shape))
    }
    return rounds.carried.map(outer) + scans
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let first = isBatched ? 1 : 0
    let inputs = try context.inputs.indices.dropFirst(first).map { try context.input($0) }
    guard inputs.count == body.inputs.count else {
      throw OperatorError.invalid("a body of \(body.inputs.count) inputs for \(inputs.count)")
    }
    if !isBatched { return try scan(inputs, length: nil, context) }
    let tensors = try (first..<context.inputs.count).map { try context.tensor($0) }
    guard let batch = tensors.last?.shape.first, batch > 0, tensors.allSatisfy({ $0.shape.first == batch }) else {
      throw OperatorError.invalid("the inputs of Scan 8 need one batch axis")
    }
    let lengths = try context.optionalIntegers(0)
    guard lengths?.count ?? batch == batch else {
      throw OperatorError.invalid("\(lengths?.count ?? 0) lengths for a batch of \(batch)")
    }
    var results = body.outputs.map { _ in StackedOutput() }
    for entry in 0..<batch {
      let slices = try tensors.map { RuntimeValue.tensor(try $0.slice(at: entry, along: 0)) }
      for (index, value) in try scan(slices, length: lengths?[entry], context).enumerated() {
        try results[index].append(value)
      }
    }
    return try zip(results, body.outputs).map { .tensor(try $0.stacked(as: $1, of: body)) }
  }

  /// Runs the body over all positions, or the first `length`; outputs shorter than the axis are filled up with zeros.
  private func scan(_ inputs: [RuntimeValue], length: Int?, _ context: EvaluationContext) throws -> [RuntimeValue] {
    var states = Array(inputs[..<stateCount])
    let scanned = try inputs[stateCount...].enumerated().map { index, input in
      guard let tensor = input.tensor else { throw OperatorError.input(stateCount + index, expected: "a tensor") }
      return (tensor: tensor, axis: try inputAxis(index).axis(ofRank: tensor.rank))
    }
    let extent = scanned.first.map { $0.tensor.shape[$0.axis] } ?? 0
    let count = length ?? extent
    guard scanned.allSatisfy({ $0.tensor.shape[$0.axis] == extent }), count >= 0, count <= extent else {
      throw OperatorError.invalid("the scanned axes differ, or are shorter than \(count)")
    }
    var outputs = body.outputs.dropFirst(stateCount).map { _ in StackedOutput() }
    for round in 0..<count {
      try WorkBudget.current.charge(WorkBudget.Cost.node)
      let elements = try scanned.enumerated().map { index, input in
        let position = isReversed(inputDirections, index) ? count - 1 - round : round
        return RuntimeValue.tensor(try input.tensor.slice(at: position, along: input.axis))
      }
      let results = try context.run(body, states + elements)
      guard results.count == body.outputs.count else { throw OperatorError.invalid("the body has too few outputs") }
      states = Array(results[..<stateCount])
      for index in outputs.indices { try outputs[index].append(results[stateCount + index]) }
    }
    let stacked = try zip(outputs, body.outputs.dropFirst(stateCount)).enumerated().map { index, output in
      let tensor = try output.0.stacked(as: output.1, of: body)
      let axis = try outputAxis(index).axis(ofRank: tensor.rank)
      var shape = tensor.shape
      shape[0] = length == nil ? shape[0] : extent
      var result = try tensor.padded(before: shape.map { _ in 0 }, shape: shape)
      if isReversed(outputDirections, index) {
        let table = Array((0..<shape[0]).reversed())
        result = try result.gathered(along: [table] + shape.dropFirst().map { Array(0..<$0) })
      }
      var order = Array(1..<max(tensor.rank, 1))
      order.insert(0, at: axis)
      return RuntimeValue.tensor(try result.transposed(order))
    }
    return states + stacked
  }

  private func inputAxis(_ index: Int) -> Int { index < inputAxes.count ? inputAxes[index] : 0 }
  private func outputAxis(_ index: Int) -> Int { index < outputAxes.count ? outputAxes[index] : 0 }
  private func isReversed(_ directions: [Int], _ index: Int) -> Bool {
    index < directions.count && directions[index] != 0
  }
}

extension Tensor {
  /// One position of an axis, which the result no longer has.
  package func slice(at position: Int, along axis: Int) throws -> Tensor {
    var rest = shape
    rest.remove(at: axis)
    return try part(position..<position + 1, along: axis).reshaped(rest)
  }
}
