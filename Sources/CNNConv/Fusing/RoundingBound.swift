import CNNGraphs
import CNNOperators
import CNNTensors

/// How far a slice's value may be from the exact one because each number it stores was rounded once.
///
/// First-order running error analysis (Higham, "Accuracy and Stability of Numerical Algorithms", section 3.3): a linear
/// node makes of an error `e` and a relative rounding `u` of its constants the error `|W|·(e + u|x|) + u|b|`, elementwise;
/// activations magnify an error by less than two.
struct RoundingBound {
  private let slice: GraphSlice
  private let given: [String: RuntimeValue]
  private let roundoff: Double

  init(_ slice: GraphSlice, _ given: [String: RuntimeValue], roundoff: Double) {
    (self.slice, self.given, self.roundoff) = (slice, given, roundoff)
  }

  /// The bound for each element of the slice's value.
  func errors() throws -> Tensor {
    var live: [ValueID: RuntimeValue] = [:]
    var errors: [ValueID: Tensor] = [:]
    for place in slice.nodes {
      let node = slice.graph.nodes[place]
      let inputs = try node.inputs.map { try $0.map { try slice.value($0, live, given, true) } }
      let made = try node.operator.evaluate(EvaluationContext(inputs: inputs, outputCount: node.outputs.count))
      for (index, output) in node.outputs.enumerated() {
        guard let output, index < made.count else { continue }
        live[output] = made[index]
        guard let tensor = made[index].tensor, tensor.elementType == .float64 else { continue }
        errors[output] = try error(of: node, inputs, node.inputs.map { $0.flatMap { errors[$0] } }, tensor, index)
      }
    }
    guard let result = errors[slice.result] else { throw ConversionError(.internalFault, "no bound") }
    return result
  }

  /// The error of one result of a node, from the values it reads and their errors.
  private func error(
    of node: Node, _ inputs: [RuntimeValue?], _ errors: [Tensor?], _ result: Tensor, _ index: Int
  ) throws -> Tensor {
    /// `e + u|x|` of an input.
    func uncertain(_ place: Int) throws -> RuntimeValue? {
      guard place < inputs.count, let tensor = inputs[place]?.tensor else { return nil }
      guard tensor.elementType == .float64 else { return inputs[place] }
      let magnitudes = try tensor.map { abs($0) * roundoff }
      return .tensor(try errors[place].map { try magnitudes.zipped(with: $0, +) } ?? magnitudes)
    }
    func magnitude(_ place: Int) throws -> RuntimeValue? {
      try (place < inputs.count ? inputs[place]?.tensor : nil).map { .tensor(try $0.map(abs)) }
    }
    func run(_ operation: any Operator, _ inputs: [RuntimeValue?]) throws -> Tensor? {
      let made = try operation.evaluate(EvaluationContext(inputs: inputs, outputCount: node.outputs.count))
      return index < made.count ? made[index].tensor : nil
    }
    let exact: Tensor?
    switch node.operator {
    case is Convolution, is TransposedConvolution, is MatrixMultiplication:
      // The rounding of the weights is as large as one of the input would be.
      let bias = try uncertain(2)
      exact = try run(node.operator, [try uncertain(0), try magnitude(1)] + (bias.map { [$0] } ?? []))
    case let product as GeneralMatrixMultiplication:
      var product = product
      (product.alpha, product.beta) = (abs(product.alpha), abs(product.beta))
      let bias = try uncertain(2)
      exact = try run(product, [try uncertain(0), try magnitude(1)] + (bias.map { [$0] } ?? []))
    case is BatchNormalization:
      // (e + 4u|x| + 4u|mean|) · |s| + 4u|β|
      let four = { (value: RuntimeValue?) -> RuntimeValue? in try value?.tensor.map { .tensor(try $0.map { 4 * $0 }) } }
      let mean = try magnitude(3)?.tensor.map { RuntimeValue.tensor(try $0.map { -4 * roundoff * $0 }) }
      exact = try run(
        node.operator, [try four(try uncertain(0)), try magnitude(1), try four(try uncertain(2)), mean, inputs[4]])
    case is Multiply:
      let (a, b) = (try uncertain(0), try uncertain(1))
      let (first, second) = (
        try run(node.operator, [a, try magnitude(1)]), try run(node.operator, [try magnitude(0), b])
      )
      exact = try first.flatMap { first in try second.map { try first.zipped(with: $0, +) } }
    case is Add, is Subtract, is Sum:
      exact = try run(Sum(), try inputs.indices.map { try uncertain($0) })
    case is AveragePooling, is GlobalAveragePooling, is Concatenation, is Slicing, is Split, is Reshape, is Flatten,
      is Transpose, is Squeeze, is Unsqueeze, is Identity, is Expand, is Tile, is CNNOperators.Padding, is Resize,
      is Upsample,
      is Gather:
      exact = try run(
        node.operator,
        inputs.indices.map { place in
          inputs[place]?.tensor?.elementType == .float64 ? try uncertain(place) : inputs[place]
        })
    default: exact = nil
    }
    if let exact { return exact }
    // Activations, poolings of maxima and whatever else: by the largest error that goes in.
    var largest = 0.0
    for place in inputs.indices {
      guard let tensor = try uncertain(place)?.tensor, tensor.elementType == .float64 else { continue }
      largest = max(largest, try tensor.values(as: Double.self).reduce(0) { max($0, $1.isNaN ? 0 : $1) })
    }
    return try result.map { 2 * largest + 4 * roundoff * abs($0) }
  }
}

extension Tensor {
  fileprivate func map(_ body: (Double) -> Double) throws -> Tensor {
    try withValues(as: Double.self) { source in
      try Tensor(.float64, shape: shape) { (target: UnsafeMutableBufferPointer<Double>) in
        for place in 0..<source.count { target[place] = body(source[place]) }
      }
    }
  }

  fileprivate func zipped(with other: Tensor, _ body: (Double, Double) -> Double) throws -> Tensor {
    guard count == other.count else { throw ConversionError(.internalFault, "shapes differ") }
    return try withValues(as: Double.self) { a in
      try other.withValues(as: Double.self) { b in
        try Tensor(.float64, shape: shape) { (target: UnsafeMutableBufferPointer<Double>) in
          for place in 0..<a.count { target[place] = body(a[place], b[place]) }
        }
      }
    }
  }
}
