import CNNGraphs
import CNNTensors

extension Recipe {
  static let windows: [Recipe] = [
    convolution, transposed, pool("MaxPool"), pool("AveragePool"), pool("LpPool", weight: 2), unpool, deformable,
    unaryImage("GlobalAveragePool"), unaryImage("GlobalMaxPool", moves: true), unaryImage("GlobalLpPool"),
    Recipe("CausalConvWithState", weight: 1) { drawing in
      let (channels, length) = (drawing.choices.pick([3, 1, 4]), drawing.choices.pick([5, 3, 7]))
      let x = try drawing.fresh(.float32, [1, channels, length])
      let weight = try drawing.fresh(.float32, [channels, 1, 3], isConstant: true)
      try drawing.results("CausalConvWithState", [x, weight], outputs: 2)
    },
  ]

  private static func unaryImage(_ name: String, moves: Bool = false) -> Recipe {
    Recipe(name, isLayer: true) { drawing in
      let x = try drawing.operand(.singles, { $0.count >= 3 && !$0.contains(0) }, new: { $0.imageShape(1...3) })
      try drawing.apply(name, [x], moves: moves)
    }
  }

  private static let convolution = Recipe("Conv", weight: 16, isLayer: true) { drawing in
    let x = try drawing.operand(.singles + [.float16], { $0.count >= 3 && !$0.contains(0) }) { drawing in
      drawing.imageShape(drawing.choices.pick([2...2, 2...2, 1...3]))
    }
    let (channels, spatial) = (x.shape[1], Array(x.shape[2...]))
    let divisors = (1...channels).filter { channels % $0 == 0 }
    let groups = drawing.choices.chance(0.6) ? 1 : drawing.choices.pick([channels, drawing.choices.pick(divisors)])
    let each = groups == channels ? drawing.choices.pick([1, 1, 2]) : max(drawing.channels() / groups, 1)
    var window = drawing.window(spatial)
    window.attributes["group"] = .int(groups)
    let weight = [each * groups, channels / groups] + window.kernel
    let isConstant = drawing.choices.chance(0.9)
    var operands: [DrawnValue?] = [x, try drawing.fresh(x.type, weight, isConstant: isConstant)]
    if drawing.choices.chance(0.5) { operands.append(try drawing.fresh(x.type, [weight[0]], isConstant: true)) }
    try drawing.apply("Conv", operands, window.attributes)
  }

  private static let transposed = Recipe("ConvTranspose", weight: 4, isLayer: true) { drawing in
    let x = try drawing.operand(.singles, { $0.count >= 3 && !$0.contains(0) }, new: { $0.imageShape(1...2) })
    let groups = drawing.choices.chance(0.7) ? 1 : x.shape[1]
    var window = drawing.window(Array(x.shape[2...]))
    window.attributes["group"] = .int(groups)
    let strides = x.shape[2...].map { _ in drawing.choices.pick([1, 2, 3]) }
    window.attributes["strides"] = .ints(strides)
    if drawing.choices.chance(0.3) { window.attributes["output_padding"] = .ints(strides.map { $0 - 1 }) }
    let weight = [x.shape[1], groups == 1 ? drawing.channels() : drawing.choices.pick([1, 2])] + window.kernel
    var operands: [DrawnValue?] = [x, try drawing.fresh(x.type, weight, isConstant: true)]
    if drawing.choices.chance(0.5) {
      operands.append(try drawing.fresh(x.type, [weight[1] * groups], isConstant: true))
    }
    try drawing.apply("ConvTranspose", operands, window.attributes)
  }

  private static func pool(_ name: String, weight: Int = 6) -> Recipe {
    Recipe(name, weight: weight, isLayer: true) { drawing in
      let x = try drawing.operand(.singles, { $0.count >= 3 && !$0.contains(0) }, new: { $0.imageShape(1...3) })
      var window = drawing.window(Array(x.shape[2...]))
      window.attributes["kernel_shape"] = .ints(window.kernel)
      if drawing.choices.chance(0.3), window.attributes["auto_pad"] == nil { window.attributes["ceil_mode"] = .int(1) }
      if name == "AveragePool" { window.attributes["count_include_pad"] = .flag(drawing.choices.chance(0.5)) }
      if name == "MaxPool", x.isExact, drawing.choices.chance(0.2) {
        try drawing.results(name, [x], window.attributes, outputs: 2, moves: true)
      } else {
        try drawing.apply(name, [x], window.attributes, moves: name == "MaxPool")
      }
    }
  }

  private static let unpool = Recipe("MaxUnpool", weight: 2) { drawing in
    let x = try drawing.fresh(.float32, [1, drawing.choices.pick([1, 3]), 4, 6])
    let attributes: [String: Attribute] = ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])]
    let pooled = try drawing.results("MaxPool", [x], attributes, outputs: 2, moves: true)
    try drawing.apply("MaxUnpool", pooled, attributes, moves: true)
  }

  private static let deformable = Recipe("DeformConv", weight: 2) { drawing in
    let x = try drawing.fresh(.float32, [1, 2, 5, 4])
    let weight = try drawing.fresh(.float32, [3, 2, 2, 2], isConstant: true)
    let offset = try drawing.fresh(.float32, [1, 8, 4, 3])
    try drawing.apply(
      "DeformConv", [x, weight, offset], ["kernel_shape": .ints([2, 2]), "pads": .ints([0, 0, 0, 0])])
  }
}

/// A window over spatial axes.
struct DrawnWindow {
  var kernel: [Int] = []
  var attributes: [String: Attribute] = [:]
}

extension GraphDrawing {
  /// A window that fits these extents.
  mutating func window(_ extents: [Int]) -> DrawnWindow {
    var window = DrawnWindow()
    var (strides, dilations, begins, ends): ([Int], [Int], [Int], [Int]) = ([], [], [], [])
    let isCommon = choices.chance(0.5)
    let common = choices.pick([3, 1, 5])
    for extent in extents {
      let kernel = min(isCommon ? common : choices.pick([3, 1, 2, 4, 5]), extent + 2)
      window.kernel.append(kernel)
      strides.append(choices.pick([1, 1, 2, 3]))
      dilations.append(choices.chance(0.15) && 2 * (kernel - 1) + 1 <= extent ? 2 : 1)
      let least = max(kernel - extent, 0)
      let pad = isCommon ? kernel / 2 : min(least + choices.below(3), max(kernel - 1, 0))
      begins.append(pad)
      ends.append(choices.chance(0.8) ? pad : max(pad - 1, 0))
    }
    if choices.chance(0.2) { strides = Array(repeating: 1, count: extents.count) }
    window.attributes["strides"] = .ints(strides)
    window.attributes["dilations"] = .ints(dilations)
    if choices.chance(0.1) {
      window.attributes["auto_pad"] = .text(choices.pick(["SAME_UPPER", "SAME_LOWER", "VALID"]))
    } else {
      window.attributes["pads"] = .ints(begins + ends)
    }
    return window
  }
}
