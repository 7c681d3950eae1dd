import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

extension ScriptInterpreter {
  /// Rounds of loops that are read one by one, of one loop.
  private static let roundLimit = 1 << 16

  /// `while condition:`, round by round as long as the condition is known, else a `Loop`.
  func loop(while condition: ScriptExpression, _ body: [ScriptStatement], line: Int) throws -> ScriptFlow {
    for round in 0... {
      guard round < Self.roundLimit else {
        throw ConversionError(.limit, "a loop of more than \(Self.roundLimit) rounds")
      }
      let flag = try flag(evaluate(condition))
      guard case .bool(let goesOn) = flag else {
        guard case .scalar(let id) = flag else { break }
        return try carry(body, index: nil, rounds: nil, first: id, condition: condition)
      }
      guard goesOn else { break }
      if case .returned(let value) = try run(body) { return .returned(value) }
    }
    return .done
  }

  /// `for name in range(count):`, round by round if the count is known, else a `Loop`.
  func loop(_ name: String, _ count: ScriptValue, _ body: [ScriptStatement], line: Int) throws -> ScriptFlow {
    guard case .plain(let plain) = count else { throw ConversionError(.unsupported, "a loop of \(count.kind) rounds") }
    if case .scalar(let id) = plain { return try carry(body, index: name, rounds: id, first: nil, condition: nil) }
    guard let rounds = plain.integer else { throw ConversionError(.unsupported, "a loop of \(plain.kind) rounds") }
    guard rounds <= Self.roundLimit else {
      throw ConversionError(.limit, "a loop of \(rounds) rounds, at most \(Self.roundLimit) are read")
    }
    for round in 0..<max(rounds, 0) {
      frame.variables[name] = .plain(.int(round))
      if case .returned(let value) = try run(body) { return .returned(value) }
    }
    return .done
  }

  /// A variable that goes from round to round.
  private struct Carried {
    let name: String
    let isTensor: Bool
    /// Its value before the first round.
    let first: ValueID
    var type: TensorType
  }

  /// A loop of which only a run knows the number of rounds. Variables that it sets go from round to round.
  private func carry(
    _ body: [ScriptStatement], index: String?, rounds: ValueID?, first: ValueID?, condition: ScriptExpression?
  ) throws -> ScriptFlow {
    let assigned = ScriptVariables.assigned(in: body)
    var reads = ScriptVariables.read(in: body)
    if let condition { reads.formUnion(ScriptVariables.read(in: condition)) }
    var carried = try assigned.sorted().compactMap { name -> Carried? in
      guard let value = frame.variables[name], name != index else { return nil }
      return try self.carried(name, value)
    }
    let prefix = uniquePrefix("loop")
    // Extents that change from round to round become free; twice is enough, since they only ever become so.
    for _ in 0..<3 {
      let made = try bodyGraph(body, prefix, carried, reads, index: index, condition: condition)
      var isSettled = true
      for (place, type) in made.types.enumerated() where type != carried[place].type {
        guard type.elementType == carried[place].type.elementType else {
          throw ConversionError(
            .unsupported, "variable \(carried[place].name.quoted) changes its type from round to round")
        }
        let joined = ValueType.tensor(type).joined(with: .tensor(carried[place].type))
        guard let tensor = joined.tensor, tensor != carried[place].type else { continue }
        carried[place].type = tensor
        isSettled = false
      }
      guard isSettled else { continue }
      let outputs = try builder.apply(
        Loop(body: made.graph), to: [rounds, first] + carried.map(\.first),
        results: carried.map { InferredValue(.tensor($0.type)) }, captures: captures(of: [made.graph]))
      for (variable, output) in zip(carried, outputs) {
        frame.variables[variable.name] = .plain(variable.isTensor ? .tensor(AtenTensor(output)) : .scalar(output))
      }
      return .done
    }
    throw ConversionError(.unsupported, "the shapes of a loop's variables do not settle")
  }

  private func carried(_ name: String, _ value: ScriptValue) throws -> Carried? {
    switch value {
    case .plain(.tensor(let tensor)):
      let id = try builder.read(tensor)
      guard let type = builder.knowledge(of: id).type.tensor else { break }
      return Carried(name: name, isTensor: true, first: id, type: type)
    case .plain(let plain) where plain.isNumber:
      let id = try builder.numberTensor(plain)
      return Carried(name: name, isTensor: false, first: id, type: TensorType(try builder.elementType(of: id), []))
    case .undefined: return nil
    default: break
    }
    throw ConversionError(
      .unsupported, "variable \(name.quoted), \(value.kind), changes in a loop whose number of rounds is not known")
  }

  private func bodyGraph(
    _ body: [ScriptStatement], _ prefix: String, _ carried: [Carried], _ reads: Set<String>, index: String?,
    condition: ScriptExpression?
  ) throws -> (graph: Graph, types: [TensorType]) {
    let names = Set(carried.map(\.name))
    let (types, inner) = try withBody(prefix, reading: reads.subtracting(names)) { () -> [TensorType] in
      guard case .tensor(let round) = try builder.input("round", .int64, shape: []),
        case .tensor(let goesOn) = try builder.input("goes_on", .bool, shape: [])
      else { throw ConversionError(.internalFault, "an input is no tensor") }
      if let index { frame.variables[index] = .plain(.scalar(round.value)) }
      var inputs: [AtenTensor] = []
      for variable in carried {
        guard
          case .tensor(let tensor) = try builder.input(
            variable.name, variable.type.elementType, shape: variable.type.shape)
        else { continue }
        inputs.append(tensor)
        frame.variables[variable.name] = .plain(variable.isTensor ? .tensor(tensor) : .scalar(tensor.value))
      }
      guard case .done = try run(body) else {
        throw ConversionError(.unsupported, "a loop whose number of rounds is not known gives back a value")
      }
      guard inputs.allSatisfy({ $0.version == 0 && !$0.isDoubtful }) else {
        throw ConversionError(.unsupported, "a write to a tensor in a loop whose number of rounds is not known")
      }
      var ends = goesOn.value
      if let condition { ends = try builder.numberTensor(flag(evaluate(condition))) }
      try builder.output(ends, name: "\(prefix)goes_on_next")
      var types: [TensorType] = []
      for variable in carried {
        let id: ValueID
        switch frame.variables[variable.name] {
        case .plain(.tensor(let tensor))? where variable.isTensor: id = try builder.read(tensor)
        case .plain(let number)? where !variable.isTensor && number.isNumber:
          id = try builder.cast(builder.numberTensor(number), to: variable.type.elementType ?? .int64)
        case let value:
          throw ConversionError(
            .unsupported, "variable \(variable.name.quoted) becomes \(value?.kind ?? "nothing") in a loop")
        }
        types.append(builder.knowledge(of: id).type.tensor ?? TensorType(nil))
        try builder.output(id, name: "\(prefix)\(variable.name)_next")
      }
      return types
    }
    return (try inner.finish(), types)
  }
}
