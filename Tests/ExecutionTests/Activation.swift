import CNNGraphs
import CNNOperators
import TestSupport
import Testing

/// A function of each element that the engine has a kernel for.
struct Activation: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let apply: @Sendable (inout GraphSketch, ValueID) throws -> ValueID

  private init(_ name: String, _ apply: @escaping @Sendable (inout GraphSketch, ValueID) throws -> ValueID) {
    (testDescription, self.apply) = (name, apply)
  }

  private init(_ name: String, _ operation: any Operator) {
    self.init(name) { sketch, x in try sketch.node(operation, x) }
  }

  static let all: [Activation] = [
    Activation("relu", Relu()), Activation("leaky relu", LeakyRelu(alpha: 0.01)),
    Activation("steep leaky relu", LeakyRelu(alpha: 1.5)), Activation("sigmoid", Sigmoid()),
    Activation("hard sigmoid", HardSigmoid()), Activation("hard sigmoid of a sixth", HardSigmoid(alpha: 1 / 6)),
    Activation("hard swish", HardSwish()), Activation("swish", Swish()), Activation("steep swish", Swish(alpha: 1.702)),
    Activation("tanh", Tanh()), Activation("elu", Elu()), Activation("half elu", Elu(alpha: 0.5)),
    Activation("gelu", Gelu()), Activation("mish", Mish()),
    Activation("clip") { sketch, x in try sketch.node(Clip(), x, sketch.number(-0.25), sketch.number(0.5)) },
    Activation("clip below") { sketch, x in try sketch.node(Clip(), x, sketch.number(-0.25)) },
    Activation("clip above") { sketch, x in try sketch.node(Clip(), x, nil, sketch.number(0.5)) },
    Activation("relu6") { sketch, x in try sketch.node(Clip(), x, sketch.number(0), sketch.number(6)) },
  ]
}
