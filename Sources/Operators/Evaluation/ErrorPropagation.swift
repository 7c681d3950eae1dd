import CNNGraphs

/// An operator that says how errors of what it reads reach its results, to first order.
///
/// First-order running error analysis: N. Higham, "Accuracy and Stability of Numerical Algorithms", section 3.3.
package protocol ErrorPropagation: Operator {
  /// Bounds of the errors of all elements of each result.
  /// - Returns: one value for each result; `nil` if nothing better is known than the bound by the largest error.
  func errors(_ context: ErrorContext) throws -> [RuntimeValue]?
}

/// An operator whose results are sums of elements of its floating-point inputs with factors that are not negative, as
/// moving, adding and averaging elements are. Errors go the way of the values.
package protocol NonnegativeLinearOperator: ErrorPropagation {}

extension NonnegativeLinearOperator {
  /// The operator applied to the errors.
  package func errors(_ context: ErrorContext) throws -> [RuntimeValue]? {
    try context.results(of: self, reading: context.inputs.indices.map { try context.error($0) })
  }
}
