import CNNGraphs
import CNNTensors

extension Recipe {
  static let indexing: [Recipe] = [
    Recipe("Gather", weight: 6) { drawing in
      let x = try drawing.operand(.all, { !$0.isEmpty && !$0.contains(0) }, new: { $0.shape(rank: 1...4) })
      let axis = drawing.axis(x.rank)
      let places = try drawing.places(drawing.shape(rank: 0...2), below: x.shape[axis.index])
      try drawing.apply("Gather", [x, places], ["axis": .int(axis.given)], moves: true)
    },
    Recipe("GatherElements") { drawing in
      let x = try drawing.operand(.all, { !$0.isEmpty && !$0.contains(0) }, new: { $0.shape(rank: 1...3) })
      let axis = drawing.axis(x.rank)
      var shape = x.shape
      shape[axis.index] = drawing.choices.pick([2, 1, 3, 5])
      let places = try drawing.places(shape, below: x.shape[axis.index])
      try drawing.apply("GatherElements", [x, places], ["axis": .int(axis.given)], moves: true)
    },
    Recipe("GatherND") { drawing in
      let x = try drawing.operand(.all, { !$0.isEmpty && !$0.contains(0) }, new: { $0.shape(rank: 1...4) })
      let depth = drawing.choices.pick(1...x.rank)
      let rows = drawing.choices.pick([2, 1, 3])
      let numbers = (0..<rows * depth).map { drawing.choices.below(x.shape[$0 % depth]) }
      try drawing.apply("GatherND", [x, try drawing.integers(numbers, shape: [rows, depth])], moves: true)
    },
    Recipe("ScatterElements", "Scatter") { drawing in
      let x = try drawing.operand(.all, { !$0.isEmpty && !$0.contains(0) }, new: { $0.shape(rank: 1...3) })
      let axis = drawing.axis(x.rank)
      var shape = x.shape
      // One place of a line is written once, or in an order that does not matter.
      shape[axis.index] = 1
      let places = try drawing.places(shape, below: x.shape[axis.index])
      let updates = try drawing.operand([x.type], { $0 == shape }, new: { _ in shape })
      let isSum = x.type.isFloatingPoint && drawing.choices.chance(0.4)
      let reduction = isSum ? drawing.choices.pick(["add", "mul", "max", "min"]) : "none"
      let attributes: [String: Attribute] = ["axis": .int(axis.given), "reduction": .text(reduction)]
      try drawing.apply("ScatterElements", [x, places, updates], attributes, moves: !isSum)
    },
    Recipe("ScatterND") { drawing in
      let x = try drawing.operand(.all, { !$0.isEmpty && !$0.contains(0) }, new: { $0.shape(rank: 1...3) })
      let depth = drawing.choices.pick(1...x.rank)
      let place = (0..<depth).map { drawing.choices.below(x.shape[$0]) }
      let shape = [1] + x.shape[depth...]
      let updates = try drawing.operand([x.type], { $0 == shape }, new: { _ in shape })
      let isSum = x.type.isFloatingPoint && drawing.choices.chance(0.4)
      let reduction = isSum ? drawing.choices.pick(["add", "mul", "max", "min"]) : "none"
      try drawing.apply(
        "ScatterND", [x, try drawing.integers(place, shape: [1, depth]), updates], ["reduction": .text(reduction)],
        moves: !isSum)
    },
    Recipe("NonZero") { drawing in
      let x = try drawing.operand(.numbersAndTruths, isExact: true)
      try drawing.apply("NonZero", [x])
    },
    Recipe("Compress") { drawing in
      let x = try drawing.operand(.all, { !$0.isEmpty }, new: { $0.shape(rank: 1...3) })
      if drawing.choices.chance(0.5) {
        let axis = drawing.axis(x.rank)
        let condition = try drawing.fresh(.bool, [x.shape[axis.index]])
        try drawing.apply("Compress", [x, condition], ["axis": .int(axis.given)], moves: true)
      } else {
        try drawing.apply("Compress", [x, try drawing.fresh(.bool, [x.tensor.count])], moves: true)
      }
    },
    Recipe("OneHot") { drawing in
      let depth = drawing.choices.pick([3, 1, 4])
      let places = try drawing.places(drawing.shape(rank: 0...2), below: depth)
      let values = try drawing.fresh(drawing.choices.pick(.numbers), [2])
      let axis = drawing.choices.pick(-1...places.rank)
      let count = try drawing.number(Double(depth), .int64)
      try drawing.apply("OneHot", [places, count, values], ["axis": .int(axis)], moves: true)
    },
    Recipe("TopK") { drawing in
      let x = try drawing.operand(.numbers, isExact: true, { !$0.isEmpty && !$0.contains(0) }) { $0.shape(rank: 1...3) }
      let axis = drawing.axis(x.rank)
      let k = try drawing.integers([drawing.choices.pick(0...x.shape[axis.index])])
      let attributes: [String: Attribute] = ["axis": .int(axis.given), "largest": .flag(drawing.choices.chance(0.5))]
      try drawing.results("TopK", [x, k], attributes, outputs: 2, moves: true)
    },
    Recipe("Unique", weight: 3) { drawing in
      let x = try drawing.operand([.float32, .int64, .int32, .string], isExact: true)
      var attributes: [String: Attribute] = ["sorted": .flag(drawing.choices.chance(0.5))]
      if x.rank > 0, drawing.choices.chance(0.4) { attributes["axis"] = .int(drawing.axis(x.rank).given) }
      try drawing.results("Unique", [x], attributes, outputs: drawing.choices.pick([1, 4]), moves: true)
    },
    Recipe("ReverseSequence", weight: 2) { drawing in
      let x = try drawing.operand(.all, { $0.count >= 2 && !$0.contains(0) }, new: { $0.shape(rank: 2...4) })
      let lengths = (0..<x.shape[1]).map { _ in drawing.choices.pick(1...x.shape[0]) }
      try drawing.apply("ReverseSequence", [x, try drawing.integers(lengths)], moves: true)
    },
    Recipe("Einsum", weight: 4) { drawing in
      let equation = drawing.choices.pick([
        "ij,jk->ik", "bij,bjk->bik", "ij->ji", "ii->i", "ij,ij->", "i,j->ij", "bij->bj",
      ])
      var extents: [Character: Int] = [:]
      let type = drawing.choices.pick([ElementType].singles)
      let operands = try equation.split(separator: "-")[0].split(separator: ",").map { term in
        let shape = term.map { letter -> Int in
          let extent = extents[letter] ?? drawing.extent()
          extents[letter] = extent
          return extent
        }
        return try drawing.operand([type], { $0 == shape }, new: { _ in shape })
      }
      try drawing.apply("Einsum", operands, ["equation": .text(equation)])
    },
    Recipe("Col2Im", weight: 2) { drawing in
      let kernel = [drawing.choices.pick([2, 1, 3]), drawing.choices.pick([2, 1, 3])]
      let image = [drawing.choices.pick([5, 3, 4]), drawing.choices.pick([4, 3, 5])]
      let columns = (image[0] - kernel[0] + 1) * (image[1] - kernel[1] + 1)
      let x = try drawing.fresh(.float32, [drawing.choices.pick([1, 2]), 2 * kernel.product, columns])
      try drawing.apply("Col2Im", [x, try drawing.integers(image), try drawing.integers(kernel)])
    },
    Recipe("TensorScatter", weight: 1) { drawing in
      let x = try drawing.fresh(.float32, [2, 5, 3])
      let update = try drawing.fresh(.float32, [2, 2, 3])
      let places = try drawing.integers([drawing.choices.pick(0...3), drawing.choices.pick(0...3)])
      try drawing.apply("TensorScatter", [x, update, places], ["axis": .int(1)], moves: true)
    },
  ]
}

extension GraphDrawing {
  /// Places along an axis of this extent, some counted from the back.
  mutating func places(_ shape: [Int], below extent: Int) throws -> DrawnValue {
    let numbers = (0..<shape.product).map { _ in
      choices.chance(0.2) ? -1 - choices.below(extent) : choices.below(extent)
    }
    return try integers(numbers, choices.pick([.int64, .int64, .int32]), shape: shape)
  }
}
