import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// `Interp`: nearest, bilinear and bicubic resizing of images.
enum NcnnInterp: NcnnLayerKind {
  static let types = ["Interp"]
  static let operators: [any Operator.Type] = [Resize.self, Upsample.self]

  static func write(_ node: NcnnNode) throws {
    try node.requireOneImage()
    let resampling: Resampling
    var scales: [Float]?
    let shape = try node.shape(0)
    guard shape.count == 4 || shape.count == 3 else { throw node.refusal("resizing of \(shape.count) axes") }
    if let resize = node.operator as? Resize {
      resampling = resize.resampling
      if let given = node.constant(resize.takesOnlyScales ? 1 : 2), given.count > 0 {
        let values = try given.values(as: Float.self)
        let axes = try (resize.axes ?? Array(shape.indices)).axes(ofRank: shape.count)
        var all = [Float](repeating: 1, count: shape.count)
        for (axis, value) in zip(axes, values) { all[axis] = value }
        scales = all
      }
    } else if let upsample = node.operator as? Upsample {
      resampling = Resampling(upsample.mode, coordinates: .asymmetric, rounding: .floor)
      scales = try node.requiredConstant(1, "scales").values(as: Float.self)
    } else {
      return
    }
    let result = try node.outputShape()
    guard result[0] == shape[0], result[1] == shape[1] else { throw node.refusal("batch or channels are resized") }
    try check(resampling, shape, result, scales, node)
    var parameters = NcnnParameters()
    parameters.set(0, [.nearest: 1, .linear: 2, .cubic: 3][resampling.mode] ?? 1)
    let sizes = result[2...].compactMap(\.value)
    if sizes.count == result.count - 2 {
      if sizes.count == 2 { parameters.set(3, sizes[0]) } else { parameters.set(3, 1) }
      parameters.set(4, sizes[sizes.count - 1])
    } else if let scales {
      parameters.set(1, shape.count == 4 ? scales[2] : 1)
      parameters.set(2, scales[shape.count - 1])
    } else {
      throw node.refusal("the new size must be known", remedy: .giveInputShape(input: nil))
    }
    if resampling.mode != .nearest, resampling.coordinates == .alignCorners { parameters.set(6, 1) }
    let place = try node.place(0)
    // One number a channel is spread over the whole image.
    if place.dimensions.count == 1, shape[2...].allSatisfy({ $0 == 1 }), shape.count == 4 {
      return try node.write("Interp", [place.blob], parameters)
    }
    try node.write("Interp", [node.blob(0)], parameters)
  }

  /// - Throws: what ncnn would compute otherwise.
  private static func check(
    _ resampling: Resampling, _ shape: [Dimension], _ result: [Dimension], _ scales: [Float]?, _ node: NcnnNode
  ) throws {
    let words = "mode \(resampling.mode.rawValue) with coordinates \(resampling.coordinates.rawValue)"
    if resampling.antialiases || resampling.excludesOutside {
      throw node.refusal("\(words), with antialiasing or without what lies outside")
    }
    let axes = shape.indices.dropFirst(2)
    if resampling.mode == .nearest {
      for axis in axes where result[axis] != shape[axis] || shape[axis].value == nil {
        guard let input = shape[axis].value, let output = result[axis].value else {
          let isPlain = resampling.coordinates == .asymmetric && resampling.rounding == .floor
          if isPlain { continue }
          throw node.refusal("\(words): the size must be known", remedy: .giveInputShape(input: nil))
        }
        let scale = scales.map { Double($0[axis]) } ?? Double(output) / Double(input)
        guard resampling.takesNearest(input, output, scale) else {
          throw node.refusal("\(words) and rounding \(resampling.rounding.rawValue) from \(input) to \(output)")
        }
      }
      return
    }
    if resampling.mode == .cubic, resampling.cubicCoefficient != -0.75 {
      throw node.refusal("bicubic with coefficient \(resampling.cubicCoefficient)")
    }
    switch resampling.coordinates {
    case .halfPixel, .alignCorners: break
    case .pytorchHalfPixel:
      for axis in axes where result[axis] == 1 && shape[axis] != 1 { throw node.refusal("\(words) to one element") }
    default: throw node.refusal(words)
    }
    // ncnn takes the quotient of the sizes for the scale.
    guard let scales else { return }
    for axis in axes where resampling.coordinates != .alignCorners {
      guard let input = shape[axis].value, let output = result[axis].value else {
        guard scales[axis] == scales[axis].rounded() else {
          throw node.refusal("\(words): the size must be known", remedy: .giveInputShape(input: nil))
        }
        continue
      }
      let quotient = Double(output) / Double(input)
      guard abs(quotient - Double(scales[axis])) < 1e-5 * quotient else {
        throw node.refusal("\(words): scale \(scales[axis]) of \(input) elements to \(output)")
      }
    }
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let input = try layer.input()
    let dimensions = try layer.dimensions(input)
    guard layer.inputCount == 1 else { throw layer.refusal("a size that another blob gives") }
    try layer.require(5, 0, "a size that another blob gives")
    let modes: [Int: Resampling.Mode] = [1: .nearest, 2: .linear, 3: .cubic]
    guard let mode = modes[try layer.int(0)] else { throw layer.refusal("resizing of kind \(try layer.int(0))") }
    let alignsCorners = try layer.int(6) != 0 && mode != .nearest
    let resampling =
      mode == .nearest
      ? Resampling(.nearest, coordinates: .asymmetric, rounding: .floor)
      : Resampling(mode, coordinates: alignsCorners ? .alignCorners : .halfPixel)
    let (height, width) = (try layer.int(3), try layer.int(4))
    let scales = (try layer.float(1, default: 1), try layer.float(2, default: 1))
    guard height >= 0, width >= 0, scales.0 > 0, scales.1 > 0, scales.0.isFinite, scales.1.isFinite else {
      throw ConversionError(.badInput, "a size of \(height)×\(width)")
    }
    switch dimensions.count {
    case 1:
      let image = try layer.step(Unsqueeze(), input, layer.integers([2, 3]))
      guard height > 0, width > 0 else { return layer.define(image) }
      try layer.write(Expand(), image, layer.integers([1, 1, height, width]))
    case 2:
      let sizes = width > 0 ? try layer.integers([width]) : nil
      let factors = width > 0 ? nil : layer.constant(try Tensor([scales.1]), "scales")
      try layer.write(Resize(resampling, axes: [2]), input, nil, factors, sizes)
    case 3:
      let isSized = height > 0 && width > 0
      let sizes = isSized ? try layer.integers([height, width]) : nil
      let factors = isSized ? nil : layer.constant(try Tensor([scales.0, scales.1]), "scales")
      try layer.write(Resize(resampling, axes: [2, 3]), input, nil, factors, sizes)
    default: throw layer.refusal("resizing of \(dimensions.count) dimensions")
    }
  }
}

extension Resampling {
  /// True if the nearest element is the one that ncnn takes: that at or below `x · input / output`.
  fileprivate func takesNearest(_ input: Int, _ output: Int, _ scale: Double) -> Bool {
    guard input > 0, output > 0, output <= 1 << 20 else { return false }
    return (0..<output).allSatisfy { index in
      let x = Double(index)
      let position: Double
      switch coordinates {
      case .halfPixel: position = (x + 0.5) / scale - 0.5
      case .halfPixelForNearest: position = (x + 0.5) / scale
      case .pytorchHalfPixel: position = output > 1 ? (x + 0.5) / scale - 0.5 : 0
      case .asymmetric: position = x / scale
      case .alignCorners: position = output == 1 ? 0 : x * Double(input - 1) / Double(output - 1)
      default: return false
      }
      let rounded: Double =
        switch rounding {
        case .floor: position.rounded(.down)
        case .ceiling: position.rounded(.up)
        case .outwards: position.rounded(scale < 1 ? .up : .down)
        case .preferFloor: (position - 0.5).rounded(.up)
        case .preferCeiling: (position + 0.5).rounded(.down)
        }
      let own = Int(Float(index) * (Float(input) / Float(output)))
      return Int(min(max(rounded, 0), Double(input - 1))) == min(own, input - 1)
    }
  }
}
