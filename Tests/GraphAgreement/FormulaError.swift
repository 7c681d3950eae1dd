import CNNGraphs
import CNNOperators
import CNNTensors

/// What an operator's formula rounds besides its inputs and results. Engine and reference may use different formulas.
struct FormulaError {
  private let node: Node
  private let inputs: [RuntimeValue?]
  private let errors: [Tensor?]
  private let roundoff: Double
  private let result: Tensor

  /// - Parameters:
  ///   - inputs: what the node reads.
  ///   - errors: bounds for the elements of each input; `nil` if it is exact.
  ///   - roundoff: how far a stored number may be off, relative to itself.
  ///   - result: what the node makes.
  init(_ node: Node, _ inputs: [RuntimeValue?], _ errors: [Tensor?], _ roundoff: Double, result: Tensor) {
    (self.node, self.inputs, self.errors) = (node, inputs, errors)
    (self.roundoff, self.result) = (roundoff, result)
  }

  /// The bounds of a result's elements, enlarged.
  func added(to bounds: [Double]) throws -> [Double] {
    switch node.operator {
    case is Convolution:
      // A tile's numbers are as large as its largest. Transforms enlarge weights of very different sizes more than others.
      let weights = try values(1)?.reduce(0) { max($0, abs($1)) } ?? 0
      let largest = (weights > 0x1p16 ? 1024 : 2) * bounds.reduce(0) { max($0, $1.isFinite ? $1 : 0) }
      return bounds.map { $0 + largest }
    case is Gelu:
      // The sum of 1 and a number near -1.
      return try adding(to: bounds) { roundoff * abs($0) }
    case is Swish:
      // A sigmoid below the least normal number may be 0.
      return try adding(to: bounds) { 0x1p-126 * abs($0) }
    case is BatchNormalization:
      // So may the product of scale and deviation lose digits there.
      return try adding(to: bounds) { 0x1p-149 * abs($0) }
    case is Softmax:
      // An element may move against the one that is subtracted from all.
      let most = 2 * (try inputErrors().reduce(0) { max($0, $1.isNaN ? 0 : $1) })
      return zip(bounds, try result.values(as: Double.self)).map { $0 + most * abs($1) }
    case is Tan:
      return try zip(bounds, zip(values(0) ?? [], inputErrors())).map { bound, x in
        // Poles lie at odd multiples of π/2.
        let turns = x.0 / .pi - 0.5
        return abs(turns - turns.rounded()) * .pi <= 16 * x.1 ? .infinity : bound
      }
    default: return bounds
    }
  }

  private func values(_ input: Int) throws -> [Double]? {
    try input < inputs.count ? inputs[input]?.tensor?.values(as: Double.self) : nil
  }

  /// How far the elements of the first input may be off.
  private func inputErrors() throws -> [Double] {
    let rounding = try values(0)?.map { roundoff * abs($0) } ?? []
    guard let before = try errors.first??.values(as: Double.self) else { return rounding }
    return zip(rounding, before).map { $0 + $1 }
  }

  private func adding(to bounds: [Double], _ error: (Double) -> Double) throws -> [Double] {
    guard let x = try values(0), x.count == bounds.count else { return bounds }
    return zip(bounds, x).map { $0 + error($1) }
  }
}
