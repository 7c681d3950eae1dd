import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

/// Changes of an image's height and width, by any way of interpolating.
enum ResampleLowering: Lowering {
  static let operators: [any Operator.Type] = [Resize.self, Upsample.self]
  static let kernels: [any Kernel.Type] = [ResampleKernel.self]

  /// Neighbours of a pixel beyond which a product with the antialiasing filter is left to the reference path.
  private static let mostTaps = 64

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    guard builder.hasConstantSettings(node), let input = builder.windowedImage(group.input),
      let output = builder.windowedImage(group.output), input.images == output.images,
      input.channels == output.channels, let (resampling, axes) = try? axes(node, input.extents, builder)
    else { return false }
    var taps = zip(input.extents, output.extents).map { extent, _ in
      Resampling.Taps?.some(.init(identity: extent))
    }
    for axis in axes { taps[axis.index] = resampling.taps(axis) }
    // Images and channels stay as they are.
    guard taps.allSatisfy({ $0 != nil }), taps[..<2].allSatisfy({ $0?.isIdentity == true }) else { return false }
    let spatial = taps[2...].compactMap(\.self)
    guard spatial.allSatisfy({ $0.count <= mostTaps }), spatial.map(\.extent) == output.spatial, spatial.count <= 2,
      let columns = spatial.last
    else { return false }
    let rows = spatial.count == 2 ? spatial[0] : .init(identity: 1)
    var context = cnn_resample()
    (context.images, context.input_width) = (Int32(input.images), Int32(input.width))
    (context.height, context.width) = (Int32(output.height), Int32(output.width))
    let label = builder.label(group)
    let planes = try builder.alignedView(builder.view(group.input), "gather for \(label)")
    context.blocks = Int32(planes.count)
    let target = builder.addImage(output)
    let kernel = ResampleKernel(
      context, input: planes, inputHeight: input.height, output: builder.planes(of: target), rows: .init(rows),
      columns: .init(columns))
    builder.add(Step(kernel, label))
    builder.views[group.output] = target
    return true
  }

  private static func axes(
    _ node: Node, _ shape: [Int], _ builder: PlanBuilder
  ) throws -> (Resampling, [Resampling.Axis]) {
    func constant(_ index: Int) -> Tensor? { index < node.inputs.count ? builder.constant(node.inputs[index]) : nil }
    switch node.operator {
    case let resize as Resize:
      let scales = constant(resize.takesOnlyScales ? 1 : 2)
      return (
        resize.resampling,
        try resize.resampledAxes(
          of: shape, scales: scales, sizes: resize.takesOnlyScales ? nil : constant(3), region: constant(1))
      )
    case let upsample as Upsample:
      guard let scales = constant(1) else { throw Unlowered.shape }
      return (upsample.resampling, try upsample.resampledAxes(of: shape, scales: scales))
    default: throw Unlowered.shape
    }
  }
}

extension Resampling.Taps {
  /// An axis that stays as it is.
  fileprivate init(identity extent: Int) {
    self.init(count: 1, indices: Array(0..<extent), weights: [Double](repeating: 1, count: extent))
  }

  fileprivate var isIdentity: Bool { count == 1 && indices == Array(0..<indices.count) }

  /// Elements after the change.
  fileprivate var extent: Int { indices.count / count }
}

extension ResampleKernel.Taps {
  fileprivate init(_ taps: Resampling.Taps) {
    self.init(count: taps.count, indices: taps.indices.map { Int32($0) }, weights: taps.weights.map { Float($0) })
  }
}
