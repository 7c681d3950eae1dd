import CNNGraphs
import CNNTensors

/// A convolution of `[N, C, H, W]` whose kernel elements each look at a position of their own, moved by an offset that
/// may be a fraction: it is interpolated between the four neighbours, zero outside of the input. Dai et al.,
/// "Deformable convolutional networks"; with a mask Zhu et al., "Deformable ConvNets v2".
///
/// Inputs: x, weights `[M, C / groups, KH, KW]`, offsets `[N, offsetGroups · KH · KW · 2, H', W']` (vertical and
/// horizontal by turns), a bias `[M]` and a mask `[N, offsetGroups · KH · KW, H', W']`; the last two may be left out.
public struct DeformableConvolution: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("DeformConv", versions: [19, 22], inputs: 3...5)
  private static let features = SpatialWindow.Features(autoPad: false)

  /// Kernel, strides, dilations and padding.
  public var window: SpatialWindow
  /// How many groups of channels see nothing of one another.
  public var groups: Int
  /// How many groups of input channels have offsets of their own.
  public var offsetGroups: Int

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    window = try SpatialWindow(from: &node, Self.features)
    groups = try node.groups()
    offsetGroups = try node.int("offset_group", default: 1)
    guard offsetGroups >= 1, offsetGroups <= Int(Int32.max) else {
      throw OperatorError.attribute("offset_group", "\(offsetGroups)")
    }
  }

  /// Makes the operator with these settings.
  public init(window: SpatialWindow = SpatialWindow(), groups: Int = 1, offsetGroups: Int = 1) {
    (self.window, self.groups, self.offsetGroups) = (window, groups, offsetGroups)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    try window.write(to: &node, Self.features)
    node.set("group", groups, unless: 1)
    node.set("offset_group", offsetGroups, unless: 1)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    var shape = try ConvolutionGeometry.infer(
      input: context.shape(0), weights: context.shape(1), groups: groups, window: window)
    if let offsets = context.shape(2), let known = shape, offsets.count == known.count {
      for axis in 2..<known.count where known[axis].value == nil { shape?[axis] = offsets[axis] }
    }
    try check(context, output: shape)
    return [.tensor(context.elementType(0), shape)]
  }

  private func check(_ context: InferenceContext, output: [Dimension]?) throws {
    guard let output, output.count == 4 else { return }
    if case .fixed(let channels)? = context.shape(0)?[1], channels % offsetGroups != 0 {
      throw OperatorError.invalid("\(channels) channels do not fall into \(offsetGroups) offset groups")
    }
    let kernel = context.shape(1).flatMap { TensorType(nil, Array($0[2...])).fixedShape } ?? window.kernel
    let (taps, overflow) = (kernel ?? []).reduce((1, false)) {
      let (product, overflow) = $0.0.multipliedReportingOverflow(by: $1)
      return (product, $0.1 || overflow)
    }
    let count = kernel == nil || overflow || taps > 1 << 40 || offsetGroups > 1 << 20 ? nil : offsetGroups * taps
    func extents(_ factor: Int) -> [Dimension] {
      [output[0], count.map { .fixed($0 * factor) } ?? .unknown, output[2], output[3]]
    }
    try context.require(2, shape: extents(2))
    try context.require(3, shape: [context.shape(1)?[0] ?? .unknown])
    try context.require(4, shape: extents(1))
  }

  /// Multiplications followed by an addition that one run takes.
  public func multiplyAccumulates(inputs: [ValueType?], outputs: [ValueType?]) -> Int? {
    guard inputs.count > 1, let output = outputs.first else { return nil }
    return ConvolutionGeometry.multiplyAccumulates(weights: inputs[1], output: output)
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (x, weights, offsets) = (try context.tensor(0), try context.tensor(1), try context.tensor(2))
    let (bias, mask) = (try context.optionalTensor(3), try context.optionalTensor(4))
    guard x.rank == 4 else { throw OperatorError.unsupported("a deformable convolution of rank \(x.rank)") }
    let geometry = try ConvolutionGeometry(input: x.shape, weights: weights.shape, groups: groups, window: window)
    let (rows, columns) = (geometry.axes.1, geometry.axes.2)
    let taps = rows.kernel * columns.kernel
    guard x.shape[1] % offsetGroups == 0 else {
      throw OperatorError.invalid("\(x.shape[1]) channels do not fall into \(offsetGroups) offset groups")
    }
    let spatial = [rows.output, columns.output]
    guard offsets.shape == [x.shape[0], offsetGroups * taps * 2] + spatial else {
      throw OperatorError.invalid("offsets of shape \(offsets.shape)")
    }
    if let mask, mask.shape != [x.shape[0], offsetGroups * taps] + spatial {
      throw OperatorError.invalid("a mask of shape \(mask.shape)")
    }
    if let bias, bias.shape != [weights.shape[0]] { throw OperatorError.invalid("a bias of shape \(bias.shape)") }
    switch x.elementType.numericKind {
    case .float: return [.tensor(try run(geometry, x, weights, offsets, bias, mask, Float.self))]
    case .double: return [.tensor(try run(geometry, x, weights, offsets, bias, mask, Double.self))]
    default: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }

  private func run<T: BLASScalar>(
    _ geometry: ConvolutionGeometry, _ x: Tensor, _ weights: Tensor, _ offsets: Tensor, _ bias: Tensor?,
    _ mask: Tensor?, _: T.Type
  ) throws -> Tensor {
    let (channels, plane, depth) = (x.shape[1], geometry.outputPlane, geometry.depth)
    let taps = geometry.axes.1.kernel * geometry.axes.2.kernel
    return try x.withValues(as: T.self) { source in
      try offsets.withValues(as: T.self) { offsets in
        try withOptionalValues(mask, as: T.self) { mask in
          try withOptionalValues(bias, as: T.self) { bias in
            try weights.withMatrix(as: T.self) { matrix in
              try Tensor(x.elementType, shape: geometry.outputShape) { (target: UnsafeMutableBufferPointer<T>) in
                guard let start = target.baseAddress, !target.isEmpty else { return }
                let (total, overflow) = (channels * taps).multipliedReportingOverflow(by: plane)
                guard !overflow else { throw OperatorError.limit("\(channels * taps) columns of \(plane)") }
                try withScratch(T.self, count: total) { unfolded in
                  for image in 0..<geometry.batch {
                    for channel in 0..<channels {
                      try WorkBudget.current.charge(
                        taps.saturatingMultiplied(by: plane), times: 10 * WorkBudget.Cost.step)
                      let group = image * offsetGroups + channel / (channels / offsetGroups)
                      sample(
                        source.start + (image * channels + channel) * geometry.inputPlane, geometry,
                        offsets.start + group * taps * 2 * plane, mask.map { $0.start + group * taps * plane },
                        into: unfolded + channel * taps * plane)
                    }
                    for group in 0..<groups {
                      let first = start + (image * groups + group) * geometry.filters * plane
                      for filter in 0..<geometry.filters {
                        (first + filter * plane).update(
                          repeating: bias.map { $0[group * geometry.filters + filter] } ?? 0, count: plane)
                      }
                      try T.multiply(
                        BLAS.Matrix(
                          matrix + group * geometry.filters * depth * MemoryLayout<T>.stride, rowStride: max(depth, 1)),
                        BLAS.Matrix(UnsafeRawPointer(unfolded + group * depth * plane), rowStride: plane), into: first,
                        rowStride: plane, m: geometry.filters, n: plane, k: depth, alpha: 1, beta: 1)
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /// What each kernel element finds for each output of a channel: `[KH · KW, H' · W']`.
  private func sample<T: FloatingScalar>(
    _ source: UnsafePointer<T>, _ geometry: ConvolutionGeometry, _ offsets: UnsafePointer<T>,
    _ mask: UnsafePointer<T>?, into target: UnsafeMutablePointer<T>
  ) {
    let (rows, columns, plane) = (geometry.axes.1, geometry.axes.2, geometry.outputPlane)
    func pixel(_ y: Int, _ x: Int) -> T {
      y >= 0 && y < rows.input && x >= 0 && x < columns.input ? source[y * columns.input + x] : 0
    }
    for tap in 0..<rows.kernel * columns.kernel {
      let (i, j) = (tap / columns.kernel * rows.dilation, tap % columns.kernel * columns.dilation)
      for position in 0..<plane {
        let y = T(rows.start(of: position / columns.output) + i) + offsets[tap * 2 * plane + position]
        let x = T(columns.start(of: position % columns.output) + j) + offsets[(tap * 2 + 1) * plane + position]
        var value: T = 0
        if y > -1, x > -1, y < T(rows.input), x < T(columns.input) {
          let (top, left) = (y.rounded(.down), x.rounded(.down))
          let (down, right) = (y - top, x - left)
          let (row, column) = (Int(top), Int(left))
          let above = pixel(row, column) * (1 - right) + pixel(row, column + 1) * right
          let below = pixel(row + 1, column) * (1 - right) + pixel(row + 1, column + 1) * right
          value = above * (1 - down) + below * down
        }
        target[tap * plane + position] = mask.map { value * $0[tap * plane + position] } ?? value
      }
    }
  }
}
