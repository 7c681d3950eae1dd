import CNNGraphs
import CNNTensors

extension Recipe {
  static let sampling: [Recipe] = [
    Recipe("Resize", weight: 6, isLayer: true) { drawing in
      let mode = drawing.choices.pick(["nearest", "linear", "cubic"])
      let x = try drawing.operand(.singles, { $0.count == 4 && !$0.contains(0) }, new: { $0.imageShape() })
      let transformation = drawing.choices.pick([
        "half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel", "half_pixel_symmetric",
      ])
      var attributes: [String: Attribute] = [
        "mode": .text(mode), "coordinate_transformation_mode": .text(transformation),
      ]
      if mode == "nearest" {
        attributes["nearest_mode"] = .text(
          drawing.choices.pick(["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]))
      }
      if mode == "cubic", drawing.choices.chance(0.3) { attributes["exclude_outside"] = .int(1) }
      if mode != "nearest", drawing.choices.chance(0.2) { attributes["antialias"] = .int(1) }
      if drawing.choices.chance(0.5) {
        let scales = try drawing.scales(x.shape)
        try drawing.apply("Resize", [x, nil, scales], attributes)
      } else {
        let sizes = Array(x.shape[..<2]) + x.shape[2...].map { _ in drawing.choices.pick([4, 1, 2, 3, 7, 9]) }
        try drawing.apply("Resize", [x, nil, nil, try drawing.integers(sizes)], attributes)
      }
    },
    Recipe("GridSample", weight: 4) { drawing in
      let x = try drawing.operand([.float32], { $0.count == 4 && !$0.contains(0) }, new: { $0.imageShape() })
      let grid = [x.shape[0], drawing.choices.pick([3, 1, 4]), drawing.choices.pick([2, 3, 5]), 2]
      let attributes: [String: Attribute] = [
        "mode": .text(drawing.choices.pick(["linear", "nearest", "cubic"])),
        "padding_mode": .text(drawing.choices.pick(["zeros", "border", "reflection"])),
        "align_corners": .flag(drawing.choices.chance(0.5)),
      ]
      try drawing.apply("GridSample", [x, try drawing.fresh(.float32, grid)], attributes)
    },
    Recipe("AffineGrid", weight: 2) { drawing in
      let theta = try drawing.fresh(.float32, [2, 2, 3])
      let size = try drawing.integers([2, 3, drawing.choices.pick([4, 1, 3]), drawing.choices.pick([5, 1, 2])])
      try drawing.apply("AffineGrid", [theta, size], ["align_corners": .flag(drawing.choices.chance(0.5))])
    },
    Recipe("RoiAlign", weight: 2) { drawing in
      let x = try drawing.operand([.float32], { $0.count == 4 && !$0.contains(0) }, new: { $0.imageShape() })
      let boxes = drawing.constant(try Tensor([0, 0, 2, 2.5, 0.5, 0.25, 3, 3], shape: [2, 4]))
      let attributes: [String: Attribute] = [
        "mode": .text(drawing.choices.pick(["avg", "max"])), "output_height": .int(2), "output_width": .int(3),
        "sampling_ratio": .int(drawing.choices.pick([0, 1, 2])),
        "spatial_scale": .float(drawing.choices.pick([1, 0.5])),
      ]
      try drawing.apply("RoiAlign", [x, boxes, try drawing.integers([0, x.shape[0] - 1])], attributes)
    },
    Recipe("MaxRoiPool", weight: 1) { drawing in
      let x = try drawing.operand([.float32], { $0.count == 4 && !$0.contains(0) }, new: { $0.imageShape() })
      let boxes = drawing.constant(try Tensor([0, 0, 0, 2, 2, 0, 1, 1, 3, 3], shape: [2, 5]))
      try drawing.apply("MaxRoiPool", [x, boxes], ["pooled_shape": .ints([2, 2])], moves: true)
    },
    Recipe("NonMaxSuppression", weight: 2) { drawing in
      let boxes = drawing.constant(
        try Tensor([0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, 10, 1, 11, 0, 10.1, 1, 11.1], shape: [1, 4, 4]))
      let scores = try drawing.fresh(.float32, [1, drawing.choices.pick([1, 2]), 4])
      let limits = [try drawing.number(2, .int64, shape: [1]), try drawing.number(0.5, .float32, shape: [1])]
      try drawing.apply("NonMaxSuppression", [boxes, scores] + limits)
    },
  ]

  static let attention: [Recipe] = [
    Recipe("Attention", weight: 3, isLayer: true) { drawing in
      let (batch, heads, length, width) = (
        drawing.choices.pick([1, 2]), drawing.choices.pick([2, 1]), drawing.choices.pick([3, 1, 4]),
        drawing.choices.pick([4, 2])
      )
      let shape = [batch, heads, length, width]
      let operands = try (0..<3).map { _ in try drawing.operand([.float32], { $0 == shape }, new: { _ in shape }) }
      try drawing.apply("Attention", operands, ["is_causal": .flag(drawing.choices.chance(0.4))])
    },
    Recipe("RotaryEmbedding", weight: 2) { drawing in
      let x = try drawing.fresh(.float32, [1, 2, 3, 4])
      let (cosines, sines) = (try drawing.fresh(.float32, [5, 2]), try drawing.fresh(.float32, [5, 2]))
      let places = try drawing.integers([0, 2, 4], shape: [1, 3])
      try drawing.apply(
        "RotaryEmbedding", [x, cosines, sines, places], ["interleaved": .flag(drawing.choices.chance(0.5))])
    },
    Recipe("NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss", weight: 2) { drawing in
      let (batch, classes) = (drawing.choices.pick([3, 1]), drawing.choices.pick([4, 2]))
      let x = try drawing.fresh(.float32, [batch, classes])
      let target = try drawing.integers((0..<batch).map { _ in drawing.choices.below(classes) })
      let name = drawing.choices.pick(["NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss"])
      try drawing.apply(name, [x, target], ["reduction": .text(drawing.choices.pick(["mean", "sum", "none"]))])
    },
  ]
}

extension GraphDrawing {
  /// Factors for an image's extents.
  mutating func scales(_ shape: [Int]) throws -> DrawnValue {
    let factors: [Float] = [1, 1] + shape[2...].map { _ in choices.pick([2, 1, 0.5, 1.5, 3]) }
    return constant(try Tensor(factors, shape: [factors.count]))
  }
}
