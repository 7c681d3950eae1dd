import CNNGraphs
import CNNTensors

/// An operator that reads no more elements of its inputs than its results have: it is charged for those alone.
package protocol PartialReader: Operator {}

/// An operator that takes elements of its inputs into Swift's arrays, which no budget sees.
package protocol ArrayReader: Operator {
  /// The bytes that arrays take for each element of an input, by the input's index.
  var arrayBytes: [Int: Int] { get }
}

extension Operator {
  /// The outputs by the reference evaluation, charged to the current ``WorkBudget``: the node, the elements that it reads
  /// before, and those that it makes after. An operator that does more than that charges it itself.
  /// - Throws: ``LimitError`` if the budget is spent or the time up, `CancellationError` if the work was stopped.
  package func evaluateCharged(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let budget = WorkBudget.current
    var read = 0
    for input in context.inputs { read = read.saturatingAdded(to: input?.elementCount ?? 0) }
    // Asking what kind of operator it is takes longer than a few elements.
    let isLarge = read > 512
    if isLarge, self is any PartialReader { read = 0 }
    try budget.charge(read.saturatingMultiplied(by: WorkBudget.Cost.element).saturatingAdded(to: WorkBudget.Cost.node))
    let results = try isLarge ? evaluateWithArrays(context) : evaluate(context)
    var made = 0
    for result in results where !result.isView(of: context.inputs) {
      made = made.saturatingAdded(to: result.elementCount)
    }
    try budget.charge(made, times: WorkBudget.Cost.element)
    return results
  }

  /// The outputs, what the operator's arrays take being charged meanwhile.
  private func evaluateWithArrays(_ context: EvaluationContext) throws -> [RuntimeValue] {
    guard let reader = self as? any ArrayReader else { return try evaluate(context) }
    var bytes = 0
    for (index, size) in reader.arrayBytes where index < context.inputs.count {
      let count = context.inputs[index]?.elementCount ?? 0
      bytes = bytes.saturatingAdded(to: count.saturatingMultiplied(by: size))
    }
    return try MemoryBudget.current.charging(bytes, of: UInt8.self) { try evaluate(context) }
  }
}

extension RuntimeValue {
  /// How many elements a tensor has, or how many values a list.
  fileprivate var elementCount: Int {
    switch self {
    case .tensor(let tensor): tensor.count
    case .sequence(let elements, _): elements.count
    case .none: 0
    }
  }

  /// True if the value is a tensor that lies in one of some others.
  fileprivate func isView(of others: [RuntimeValue?]) -> Bool {
    guard let source = tensor?.storage?.place.source else { return false }
    return others.contains { $0?.tensor?.storage?.place.source == source }
  }
}
