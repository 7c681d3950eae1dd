import CNNGraphs
import CNNTensors

/// Runs a body again and again. Inputs: the most rounds, the condition to begin, both optional, and values that are handed
/// from round to round. The body takes the round's number, the condition and those values, and makes the condition to go
/// on, the values, and outputs that are stacked along a new first axis.
public struct Loop: Operator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "Loop", versions: [1, 11, 13, 16, 19, 21, 23, 24, 25], inputs: 2...OperatorSignature.any,
    outputs: 1...OperatorSignature.any)

  /// One round.
  public let body: Graph

  /// Makes the operator with these settings.
  public init(body: Graph) { self.body = body }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    body = try node.graph("body")
    let carried = max(node.inputCount - 2, 0)
    guard body.inputs.count == carried + 2, body.outputs.count >= carried + 1,
      node.outputCount <= body.outputs.count - 1
    else {
      throw OperatorError.invalid(
        "a body of \(body.inputs.count) inputs and \(body.outputs.count) outputs for \(carried) values and "
          + "\(node.outputCount) outputs")
    }
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("body", .graph(body)) }

  /// Graphs that the operator runs.
  public var bodies: [Graph] { [body] }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let initial = context.inputs.indices.dropFirst(2).map { context.type($0) }
    let leading: [InferredValue] = [.tensor(.int64, []), .tensor(.bool, [])]
    // A body that cannot run with the first values may never run.
    guard
      let rounds = try WorkBudget.attempt({
        try context.inferRounds(of: body, leading: leading, carried: initial, trailing: [], offset: 1)
      })
    else { return Array(repeating: .unknown, count: context.outputCount) }
    let scans = rounds.outputs.dropFirst(1 + initial.count).map { output -> InferredValue in
      guard let type = output.type.tensor else { return .unknown }
      return .tensor(type.elementType, type.shape.map { [.unknown] + $0 })
    }
    return rounds.carried.map { InferredValue($0) } + scans
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let most = try context.optionalTensor(0)?.values(as: Int64.self).first.map(Int.init)
    var goesOn = context.inputs.count > 1 && context.inputs[1] != nil ? try context.flag(1) : true
    // If no condition was given, the body's is ignored.
    let asks = context.inputs.count > 1 && context.inputs[1] != nil
    var carried = try context.inputs.indices.dropFirst(2).map { try context.input($0) }
    let count = carried.count
    guard body.inputs.count == count + 2, body.outputs.count >= count + 1 else {
      throw OperatorError.invalid("a body of \(body.inputs.count) inputs for \(count) values")
    }
    var scans = body.outputs.dropFirst(count + 1).map { _ in StackedOutput() }
    var round = 0
    while goesOn, round < most ?? .max {
      try WorkBudget.current.charge(WorkBudget.Cost.node)
      let leading: [RuntimeValue] = [
        .tensor(try Tensor(scalar: Int64(round))), .tensor(try Tensor(.bool, shape: []) { $0[0] = 1 }),
      ]
      let outputs = try context.run(body, leading + carried)
      guard outputs.count == body.outputs.count, let condition = outputs[0].flag else {
        throw OperatorError.invalid("the body's first output is not one bool")
      }
      if asks { goesOn = condition }
      carried = Array(outputs[1..<count + 1])
      for index in scans.indices { try scans[index].append(outputs[count + 1 + index]) }
      round += 1
    }
    return try carried
      + zip(scans, body.outputs.dropFirst(count + 1)).map { .tensor(try $0.stacked(as: $1, of: body)) }
  }
}
