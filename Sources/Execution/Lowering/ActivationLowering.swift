import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

/// Operators that work on each element by itself.
enum ActivationLowering: Lowering {
  static let operators: [any Operator.Type] = [
    Relu.self, LeakyRelu.self, Sigmoid.self, HardSigmoid.self, HardSwish.self, Swish.self, Tanh.self, Elu.self,
    Gelu.self,
    Mish.self, Clip.self,
  ]
  static let kernels: [any Kernel.Type] = [ElementwiseKernel.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    guard let activation = cnn_activation(node, in: builder.graph), let shape = builder.image(group.input) else {
      return false
    }
    try builder.addElementwise(
      ElementwiseCase(first: builder.view(group.input), shape: shape, activation: activation), group)
    return true
  }
}

extension cnn_activation {
  /// The kernels' form of a node that works on each element by itself; `nil` for every other node.
  init?(_ node: Node, in graph: Graph) {
    func made(_ kind: cnn_activation_kind, _ a: Float = 0, _ b: Float = 0) -> cnn_activation {
      cnn_activation(kind: kind, a: a, b: b, c: 0, d: 0)
    }
    switch node.operator {
    case is Relu: self = made(CNN_RELU)
    case let leaky as LeakyRelu: self = made(CNN_LEAKY_RELU, leaky.alpha)
    case is Sigmoid: self = made(CNN_SIGMOID)
    case let hard as HardSigmoid: self = made(CNN_HARD_SIGMOID, hard.alpha, hard.beta)
    case is HardSwish: self = made(CNN_HARD_SWISH)
    case let swish as Swish: self = made(CNN_SWISH, swish.alpha)
    case is Tanh: self = made(CNN_TANH)
    case let elu as Elu: self = made(CNN_ELU, elu.alpha)
    case let gelu as Gelu where gelu.approximation == .none: self = made(CNN_GELU)
    case is Mish: self = made(CNN_MISH)
    case is Clip:
      func bound(_ index: Int, _ missing: Float) -> Float? {
        guard index < node.inputs.count, let id = node.inputs[index] else { return missing }
        guard let constant = graph[id].constant, constant.count == 1 else { return nil }
        return try? constant.values(as: Float.self)[0]
      }
      guard let low = bound(1, -.infinity), let high = bound(2, .infinity) else { return nil }
      self = made(CNN_CLIP, low, high)
    default: return nil
    }
  }
}
