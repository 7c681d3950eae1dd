extension Graph {
  /// Checks that the graph is one: names resolve, each value has one origin, and nodes come in an order that can run.
  /// - Throws: ``ConversionError`` naming the first node or value that is wrong.
  public func verify() throws(ConversionError) {
    var defined = [Bool](repeating: false, count: values.count)
    for (id, value) in zip(valueIDs, values) where value.isConstant { defined[id.index] = true }
    for id in captures { defined[id.index] = true }
    for id in inputs {
      guard id.index < values.count else { throw ConversionError(.badInput, "an input has no value") }
      defined[id.index] = true
    }
    for node in nodes {
      let location = ConversionError.Location(node: describe(node))
      for id in node.inputs.compactMap(\.self) + node.captures {
        guard id.index < values.count else {
          throw ConversionError(.badInput, "reads a value that does not exist", at: location)
        }
        guard defined[id.index] else {
          throw ConversionError(.badInput, "reads \(self[id].name.quoted), which nothing before it makes", at: location)
        }
      }
      for id in node.outputs.compactMap(\.self) {
        guard id.index < values.count else {
          throw ConversionError(.badInput, "writes a value that does not exist", at: location)
        }
        guard !defined[id.index] else {
          throw ConversionError(.badInput, "writes \(self[id].name.quoted), which is made elsewhere", at: location)
        }
        defined[id.index] = true
      }
      try verifyArity(of: node, at: location)
      for body in node.operator.bodies { try body.verify() }
    }
    for id in outputs where id.index >= values.count || !defined[id.index] {
      let name = id.index < values.count ? self[id].name : "?"
      throw ConversionError(.badInput, "output \(name.quoted) is made by nothing")
    }
  }

  private func verifyArity(of node: Node, at location: ConversionError.Location) throws(ConversionError) {
    let signature = node.operator.signature
    guard signature.inputs.contains(node.inputs.count) else {
      throw ConversionError(
        .badInput, "\(signature.inputs.words) inputs expected, \(node.inputs.count) found", at: location)
    }
    guard signature.outputs.contains(node.outputs.count) else {
      throw ConversionError(
        .badInput, "\(signature.outputs.words) outputs expected, \(node.outputs.count) found", at: location)
    }
  }

  /// The node as an error names it: by its name, or by its first output if it has none.
  public func describe(_ node: Node) -> String {
    let name = node.name.isEmpty ? node.outputs.lazy.compactMap { $0.map { self[$0].name } }.first ?? "" : node.name
    return "node \(name.quoted) (\(node.operator.signature.name.inSentence))"
  }
}

extension ClosedRange<Int> {
  fileprivate var words: String {
    if lowerBound == upperBound { return "\(lowerBound)" }
    return upperBound == OperatorSignature.any ? "\(lowerBound) or more" : "\(lowerBound) to \(upperBound)"
  }
}
