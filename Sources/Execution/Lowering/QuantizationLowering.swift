import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

/// Numbers that are quantized and restored at once, as models do that were trained for integers: they stay floating-point
/// numbers all the way, and take the values that the integers stand for.
enum QuantizationLowering: Lowering {
  static let operators: [any Operator.Type] = [QuantizeLinear.self]
  static let kernels: [any Kernel.Type] = [ElementwiseKernel.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    guard let shape = builder.image(group.input), builder.constant(group.input) == nil,
      let (activation, restoring, output) = builder.finder.quantization(from: group.main)
    else { return false }
    var both = group
    both.members.append(restoring)
    both.output = output
    try builder.addElementwise(
      ElementwiseCase(first: builder.view(group.input), shape: shape, activation: activation), both)
    builder.cover([restoring])
    return true
  }
}

extension cnn_activation {
  /// Quantizing and restoring by one and the same scale and zero point; `nil` for everything else.
  init?(quantizing quantize: Node, _ restore: Node, in graph: Graph) {
    guard let first = quantize.operator as? QuantizeLinear, let second = restore.operator as? DequantizeLinear,
      first.block == 0, second.block == 0, first.precision == nil, second.type ?? .float32 == .float32,
      restore.inputs[0] == quantize.outputs[0]
    else { return nil }
    func constant(_ node: Node, _ index: Int) -> Tensor? {
      index < node.inputs.count ? node.inputs[index].flatMap { graph[$0].constant } : nil
    }
    func isGiven(_ node: Node) -> Bool { node.inputs.count > 2 && node.inputs[2] != nil }
    func number(_ node: Node, _ index: Int) -> Float? {
      guard let tensor = constant(node, index), tensor.count == 1 else { return nil }
      return (try? tensor.values(as: Float.self))?.first
    }
    guard constant(quantize, 1)?.elementType == .float32, constant(restore, 1)?.elementType == .float32,
      let scale = number(quantize, 1), scale == number(restore, 1), scale.isNormal, scale > 0
    else { return nil }
    let zero = isGiven(quantize) ? number(quantize, 2) : 0
    guard let zero, zero == (isGiven(restore) ? number(restore, 2) : 0) else { return nil }
    let type = constant(quantize, 2)?.elementType ?? first.type ?? .uint8
    guard
      let (least, most): (Float, Float) = [
        .int8: (-128, 127), .uint8: (0, 255), .int16: (-32768, 32767), .uint16: (0, 65535),
      ][type]
    else { return nil }
    // NaN becomes the integer 0.
    self.init(kind: CNN_QUANTIZE, a: scale, b: least - zero, c: most - zero, d: -zero)
  }

  /// This quantization of what another activation gives, if the two are one; rounding keeps the order of numbers.
  func following(_ before: cnn_activation) -> cnn_activation? {
    var both = self
    switch before.kind {
    case CNN_IDENTITY: break
    case CNN_RELU: both.b = max(b, 0)
    case CNN_CLIP: (both.b, both.c) = (max(b, before.a / a), min(c, before.b / a))
    default: return nil
    }
    return both.b <= both.c ? both : nil
  }
}
