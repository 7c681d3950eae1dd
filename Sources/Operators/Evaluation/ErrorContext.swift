import CNNGraphs
import CNNTensors

/// What an operator works out the errors of its results from: the values that it reads, in 64 bits, and how far each of
/// their elements may be off.
package struct ErrorContext: Sendable {
  /// The values; `nil` if one is left out.
  package let inputs: [RuntimeValue?]
  /// How far a stored number may be from the exact one, relative to itself.
  package let roundoff: Double
  private let inputErrors: [Tensor?]
  private let outputCount: Int

  /// - Parameter inputErrors: bounds for the elements of each input, beside the rounding; `nil` if it has no other error.
  package init(inputs: [RuntimeValue?], inputErrors: [Tensor?], roundoff: Double, outputCount: Int) {
    (self.inputs, self.inputErrors) = (inputs, inputErrors)
    (self.roundoff, self.outputCount) = (roundoff, outputCount)
  }

  /// The error of each element of an input, its rounding included: `e + u|x|`, in 64 bits whatever the input's type. An
  /// input that is no floating-point tensor has none and is given back as it is.
  package func error(_ index: Int) throws -> RuntimeValue? {
    guard index < inputs.count, let tensor = inputs[index]?.tensor, tensor.elementType.isFloatingPoint else {
      return index < inputs.count ? inputs[index] : nil
    }
    let rounding = try tensor.mapped { abs($0) * roundoff }
    return .tensor(try inputErrors[index].map { try rounding.added(to: $0) } ?? rounding)
  }

  /// `|x|` for each element of an input.
  package func magnitude(_ index: Int) throws -> RuntimeValue? {
    try index < inputs.count ? scaled(inputs[index]) { abs($0) } : nil
  }

  /// Each element of a value changed.
  package func scaled(_ value: RuntimeValue?, by change: (Double) -> Double) throws -> RuntimeValue? {
    try value?.tensor.map { .tensor(try $0.mapped(change)) }
  }

  /// The sums of the elements of two lists of values.
  package func sums(_ a: [RuntimeValue], _ b: [RuntimeValue]) throws -> [RuntimeValue] {
    try zip(a, b).map { first, second in
      guard let x = first.tensor, let y = second.tensor else { return first }
      return .tensor(try x.added(to: y))
    }
  }

  /// What an operator makes of other inputs.
  package func results(of operation: any Operator, reading inputs: [RuntimeValue?]) throws -> [RuntimeValue] {
    try operation.evaluateCharged(EvaluationContext(inputs: inputs, outputCount: outputCount))
  }

  /// The errors of `W·x + b`, input 1 being `W` and input 2 `b`: `|W|·(e + u|x|) + u|b|`. The rounding of the weights is
  /// as large as one of `x` would be.
  /// - Parameter operation: the operator, its own factors made positive.
  package func weighted(by operation: any Operator) throws -> [RuntimeValue] {
    let bias = try error(2)
    return try results(of: operation, reading: [try error(0), try magnitude(1)] + (bias.map { [$0] } ?? []))
  }

  /// A bound for what is not said: no activation or extreme more than doubles the largest error, and results are rounded.
  package func largest(for result: Tensor) throws -> Tensor {
    var largest = 0.0
    for index in inputs.indices {
      guard let tensor = try error(index)?.tensor, tensor.elementType == .float64 else { continue }
      largest = try tensor.withValues(as: Double.self) { $0.reduce(largest) { max($0, $1.isNaN ? 0 : $1) } }
    }
    return try result.mapped { 2 * largest + 4 * roundoff * abs($0) }
  }
}

extension Tensor {
  /// A 64-bit tensor of changed elements.
  fileprivate func mapped(_ change: (Double) -> Double) throws -> Tensor {
    try converted(to: .float64).withValues(as: Double.self) { source in
      try Tensor(.float64, shape: shape) { (target: UnsafeMutableBufferPointer<Double>) in
        for index in 0..<source.count { target[index] = change(source[index]) }
      }
    }
  }

  /// The sum of two 64-bit tensors of one shape.
  fileprivate func added(to other: Tensor) throws -> Tensor {
    guard shape == other.shape else { throw OperatorError.invalid("shapes \(shape) and \(other.shape) differ") }
    return try withValues(as: Double.self) { a in
      try other.withValues(as: Double.self) { b in
        try Tensor(.float64, shape: shape) { (target: UnsafeMutableBufferPointer<Double>) in
          for index in 0..<a.count { target[index] = a[index] + b[index] }
        }
      }
    }
  }
}
