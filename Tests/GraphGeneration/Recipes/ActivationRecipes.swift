import CNNGraphs
import CNNTensors

extension Recipe {
  static let activations: [Recipe] = [
    unary("Relu", .floats + [.int32, .int8], weight: 8, isLayer: true, moves: true),
    unary("Sigmoid", .floats, weight: 4, isLayer: true), unary("Tanh", .floats, isLayer: true),
    unary("HardSwish", .floats, isLayer: true), unary("Mish", .floats, isLayer: true),
    unary("Softplus", .floats, isLayer: true), unary("Softsign", .floats), unary("Swish", .floats, isLayer: true),
    unary("Gelu", .floats, isLayer: true) { ["approximate": .text($0.choices.pick(["none", "tanh"]))] },
    unary("HardSigmoid", .floats, isLayer: true) { drawing in
      drawing.choices.chance(0.5) ? [:] : ["alpha": .float(1 / 6), "beta": .float(0.5)]
    },
    unary("LeakyRelu", .floats, isLayer: true) { ["alpha": .float($0.choices.pick([0.01, 0.25, 0, 1.5, -0.5]))] },
    unary("Elu", .floats, isLayer: true) { ["alpha": .float($0.choices.pick([1, 0.5, 2]))] },
    unary("Celu", .floats) { ["alpha": .float($0.choices.pick([1, 0.5, 2]))] },
    unary("Selu", .floats), jumping("ThresholdedRelu", .floats) { _ in ["alpha": .float(0.5)] },
    jumping("Shrink", .floats) { _ in ["lambd": .float(0.5), "bias": .float(0.25)] },
    slopes, line("Softmax", isLayer: true), line("LogSoftmax", isLayer: true), line("Hardmax", isExact: true), dropout,
    Recipe("SwiGLU", weight: 2) { drawing in
      let x = try drawing.operand(.floats, new: { $0.shape(rank: 1...4) })
      try drawing.apply("SwiGLU", [x, try drawing.fresh(x.type, x.shape)])
    },
  ]

  /// An operator of lines along an axis.
  private static func line(_ name: String, isLayer: Bool = false, isExact: Bool = false) -> Recipe {
    Recipe(name, isLayer: isLayer) { drawing in
      let x = try drawing.operand(.floats, isExact: isExact, { !$0.isEmpty }, new: { $0.shape(rank: 1...4) })
      try drawing.apply(name, [x], ["axis": .int(drawing.axis(x.rank).given)], moves: isExact)
    }
  }

  private static let slopes = Recipe("PRelu", isLayer: true) { drawing in
    let x = try drawing.operand(.singles + [.int32], new: { $0.imageShape() })
    let isByChannel = x.rank > 1 && drawing.choices.chance(0.6)
    let slope = isByChannel ? [x.shape[1]] + Array(repeating: 1, count: x.rank - 2) : drawing.broadcastable(to: x.shape)
    try drawing.apply("PRelu", [x, try drawing.fresh(x.type, slope)])
  }

  private static let dropout = Recipe("Dropout", weight: 2) { drawing in
    let x = try drawing.operand(.floats)
    try drawing.results("Dropout", [x], outputs: drawing.choices.pick([1, 2]), moves: true)
  }
}
