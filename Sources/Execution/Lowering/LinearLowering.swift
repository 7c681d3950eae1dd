import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

/// Products with constant weights.
enum LinearLowering: Lowering {
  static let operators: [any Operator.Type] = [GeneralMatrixMultiplication.self, MatrixMultiplication.self]
  static let kernels: [any Kernel.Type] = [LinearKernel.self]
  static let role = FusionRole.product

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    guard let input = builder.shape(group.input), input.count == 2, builder.isFloat(group.input),
      builder.isSmall(input), let output = builder.shape(group.output), output.count == 2, builder.isSmall(output),
      let weights = builder.constant(node.inputs[1]), weights.elementType == .float32, weights.rank == 2
    else { return false }
    var isTransposed = true
    var bias = [Float](repeating: 0, count: output[1])
    if let operation = node.operator as? GeneralMatrixMultiplication {
      guard operation.alpha == 1, operation.beta == 1, !operation.transposesA else { return false }
      isTransposed = !operation.transposesB
      if node.inputs.count > 2, let id = node.inputs[2] {
        guard let values = builder.floats(id), let shape = builder.shape(id) else { return false }
        let isRow = shape == [output[1]] || shape == [1, output[1]]
        guard isRow || values.count == 1 else { return false }
        bias = isRow ? values : [Float](repeating: values[0], count: output[1])
      }
    }
    guard weights.shape == (isTransposed ? [input[1], output[1]] : [output[1], input[1]]) else { return false }
    guard let source = try? builder.rows(group.input) else { return false }
    let target = builder.addMatrix(rows: output[0], columns: output[1])
    builder.addLinear(
      LinearCase(
        source: source, target: target, padded: output[1], weights: weights, inputs: input[1], outputs: output[1],
        isTransposed: isTransposed, bias: bias, activation: group.activation, label: builder.label(group),
        work: builder.work(of: group)))
    builder.plains[group.output] = target
    return true
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
