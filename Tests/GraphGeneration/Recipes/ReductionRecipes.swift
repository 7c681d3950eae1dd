import CNNGraphs
import CNNTensors

extension Recipe {
  static let reductions: [Recipe] =
    [
      "ReduceSum", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceProd", "ReduceSumSquare",
    ].map { reduction($0, .singles + [.float16, .int32, .int64], weight: 3) } + [
      reduction("ReduceMean", .floats + [.int32, .int64], weight: 5, isLayer: true),
      reduction("ReduceMax", .numbers, weight: 4, isLayer: true, moves: true),
      reduction("ReduceMin", .numbers, weight: 4, moves: true), place("ArgMax"), place("ArgMin"),
      running("CumSum"), running("CumProd"),
    ]

  private static func reduction(
    _ name: String, _ types: [ElementType], weight: Int, isLayer: Bool = false, moves: Bool = false
  ) -> Recipe {
    Recipe(name, weight: weight, isLayer: isLayer) { drawing in
      let x = try drawing.operand(types)
      let axes = Array(drawing.choices.shuffled(Array(0..<x.rank)).prefix(drawing.choices.below(x.rank + 1)))
      let given = drawing.choices.chance(0.2) ? nil : try drawing.integers(axes.map { $0 - (axes.count % 2) * x.rank })
      let attributes: [String: Attribute] = [
        "keepdims": .flag(drawing.choices.chance(0.6)), "noop_with_empty_axes": .flag(drawing.choices.chance(0.2)),
      ]
      try drawing.apply(name, [x, given], attributes, moves: moves)
    }
  }

  private static func place(_ name: String) -> Recipe {
    Recipe(name) { drawing in
      let x = try drawing.operand(.numbers, isExact: true, { !$0.isEmpty && !$0.contains(0) }) { $0.shape(rank: 1...4) }
      let attributes: [String: Attribute] = [
        "axis": .int(drawing.axis(x.rank).given), "keepdims": .flag(drawing.choices.chance(0.5)),
        "select_last_index": .flag(drawing.choices.chance(0.3)),
      ]
      try drawing.apply(name, [x], attributes)
    }
  }

  private static func running(_ name: String) -> Recipe {
    Recipe(name, weight: 2) { drawing in
      let x = try drawing.operand(.singles + [.int32, .int64], { !$0.isEmpty }, new: { $0.shape(rank: 1...3) })
      let axis = try drawing.number(Double(drawing.axis(x.rank).given), .int64)
      let attributes: [String: Attribute] = [
        "exclusive": .flag(drawing.choices.chance(0.4)), "reverse": .flag(drawing.choices.chance(0.4)),
      ]
      try drawing.apply(name, [x, axis], attributes)
    }
  }
}
