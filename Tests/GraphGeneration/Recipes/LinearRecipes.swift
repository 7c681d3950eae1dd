import CNNGraphs
import CNNTensors

extension Recipe {
  static let linear: [Recipe] = [
    Recipe("Gemm", weight: 6, isLayer: true) { drawing in
      let x = try drawing.operand(.singles + [.int32], { $0.count == 2 }, new: { [$0.extent(), $0.channels()] })
      let (transposesA, transposesB) = (drawing.choices.chance(0.2), drawing.choices.chance(0.6))
      let (depth, rows) = transposesA ? (x.shape[0], x.shape[1]) : (x.shape[1], x.shape[0])
      let columns = drawing.channels()
      let b = try drawing.fresh(x.type, transposesB ? [columns, depth] : [depth, columns])
      var operands: [DrawnValue?] = [x, b]
      if drawing.choices.chance(0.7) {
        operands.append(
          try drawing.fresh(x.type, drawing.choices.pick([[columns], [1], [rows, columns], [rows, 1], []])))
      }
      var attributes: [String: Attribute] = ["transA": .flag(transposesA), "transB": .flag(transposesB)]
      if x.type != .int32, drawing.choices.chance(0.3) {
        attributes["alpha"] = .float(0.5)
        attributes["beta"] = .float(-2)
      }
      try drawing.apply("Gemm", operands, attributes)
    },
    Recipe("MatMul", weight: 6, isLayer: true) { drawing in
      let x = try drawing.operand(.singles + [.int32, .int64], { !$0.isEmpty }, new: { $0.shape(rank: 1...4) })
      let depth = x.shape[x.rank - 1]
      let columns = drawing.choices.pick([3, 1, 5, 17])
      var shape = [depth, columns]
      if drawing.choices.chance(0.15) { shape = [depth] }
      if x.rank > 2, shape.count == 2, drawing.choices.chance(0.4) {
        shape = drawing.broadcastable(to: Array(x.shape.dropLast(2))) + shape
      }
      try drawing.apply("MatMul", [x, try drawing.fresh(x.type, shape)])
    },
  ]

  static let normalizations: [Recipe] = [
    Recipe("BatchNormalization", weight: 8, isLayer: true) { drawing in
      let x = try drawing.operand(.singles, { $0.count >= 2 }, new: { $0.imageShape(1...3) })
      let channels = [x.shape[1]]
      var statistics = try (0..<3).map { _ in try drawing.fresh(x.type, channels, isConstant: true) }
      let variance = (0..<channels[0]).map { _ in Double(drawing.choices.pick([4, 1, 2, 8, 12])) / 4 }
      statistics.append(drawing.constant(try Tensor(variance, shape: channels).converted(to: x.type)))
      try drawing.apply("BatchNormalization", [x] + statistics)
    },
    Recipe("InstanceNormalization", weight: 3, isLayer: true) { drawing in
      let x = try drawing.operand(.singles, { $0.count >= 3 && !$0.contains(0) }, new: { $0.imageShape(1...2) })
      let factors = try (0..<2).map { _ in try drawing.fresh(x.type, [x.shape[1]], isConstant: true) }
      try drawing.apply("InstanceNormalization", [x] + factors)
    },
    Recipe("GroupNormalization", weight: 2, isLayer: true) { drawing in
      let x = try drawing.operand(.singles, { $0.count >= 3 && !$0.contains(0) }, new: { $0.imageShape(1...2) })
      let divisors = (1...x.shape[1]).filter { x.shape[1] % $0 == 0 }
      let factors = try (0..<2).map { _ in try drawing.fresh(x.type, [x.shape[1]], isConstant: true) }
      try drawing.apply("GroupNormalization", [x] + factors, ["num_groups": .int(drawing.choices.pick(divisors))])
    },
    Recipe("LayerNormalization", "RMSNormalization", weight: 4, isLayer: true) { drawing in
      let x = try drawing.operand(.singles, { !$0.isEmpty && !$0.contains(0) }, new: { $0.shape(rank: 1...4) })
      let axis = drawing.axis(x.rank)
      let scale = try drawing.fresh(x.type, Array(x.shape[axis.index...]), isConstant: true)
      if drawing.choices.chance(0.3) {
        try drawing.apply("RMSNormalization", [x, scale], ["axis": .int(axis.given)])
      } else {
        let bias = drawing.choices.chance(0.5) ? try drawing.fresh(x.type, scale.shape, isConstant: true) : nil
        try drawing.apply("LayerNormalization", [x, scale, bias], ["axis": .int(axis.given)])
      }
    },
    Recipe("LRN", weight: 3, isLayer: true) { drawing in
      let x = try drawing.operand([.float32], { $0.count >= 3 }, new: { $0.imageShape(1...2) })
      try drawing.apply("LRN", [x], ["size": .int(drawing.choices.pick([3, 1, 2, 5])), "alpha": .float(0.25)])
    },
    Recipe("LpNormalization", weight: 2) { drawing in
      let x = try drawing.operand(.singles, { !$0.isEmpty }, new: { $0.shape(rank: 1...3) })
      let attributes: [String: Attribute] = [
        "axis": .int(drawing.axis(x.rank).given), "p": .int(drawing.choices.pick(1...2)),
      ]
      try drawing.apply("LpNormalization", [x], attributes)
    },
    Recipe("MeanVarianceNormalization", weight: 2) { drawing in
      let x = try drawing.operand([.float32], { $0.count == 4 && !$0.contains(0) }, new: { $0.imageShape() })
      try drawing.apply("MeanVarianceNormalization", [x])
    },
  ]
}
