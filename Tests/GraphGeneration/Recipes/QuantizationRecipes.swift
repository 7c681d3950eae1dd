import CNNGraphs
import CNNTensors

extension Recipe {
  static let quantization: [Recipe] = [
    Recipe("QuantizeLinear") { drawing in
      let x = try drawing.operand([.float32], isExact: true)
      let type = drawing.choices.pick([ElementType.uint8, .int8, .int16, .uint16])
      let zero = try drawing.number(type == .int8 || type == .int16 ? -3 : 7, type)
      let scale = try drawing.number(drawing.choices.pick([0.25, 0.5, 1, 0.0625]), .float32)
      try drawing.apply("QuantizeLinear", [x, scale, zero])
    },
    Recipe("DequantizeLinear") { drawing in
      let x = try drawing.operand([.uint8, .int8, .int16, .uint16])
      let axis = x.rank > 0 && drawing.choices.chance(0.4) ? drawing.axis(x.rank) : nil
      let shape = axis.map { [x.shape[$0.index]] } ?? []
      let count = shape.product
      let random = try Tensor((0..<count).map { 0.25 + Float($0) / 8 }, shape: shape)
      let zero = drawing.choices.chance(0.6) ? try drawing.fresh(x.type, shape, isConstant: true) : nil
      try drawing.apply(
        "DequantizeLinear", [x, drawing.constant(random), zero], axis.map { ["axis": .int($0.given)] } ?? [:])
    },
    Recipe("DynamicQuantizeLinear", weight: 2) { drawing in
      let x = try drawing.operand([.float32], isExact: true, { !$0.contains(0) })
      try drawing.results("DynamicQuantizeLinear", [x], outputs: 3, moves: true)
    },
    Recipe("MatMulInteger", weight: 3) { drawing in
      let a = try drawing.operand([.uint8, .int8], { $0.count >= 2 }, new: { $0.shape(rank: 2...3) })
      let b = try drawing.fresh(drawing.choices.pick([.uint8, .int8]), [a.shape[a.rank - 1], drawing.extent()])
      let zeros = drawing.choices.chance(0.5) ? [try drawing.number(2, a.type), try drawing.number(3, b.type)] : []
      try drawing.apply("MatMulInteger", [a, b] + zeros)
    },
    Recipe("ConvInteger", weight: 3) { drawing in
      let x = try drawing.fresh(.uint8, [1, drawing.choices.pick([3, 1, 4]), 5, 4])
      let weight = try drawing.fresh(.uint8, [2, x.shape[1], 3, 3], isConstant: true)
      let zeros = drawing.choices.chance(0.5) ? [try drawing.number(2, .uint8), try drawing.number(3, .uint8)] : []
      try drawing.apply("ConvInteger", [x, weight] + zeros, ["pads": .ints([1, 1, 1, 1])])
    },
    Recipe("QLinearConv", "QLinearMatMul", weight: 3) { drawing in
      let scale = try drawing.number(drawing.choices.pick([0.25, 0.5]), .float32)
      let zero = try drawing.number(Double(drawing.choices.pick(0...9)), .uint8)
      if drawing.choices.chance(0.5) {
        let x = try drawing.fresh(.uint8, [1, 3, 5, 4])
        let weight = try drawing.fresh(.uint8, [2, 3, 3, 3], isConstant: true)
        try drawing.apply("QLinearConv", [x, scale, zero, weight, scale, zero, scale, zero])
      } else {
        let a = try drawing.fresh(.uint8, [drawing.extent(), drawing.extent()])
        let b = try drawing.fresh(.uint8, [a.shape[1], drawing.extent()])
        try drawing.apply("QLinearMatMul", [a, scale, zero, b, scale, zero, scale, zero])
      }
    },
  ]

  static let recurrent: [Recipe] = ["RNN", "GRU", "LSTM"].map { name in
    Recipe(name, weight: 2) { drawing in
      let gates = ["RNN": 1, "GRU": 3, "LSTM": 4][name] ?? 1
      let (steps, batch, width) = (
        drawing.choices.pick([3, 1, 2]), drawing.choices.pick([2, 1]), drawing.choices.pick([3, 1, 5])
      )
      let hidden = drawing.choices.pick([2, 1, 4])
      let direction = drawing.choices.pick(["forward", "reverse", "bidirectional"])
      let count = direction == "bidirectional" ? 2 : 1
      let shape = [steps, batch, width]
      let x = try drawing.operand([.float32], { $0 == shape }, new: { _ in shape })
      var operands: [DrawnValue?] = [
        x, try drawing.fresh(.float32, [count, gates * hidden, width], isConstant: true),
        try drawing.fresh(.float32, [count, gates * hidden, hidden], isConstant: true),
      ]
      if drawing.choices.chance(0.6) {
        operands.append(try drawing.fresh(.float32, [count, 2 * gates * hidden], isConstant: true))
      }
      let attributes: [String: Attribute] = ["hidden_size": .int(hidden), "direction": .text(direction)]
      try drawing.results(name, operands, attributes, outputs: name == "LSTM" ? 3 : 2)
    }
  }
}
