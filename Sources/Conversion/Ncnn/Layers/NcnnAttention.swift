import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// `MatMul` of two blobs.
enum NcnnMatMul: NcnnLayerKind {
  static let types = ["MatMul"]

  static func read(_ layer: NcnnLayerReader) throws {
    var (a, b) = (try layer.input(0), try layer.input(1))
    let (left, right) = (try layer.dimensions(a).count, try layer.dimensions(b).count)
    guard left > 1, right > 1 else { throw layer.refusal("a product of vectors") }
    if try layer.int(0) != 0 {
      let order = Array(0...right)
      b = try layer.step(Transpose(permutation: order.dropLast(2) + [right, right - 1]), b)
    }
    // A matrix stands for a whole stack.
    if left < right { a = try layer.step(Unsqueeze(), a, layer.integers(Array(1...(right - left)))) }
    if right < left { b = try layer.step(Unsqueeze(), b, layer.integers(Array(1...(left - right)))) }
    try layer.write(MatrixMultiplication(), a, b)
  }
}

/// `MultiHeadAttention`, as the products that it is made of.
enum NcnnMultiHeadAttention: NcnnLayerKind {
  static let types = ["MultiHeadAttention"]

  static func read(_ layer: NcnnLayerReader) throws {
    let (width, heads) = (try layer.size(0), try layer.size(1, default: 1))
    let count = try layer.size(2)
    let (keyWidth, valueWidth) = (try layer.size(3, default: width), try layer.size(4, default: width))
    try layer.require(7, 0, "a cache of keys")
    try layer.require(18, 0, "int8 weights are not supported")
    let hasMask = try layer.int(5) != 0
    guard width % heads == 0, count % width == 0 else {
      throw ConversionError(.badInput, "\(count) weights for a width of \(width) in \(heads) heads")
    }
    let (queryWidth, size) = (count / width, width / heads)
    let scale = try layer.float(6, default: 1 / Float(size).squareRoot())
    let blobs = layer.inputCount - (hasMask ? 1 : 0)
    guard (1...3).contains(blobs) else { throw ConversionError(.badInput, "\(layer.inputCount) inputs") }
    let query = try layer.input(0)
    let key = blobs > 1 ? try layer.input(1) : query
    let value = blobs > 2 ? try layer.input(2) : key
    func project(_ id: ValueID, _ inputs: Int, _ outputs: Int, _ name: String) throws -> ValueID {
      let matrix = try layer.tagged([outputs, inputs]).transposed([1, 0])
      let product = try layer.step(MatrixMultiplication(), id, layer.constant(matrix, "\(name).weight"))
      return try layer.step(Add(), product, layer.constant(layer.plain([outputs]), "\(name).bias"))
    }
    func split(_ id: ValueID, _ order: [Int]) throws -> ValueID {
      try layer.step(Transpose(permutation: order), layer.reshaped(id, [0, 0, heads, size]))
    }
    let queries = try split(
      layer.step(Multiply(), project(query, queryWidth, width, "q"), layer.number(scale)), [0, 2, 1, 3])
    let keys = try split(project(key, keyWidth, width, "k"), [0, 2, 3, 1])
    let values = try split(project(value, valueWidth, width, "v"), [0, 2, 1, 3])
    var scores = try layer.step(MatrixMultiplication(), queries, keys)
    if hasMask {
      var mask = try layer.input(blobs)
      if try layer.dimensions(mask).count == 2 { mask = try layer.step(Unsqueeze(), mask, layer.integers([1])) }
      scores = try layer.step(Add(), scores, mask)
    }
    let mixed = try layer.step(MatrixMultiplication(), layer.step(Softmax(axis: -1), scores), values)
    let joined = try layer.reshaped(layer.step(Transpose(permutation: [0, 2, 1, 3]), mixed), [0, 0, width])
    layer.define(try project(joined, width, queryWidth, "out"))
  }
}

/// `Gemm`, which other programs write for products with a constant matrix.
enum NcnnGemm: NcnnLayerKind {
  static let types = ["Gemm"]

  static func read(_ layer: NcnnLayerReader) throws {
    let (alpha, beta) = (try layer.float(0, default: 1), try layer.float(1, default: 1))
    let (turnsA, turnsB) = (try layer.int(2) != 0, try layer.int(3) != 0)
    let (rows, columns, depth) = (try layer.int(7), try layer.int(8), try layer.int(9))
    let kind = try layer.int(10)
    let hasC = try layer.int(6) != 0
    for id in [11, 12, 13] { _ = try layer.int(id) }
    try layer.require(14, 0, "a result that is transposed")
    try layer.require(18, 0, "int8 weights are not supported")
    for id in 20...22 { _ = try layer.int(id) }
    var blobs = layer.layer.inputs.indices.makeIterator()
    func operand(_ isConstant: Bool, _ shape: [Int], turned: Bool, _ name: String) throws -> ValueID {
      if isConstant {
        let tensor = try layer.tagged(turned ? [shape[1], shape[0]] : shape)
        return layer.constant(turned ? try tensor.transposed([1, 0]) : tensor, name)
      }
      guard let index = blobs.next() else { throw ConversionError(.badInput, "an operand is missing") }
      let id = try layer.input(index)
      guard turned else { return id }
      let rank = try layer.dimensions(id).count
      guard rank > 1 else { throw layer.refusal("a vector is transposed") }
      return try layer.step(Transpose(permutation: Array(0..<(rank - 1)) + [rank, rank - 1]), id)
    }
    // The weights of A come before those of B, whatever the inputs are.
    let a = try operand(layer.int(4) != 0, [rows, depth], turned: turnsA, "a")
    let b = try operand(layer.int(5) != 0, [depth, columns], turned: turnsB, "weight")
    var result = try layer.step(MatrixMultiplication(), a, b)
    if alpha != 1 { result = try layer.step(Multiply(), result, layer.number(alpha)) }
    if hasC, kind >= 0 {
      let shapes = [[1], [rows, 1], [rows, 1], [rows, columns], [1, columns]]
      guard shapes.indices.contains(kind) else { throw layer.refusal("a third operand of kind \(kind)") }
      var c = layer.constant(try layer.tagged(shapes[kind]), "bias")
      if beta != 1 { c = try layer.step(Multiply(), c, layer.number(beta)) }
      result = try layer.step(Add(), result, c)
    } else if let index = blobs.next() {
      let (left, right) = try NcnnBinaryOp.aligned(layer, result, layer.input(index))
      var c = right
      if beta != 1 { c = try layer.step(Multiply(), c, layer.number(beta)) }
      result = try layer.step(Add(), left, c)
    }
    layer.define(result)
  }
}
