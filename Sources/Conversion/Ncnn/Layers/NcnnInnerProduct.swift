import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// `InnerProduct` for products with a constant matrix, `MatMul` for others.
enum NcnnInnerProduct: NcnnLayerKind {
  static let types = ["InnerProduct"]
  static let operators: [any Operator.Type] = [GeneralMatrixMultiplication.self, MatrixMultiplication.self]

  static func write(_ node: NcnnNode) throws {
    if let product = node.operator as? GeneralMatrixMultiplication {
      try write(product, node)
    } else if let matrix = node.constant(1), matrix.rank == 2 {
      try write(node, matrix: node.weights(1, "a matrix", isTagged: true).transposed([1, 0]), bias: nil)
    } else {
      try multiply(node)
    }
  }

  private static func write(_ product: GeneralMatrixMultiplication, _ node: NcnnNode) throws {
    var matrix = try node.weights(1, "the second matrix", isTagged: true)
    if !product.transposesB { matrix = try matrix.transposed([1, 0]) }
    guard !product.transposesA else { throw node.refusal("the first matrix is transposed") }
    if product.alpha != 1 { matrix = try matrix.scaled(by: product.alpha) }
    var bias: Tensor?
    if node.has(2) {
      let values = try node.weights(2, "the third matrix")
      let rows = values.shape.dropLast().allSatisfy { $0 == 1 }
      guard rows, values.count == matrix.shape[0] || values.count == 1 else {
        throw node.refusal("the third matrix of shape \(values.shape) is none for each output")
      }
      var numbers = try values.values(as: Float.self)
      if numbers.count == 1 { numbers = Array(repeating: numbers[0], count: matrix.shape[0]) }
      bias = try Tensor(numbers.map { $0 * product.beta }, shape: [numbers.count])
    }
    try write(node, matrix: matrix, bias: bias)
  }

  /// Writes a product with a matrix `[outputs, inputs]`.
  private static func write(_ node: NcnnNode, matrix: Tensor, bias: Tensor?) throws {
    let (outputs, depth) = (matrix.shape[0], matrix.shape[1])
    var parameters = NcnnParameters()
    parameters.set(0, outputs)
    parameters.set(1, bias != nil)
    parameters.set(2, matrix.count)
    let weights = [NcnnWeight.tagged(matrix)] + (bias.map { [.plain($0)] } ?? [])
    let place = try node.place(0)
    let shape = try node.shape(0)
    // One row: a layer takes all elements of a blob, whatever its dimensions, unless they look like rows.
    let rows = shape.dropLast().map { $0 }
    if rows.allSatisfy({ $0 == 1 }) {
      let isFlat = place.dimensions.count != 2 && place.dimensions.count != 4
      let blob = try isFlat ? place.blob : node.blob(0, as: [.fixed(depth)])
      return try node.write("InnerProduct", [blob], parameters, weights: weights, dimensions: [.fixed(outputs)])
    }
    let count = rows.count == 1 ? rows[0] : Array(rows).product.map { Dimension.fixed($0) } ?? .unknown
    let blob = try node.blob(0, as: [count, .fixed(depth)])
    let result = NcnnPlace(blob: blob, dimensions: [count, .fixed(outputs)])
    let made = node.step("InnerProduct", [blob], parameters, weights: weights, dimensions: result.dimensions)
    try node.pass(made)
  }

  /// A product of two values: stacks of matrices, or a matrix for the whole stack.
  private static func multiply(_ node: NcnnNode) throws {
    let shapes = try (0..<2).map { try node.shape($0) }
    guard shapes.allSatisfy({ $0.count >= 2 }) else { throw node.refusal("a product of vectors") }
    let stacks = shapes.map { Array($0.dropLast(2)) }
    let counts = stacks.map { $0.drop { $0 == 1 } }
    guard counts[0] == counts[1] || counts.contains(where: \.isEmpty) else {
      throw node.refusal("stacks of matrices \(stacks[0]) and \(stacks[1]) are not the same")
    }
    var blobs: [String] = []
    for index in 0..<2 {
      let matrix = Array(shapes[index].suffix(2))
      let stack = Array(counts[index])
      let merged: [Dimension] = stack.count > 1 ? [.fixed(try node.fixed(stack).product)] : stack
      blobs.append(try node.blob(index, as: merged + matrix))
    }
    let stack = Array(counts[0].isEmpty ? counts[1] : counts[0])
    let merged: [Dimension] = stack.count > 1 ? [.fixed(try node.fixed(stack).product)] : stack
    let dimensions = merged + [shapes[0][shapes[0].count - 2], shapes[1][shapes[1].count - 1]]
    try node.pass(node.step("MatMul", blobs, dimensions: dimensions))
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let (outputs, count) = (try layer.size(0), try layer.size(2))
    try layer.require(8, 0, "int8 weights are not supported")
    guard count % outputs == 0 else { throw ConversionError(.badInput, "\(count) weights for \(outputs) outputs") }
    let depth = count / outputs
    let weights = try layer.tagged([outputs, depth])
    let bias = try layer.int(1) != 0 ? layer.constant(layer.plain([outputs]), "bias") : nil
    var input = try layer.input()
    let dimensions = try layer.dimensions(input)
    if dimensions.count == 2, dimensions[1] == .fixed(depth) {
      let matrix = layer.constant(try weights.transposed([1, 0]), "weight")
      var made = try layer.step(MatrixMultiplication(), input, matrix)
      if let bias { made = try layer.step(Add(), made, bias) }
      return try layer.defineActivated(made)
    }
    if dimensions.count > 1 { input = try layer.step(Flatten(axis: 1), input) }
    let matrix = layer.constant(weights, "weight")
    try layer.defineActivated(layer.step(GeneralMatrixMultiplication(transposesB: true), input, matrix, bias))
  }
}

extension Tensor {
  fileprivate func scaled(by factor: Float) throws -> Tensor {
    try Tensor(values(as: Float.self).map { $0 * factor }, shape: shape)
  }
}
