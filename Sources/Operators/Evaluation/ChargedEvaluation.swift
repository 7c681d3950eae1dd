import CNNGraphs
import CNNTensors

/// An operator that reads no more elements of its inputs than its results have: it is charged for those alone.
package protocol PartialReader: Operator {}

extension Operator {
  /// The outputs by the reference evaluation, charged to the current ``WorkBudget``: the node, the elements that it reads
  /// before, and those that it makes after. An operator that does more than that charges it itself.
  /// - Throws: ``LimitError`` if the budget is spent or the time up, `CancellationError` if the work was stopped.
  package func evaluateCharged(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let budget = WorkBudget.current
    var units = WorkBudget.Cost.node
    if !(self is any PartialReader) {
      for input in context.inputs { units = units.saturatingAdded(to: input.readingCost) }
    }
    try budget.charge(units)
    let results = try evaluate(context)
    units = 0
    for result in results where !result.isView(of: context.inputs) {
      units = units.saturatingAdded(to: result.readingCost)
    }
    try budget.charge(units)
    return results
  }
}

extension RuntimeValue {
  /// Units of work for going through the value once; a list's elements are not gone into.
  fileprivate var readingCost: Int {
    switch self {
    case .tensor(let tensor): tensor.count.saturatingMultiplied(by: WorkBudget.Cost.element)
    case .sequence(let elements, _): elements.count.saturatingMultiplied(by: WorkBudget.Cost.element)
    case .none: 0
    }
  }

  /// True if the value is a tensor that lies in one of some others.
  fileprivate func isView(of others: [RuntimeValue?]) -> Bool {
    guard let source = tensor?.storage?.place.source else { return false }
    return others.contains { $0?.tensor?.storage?.place.source == source }
  }
}

extension RuntimeValue? {
  fileprivate var readingCost: Int { self?.readingCost ?? 0 }
}
