import CNNGraphs
import CNNTensors

extension Recipe {
  static let shapes: [Recipe] = [
    Recipe("Reshape", weight: 8, isLayer: true) { drawing in
      let x = try drawing.operand(.all)
      var shape = drawing.factors(of: x.shape)
      if !shape.isEmpty, x.tensor.count > 0, drawing.choices.chance(0.4) {
        shape[drawing.choices.below(shape.count)] = -1
      }
      try drawing.apply("Reshape", [x, try drawing.integers(shape)], moves: true)
    },
    Recipe("Flatten", isLayer: true) { drawing in
      let x = try drawing.operand(.all)
      try drawing.apply("Flatten", [x], ["axis": .int(drawing.choices.pick(-x.rank...x.rank))], moves: true)
    },
    Recipe("Squeeze") { drawing in
      let x = try drawing.operand(.all, { $0.contains(1) }, new: { $0.shape() + [1] })
      let ones = x.shape.indices.filter { x.shape[$0] == 1 }
      let axes = drawing.choices.chance(0.3) ? nil : try drawing.integers([drawing.choices.pick(ones)])
      try drawing.apply("Squeeze", [x, axes], moves: true)
    },
    Recipe("Unsqueeze") { drawing in
      let x = try drawing.operand(.all)
      let axis = drawing.choices.pick(-x.rank - 1...x.rank)
      try drawing.apply("Unsqueeze", [x, try drawing.integers([axis])], moves: true)
    },
    Recipe("Transpose", weight: 6, isLayer: true) { drawing in
      let x = try drawing.operand(.all)
      let order = drawing.choices.shuffled(Array(0..<x.rank))
      try drawing.apply("Transpose", [x], drawing.choices.chance(0.2) ? [:] : ["perm": .ints(order)], moves: true)
    },
    Recipe("Expand") { drawing in
      let x = try drawing.operand(.all, new: { $0.shape(rank: 0...3) })
      var shape = x.shape.map { $0 == 1 ? drawing.choices.pick([3, 1, 2]) : drawing.choices.pick([$0, 1]) }
      if drawing.choices.chance(0.3) { shape.insert(drawing.choices.pick([2, 1, 3]), at: 0) }
      try drawing.apply("Expand", [x, try drawing.integers(shape)], moves: true)
    },
    Recipe("Tile") { drawing in
      let x = try drawing.operand(.all, new: { $0.shape(rank: 0...3) })
      let repeats = x.shape.map { _ in drawing.choices.pick([2, 1, 1, 3]) }
      try drawing.apply("Tile", [x, try drawing.integers(repeats)], moves: true)
    },
    concatenation, slicing, splitting, padding, triangle, creation, measures,
    Recipe("DepthToSpace", weight: 3, isLayer: true) { drawing in
      let x = try drawing.operand(
        .all, { $0.count == 4 && $0[1] % 4 == 0 }, new: { [1, 4 * $0.choices.pick(1...5), 3, 2] })
      let mode = drawing.choices.pick(["DCR", "CRD"])
      try drawing.apply("DepthToSpace", [x], ["blocksize": .int(2), "mode": .text(mode)], moves: true)
    },
    Recipe("SpaceToDepth", weight: 3, isLayer: true) { drawing in
      let x = try drawing.operand(
        .all, { $0.count == 4 && $0[2] % 2 == 0 && $0[3] % 2 == 0 }, new: { [1, $0.choices.pick(1...5), 4, 2] })
      try drawing.apply("SpaceToDepth", [x], ["blocksize": .int(2)], moves: true)
    },
    Recipe("CenterCropPad", weight: 2) { drawing in
      let x = try drawing.operand(.numbers, { !$0.isEmpty }, new: { $0.shape(rank: 1...4) })
      let shape = x.shape.map { _ in drawing.choices.pick([3, 1, 2, 4, 6]) }
      try drawing.apply("CenterCropPad", [x, try drawing.integers(shape)], moves: true)
    },
  ]

  private static let concatenation = Recipe("Concat", weight: 8, isLayer: true) { drawing in
    let first = try drawing.operand(.all, { !$0.isEmpty }) { drawing in
      drawing.flavour == .network ? drawing.imageShape() : drawing.shape(rank: 1...4)
    }
    let axis = drawing.flavour == .network && first.rank == 4 ? (given: 1, index: 1) : drawing.axis(first.rank)
    var parts = [first]
    for _ in 0..<drawing.choices.below(4) {
      var shape = first.shape
      shape[axis.index] = drawing.flavour == .network ? drawing.channels() : drawing.extent()
      let template = shape
      let part = try drawing.operand(
        [first.type],
        { other in
          other.count == template.count && other.indices.allSatisfy { $0 == axis.index || other[$0] == template[$0] }
        }, new: { _ in template })
      parts.append(part)
    }
    try drawing.apply("Concat", parts, ["axis": .int(axis.given)], moves: true)
  }

  private static let slicing = Recipe("Slice", weight: 8, isLayer: true) { drawing in
    let x = try drawing.operand(.all, { !$0.isEmpty }, new: { $0.shape(rank: 1...5) })
    let axes = Array(drawing.choices.shuffled(Array(0..<x.rank)).prefix(drawing.choices.pick(1...x.rank)))
    var (starts, ends, steps): ([Int], [Int], [Int]) = ([], [], [])
    for axis in axes {
      let extent = x.shape[axis]
      let step = drawing.choices.pick([1, 1, 1, 2, -1, -2])
      let start = drawing.choices.pick(-extent...extent)
      starts.append(start)
      ends.append(drawing.choices.chance(0.3) ? (step > 0 ? .max : .min) : drawing.choices.pick(-extent...extent))
      steps.append(step)
    }
    try drawing.apply(
      "Slice",
      [
        x, try drawing.integers(starts), try drawing.integers(ends), try drawing.integers(axes),
        try drawing.integers(steps),
      ], moves: true)
  }

  private static let splitting = Recipe("Split", weight: 5, isLayer: true) { drawing in
    let x = try drawing.operand(.all, { $0.contains { $0 > 1 } }, new: { $0.shape(rank: 0...3) + [3] })
    let axis = drawing.choices.pick(x.shape.indices.filter { x.shape[$0] > 1 })
    if drawing.choices.chance(0.4) {
      let attributes: [String: Attribute] = ["axis": .int(axis), "num_outputs": .int(2)]
      try drawing.results("Split", [x], attributes, outputs: 2, moves: true)
    } else {
      let first = drawing.choices.pick(1...x.shape[axis])
      let parts = try drawing.integers([first, x.shape[axis] - first])
      try drawing.results("Split", [x, parts], ["axis": .int(axis)], outputs: 2, moves: true)
    }
  }

  private static let padding = Recipe("Pad", weight: 6, isLayer: true) { drawing in
    let x = try drawing.operand(.numbers, new: { $0.flavour == .network ? $0.imageShape() : $0.shape(rank: 1...4) })
    let mode = drawing.choices.pick(["constant", "constant", "edge", "reflect", "wrap"])
    let isPlain = mode == "constant"
    let pads = (0..<2 * x.rank).map { index -> Int in
      let most = mode == "reflect" ? min(2, x.shape[index % x.rank] - 1) : x.shape[index % x.rank] == 0 ? 0 : 2
      return isPlain && drawing.choices.chance(0.1) ? -1 : drawing.choices.below(max(most, 0) + 1)
    }
    let value = isPlain && drawing.choices.chance(0.5) ? try drawing.fresh(x.type, [], isConstant: true) : nil
    let arguments = [x, try drawing.integers(pads), value]
    try drawing.apply("Pad", arguments, ["mode": .text(mode)], moves: true)
  }

  private static let triangle = Recipe("Trilu") { drawing in
    let x = try drawing.operand(.numbers, { $0.count >= 2 }, new: { $0.shape(rank: 2...4) })
    let k = drawing.choices.chance(0.5) ? try drawing.number(Double(drawing.choices.pick(-3...3)), .int64) : nil
    try drawing.apply("Trilu", [x, k], ["upper": .flag(drawing.choices.chance(0.5))], moves: true)
  }

  private static let creation = Recipe("ConstantOfShape", "Range", "Constant", weight: 3) { drawing in
    switch drawing.choices.below(3) {
    case 0:
      let value = try drawing.fresh(drawing.choices.pick(.numbers), [1], isConstant: true)
      let shape = try drawing.integers(drawing.shape(rank: 0...3))
      try drawing.apply("ConstantOfShape", [shape], ["value": .tensor(value.tensor)], moves: true)
    case 1:
      let type = drawing.choices.pick([ElementType.int64, .int32, .float32, .float64])
      let numbers = [drawing.choices.pick(-3...3), drawing.choices.pick(-3...9), drawing.choices.pick([1, 2, -1, -2])]
      try drawing.apply("Range", try numbers.map { try drawing.number(Double($0), type) }, moves: true)
    default:
      let value = try drawing.fresh(drawing.choices.pick(.all), drawing.shape(rank: 0...3), isConstant: true)
      try drawing.apply("Constant", [], ["value": .tensor(value.tensor)], moves: true)
    }
  }

  private static let measures = Recipe("Shape", "Size", weight: 3) { drawing in
    let x = try drawing.operand(.all)
    if drawing.choices.chance(0.3) {
      try drawing.apply("Size", [x], moves: true)
    } else {
      let start = drawing.choices.chance(0.3) ? drawing.choices.pick(-2...1) : 0
      try drawing.apply("Shape", [x], ["start": .int(start)], moves: true)
    }
  }
}

extension GraphDrawing {
  /// A shape of as many elements.
  mutating func factors(of shape: [Int]) -> [Int] {
    var rest = shape.product
    if rest == 0 { return choices.shuffled(shape) }
    var result: [Int] = []
    for _ in 0..<choices.below(4) {
      let divisors = [1, 2, 3, 4, 5, 6, 7, 8, 16].filter { rest % $0 == 0 }
      let factor = choices.pick(divisors)
      result.append(factor)
      rest /= factor
    }
    if rest > 1 || result.isEmpty && choices.chance(0.5) { result.insert(rest, at: choices.below(result.count + 1)) }
    return result
  }
}
