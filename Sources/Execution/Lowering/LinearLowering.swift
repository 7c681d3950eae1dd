import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

/// Products of matrices. A few rows meet weights where they lie; all others go through copies of pieces.
enum LinearLowering: Lowering {
  static let operators: [any Operator.Type] = [GeneralMatrixMultiplication.self, MatrixMultiplication.self]
  static let kernels: [any Kernel.Type] = [LinearKernel.self, ProductKernel.self]
  static let role = FusionRole.product

  /// Rows up to which weights are read once and mostly waited for.
  private static let fewRows = 16

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    guard let first = node.inputs[0], let second = node.inputs[1], first == group.input,
      let a = builder.shape(first), let b = builder.shape(second), builder.isFloat(first), builder.isFloat(second),
      builder.isSmall(a), builder.isSmall(b), let output = builder.shape(group.output), builder.isSmall(output)
    else { return false }
    let general = node.operator as? GeneralMatrixMultiplication
    guard
      let form = ProductForm(
        a, b, transposesA: general?.transposesA ?? false, transposesB: general?.transposesB ?? false),
      let bias = bias(group, general, columns: form.columns, builder)
    else { return false }
    let factor = group.factor * (general?.alpha ?? 1)
    let target = builder.addMatrix(rows: output.first ?? 1, columns: output.dropFirst().reduce(1, *))
    if form.rows <= fewRows, form.matrices == 1, form.depth == form.aRow, factor == 1, builder.constant(first) == nil,
      let weights = builder.constant(second), weights.rank == 2, let source = try? builder.rows(first),
      source.rows == form.rows || source.isContiguous
    {
      let isWhole = source.rows == form.rows
      builder.addLinear(
        LinearCase(
          source: PlainView(
            buffer: source.buffer, start: source.start, rows: form.rows, columns: form.depth,
            rowDistance: isWhole ? source.rowDistance : form.depth),
          target: PlainView(buffer: target.buffer, rows: form.rows, columns: form.columns, rowDistance: form.columns),
          padded: form.columns, weights: weights, inputs: form.depth, outputs: form.columns,
          isTransposed: general?.transposesB != true,
          bias: bias ?? [Float](repeating: 0, count: form.columns), activation: group.activation,
          label: builder.label(group), work: builder.work(of: group)))
      builder.plains[group.output] = target
      return true
    }
    try builder.addProduct(form, first, second, bias: bias, factor: factor, target: target, group)
    builder.plains[group.output] = target
    return true
  }

  /// What is added to each row: `.some(nil)` for nothing, `nil` for what is no row.
  private static func bias(
    _ group: FusionGroup, _ general: GeneralMatrixMultiplication?, columns: Int, _ builder: PlanBuilder
  ) -> [Float]?? {
    func row(_ id: ValueID) -> [Float]? {
      guard let values = builder.floats(id), let shape = builder.shape(id) else { return nil }
      if values.count == 1 { return [Float](repeating: values[0], count: columns) }
      return values.count == columns && shape.last == columns ? values : nil
    }
    if let addend = group.addend { return row(addend).map { .some($0) } }
    let node = builder.graph.nodes[group.main]
    guard let general, node.inputs.count > 2, let id = node.inputs[2] else { return .some(nil) }
    // A factor between would come after the sum.
    guard group.factor == 1, let values = row(id) else { return nil }
    return general.beta == 1 ? values : values.map { $0 * general.beta }
  }
}

/// How a batch of matrices is multiplied: sizes, and how far apart things lie.
struct ProductForm {
  var matrices = 1
  var rows: Int
  var depth: Int
  var columns: Int
  var aRow: Int
  var aStep: Int
  var bStep: Int
  var bColumn: Int
  /// Where each matrix of the operands begins, in turn.
  var starts = [0, 0]

  /// - Parameters:
  ///   - a: the first operand's shape; the last two axes are matrices, one axis is a row.
  ///   - b: the second operand's; one axis is a column.
  init?(_ a: [Int], _ b: [Int], transposesA: Bool, transposesB: Bool) {
    guard !a.isEmpty, !b.isEmpty else { return nil }
    let (left, right) = (a.count == 1 ? [1] + a : a, b.count == 1 ? b + [1] : b)
    let (m, k) = (left[left.count - 2], left[left.count - 1])
    let (p, n) = (right[right.count - 2], right[right.count - 1])
    (rows, depth, aRow, aStep) = transposesA ? (k, m, 1, k) : (m, k, k, 1)
    (columns, bStep, bColumn) = transposesB ? (p, 1, n) : (n, n, 1)
    guard depth == (transposesB ? n : p) else { return nil }
    let (batchA, batchB) = (Array(left.dropLast(2)), Array(right.dropLast(2)))
    if !transposesA, batchB.allSatisfy({ $0 == 1 }) {
      // A batch of rows times one matrix is one product.
      rows *= batchA.reduce(1, *)
      return
    }
    guard let batch = try? Broadcast(batchA, batchB).shape else { return nil }
    matrices = batch.reduce(1, *)
    func starts(_ own: [Int], _ size: Int) -> [Int]? {
      let extents = Array(repeating: 1, count: batch.count - own.count) + own
      let strides = zip(extents, extents.strides).map { $0 == 1 ? 0 : $1 * size }
      return try? Tensor.linearIndices(shape: batch, strides: strides)
    }
    guard let firsts = starts(batchA, m * k), let seconds = starts(batchB, p * n) else { return nil }
    self.starts = zip(firsts, seconds).flatMap { [$0, $1] }
  }
}

/// `target = activation(source · weights + bias)`.
struct LinearCase {
  var source: PlainView
  var target: PlainView
  /// Columns of the target that must hold numbers: those behind the outputs become 0.
  var padded: Int
  var weights: Tensor
  var inputs: Int
  var outputs: Int
  /// True for weights `[inputs, outputs]`.
  var isTransposed: Bool
  var bias: [Float]
  var activation: cnn_activation
  var label: String
  /// Multiplications followed by an addition.
  var work: Int
}

extension PlanBuilder {
  /// A product by copies of pieces of both operands.
  fileprivate mutating func addProduct(
    _ form: ProductForm, _ first: ValueID, _ second: ValueID, bias: [Float]?, factor: Float, target: PlainView,
    _ group: FusionGroup
  ) throws {
    let (a, b) = (try wholeOperand(first), try wholeOperand(second))
    var context = cnn_product()
    (context.matrices, context.rows) = (Int64(form.matrices), Int64(form.rows))
    (context.depth, context.columns) = (Int64(form.depth), Int64(form.columns))
    (context.a_row, context.a_step) = (Int64(form.aRow), Int64(form.aStep))
    (context.b_step, context.b_column) = (Int64(form.bStep), Int64(form.bColumn))
    (context.band, context.span) = (context.rows, context.columns)
    (context.scale, context.activation) = (factor, group.activation)
    let row = bias.map { addFloats($0 + [Float](repeating: 0, count: 16)) }
    let kernel = ProductKernel(
      context, a: a, b: b, bias: row, target: .buffer(target.buffer), starts: form.starts.map { Int64($0) })
    add(Step(kernel, label(group), work: work(of: group)))
  }

  mutating func addLinear(_ form: LinearCase) {
    var context = cnn_linear()
    (context.rows, context.inputs, context.outputs) = (
      Int64(form.source.rows), Int64(form.inputs), Int64(form.outputs)
    )
    context.padded_outputs = Int64(form.padded)
    (context.input_row, context.output_row) = (Int64(form.source.rowDistance), Int64(form.target.rowDistance))
    context.weight_row = Int64(form.isTransposed ? form.outputs : form.inputs)
    context.is_transposed = form.isTransposed ? 1 : 0
    context.activation = form.activation
    let weights = addTensor(form.weights)
    let bias = addFloats(form.bias + [Float](repeating: 0, count: max(0, form.padded - form.bias.count) + 16))
    let kernel = LinearKernel(
      context, source: .buffer(form.source.buffer, start: form.source.start),
      target: .buffer(form.target.buffer, start: form.target.start), weights: weights, bias: bias)
    add(Step(kernel, form.label, work: form.work))
  }

  /// A matrix in the arena; a tensor from outside is copied there.
  mutating func rows(_ id: ValueID) throws -> PlainView {
    if let view = try? plain(id) { return view }
    guard let slot = slots[id], let shape = shape(id), let rows = shape.first, isFloat(id), isSmall(shape) else {
      throw Unlowered.shape
    }
    let target = addMatrix(rows: rows, columns: shape.dropFirst().reduce(1, *))
    plan.slotShapes[slot] = shape
    var context = cnn_framing()
    (context.channels, context.images, context.height) = (1, Int32(rows), 1)
    context.width = Int32(target.columns)
    add(Step(FrameKernel(context, source: .slot(slot), target: .buffer(target.buffer)), "copy \(name(id).quoted)"))
    plains[id] = target
    return target
  }
}
