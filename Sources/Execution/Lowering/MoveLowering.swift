import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

/// Row-major tensors in another order: axes exchanged, repeated, taken one by one, or blocks and channels exchanged.
enum MoveLowering: Lowering {
  static let operators: [any Operator.Type] = [
    Transpose.self, Expand.self, Tile.self, Gather.self, DepthToSpace.self, SpaceToDepth.self,
  ]
  static let kernels: [any Kernel.Type] = [MoveKernel.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    guard let input = builder.shape(group.input), let output = builder.shape(group.output),
      builder.isSmall(input), builder.isSmall(output), builder.hasConstantSettings(node),
      let (axes, start) = try move(node, input, output, builder)
    else { return false }
    return try builder.addMove(axes, start: start, group.input, group.output, builder.label(group))
  }

  private typealias Axis = MoveKernel.Axis

  /// How the result's numbers lie in the input; `nil` if they follow no such order.
  private static func move(
    _ node: Node, _ input: [Int], _ output: [Int], _ builder: PlanBuilder
  ) throws -> (axes: [Axis], start: Int)? {
    let strides = input.strides
    switch node.operator {
    case let operation as Transpose:
      return (try operation.order(ofRank: input.count).map { Axis(extent: input[$0], from: strides[$0]) }, 0)
    case is Expand:
      // A missing axis is one of 1, and one of 1 is repeated.
      let missing = output.count - input.count
      return (
        output.indices.map { axis in
          let own = axis - missing
          return Axis(extent: output[axis], from: own < 0 || input[own] == 1 ? 0 : strides[own])
        }, 0
      )
    case is Tile:
      return (
        zip(input, zip(output, strides)).flatMap { extent, rest in
          [Axis(extent: rest.0 / extent, from: 0), Axis(extent: extent, from: rest.1)]
        }, 0
      )
    case let operation as Gather:
      let axis = operation.axis < 0 ? operation.axis + input.count : operation.axis
      guard input.indices.contains(axis), let tensor = builder.constant(node.inputs[1]),
        let indices = try? tensor.values(as: Int64.self).map({ Int($0) < 0 ? Int($0) + input[axis] : Int($0) }),
        let first = indices.first, indices.allSatisfy(input[axis].contains)
      else { return nil }
      // Others than equal steps are a list, which this kernel has not.
      let step = indices.count > 1 ? indices[1] - first : 1
      guard indices.enumerated().allSatisfy({ $1 == first + $0 * step }) else { return nil }
      var axes = zip(input, strides).map { Axis(extent: $0, from: $1) }
      axes[axis] = Axis(extent: indices.count, from: step * strides[axis])
      return (axes, first * strides[axis])
    case let operation as DepthToSpace:
      guard input.count == 4 else { return nil }
      let (side, channels) = (operation.blockSize, input[1] / (operation.blockSize * operation.blockSize))
      let isDepthFirst = operation.order == .depthFirst
      let channel = Axis(extent: channels, from: (isDepthFirst ? 1 : side * side) * strides[1])
      let row = Axis(extent: side, from: (isDepthFirst ? channels * side : side) * strides[1])
      let column = Axis(extent: side, from: (isDepthFirst ? channels : 1) * strides[1])
      let (height, width) = (Axis(extent: input[2], from: strides[2]), Axis(extent: input[3], from: 1))
      return ([Axis(extent: input[0], from: strides[0]), channel, height, row, width, column], 0)
    case let operation as SpaceToDepth:
      guard input.count == 4 else { return nil }
      let side = operation.blockSize
      let channel = Axis(extent: input[1], from: strides[1])
      let block = [Axis(extent: side, from: strides[2]), Axis(extent: side, from: 1)]
      return (
        [Axis(extent: input[0], from: strides[0])]
          + (operation.order == .depthFirst ? block + [channel] : [channel] + block) + [
            Axis(extent: input[2] / side, from: side * strides[2]), Axis(extent: input[3] / side, from: side),
          ], 0
      )
    default: return nil
    }
  }
}

extension Int {
  fileprivate func contains(_ index: Int) -> Bool { index >= 0 && index < self }
}

extension PlanBuilder {
  /// Makes a row-major value of another one's numbers.
  /// - Returns: false if it is no tensor of single precision, or has too many axes.
  mutating func addMove(
    _ axes: [MoveKernel.Axis], start: Int, _ input: ValueID, _ output: ValueID, _ label: String
  ) throws -> Bool {
    guard isFloat(input), let from = shape(input), isSmall(from), let to = shape(output), isSmall(to),
      axes.reduce(1, { $0 * $1.extent }) == to.reduce(1, *), let context = MoveKernel.context(axes, start: start)
    else { return false }
    let source = try wholeOperand(input)
    let target = addMatrix(rows: to.first ?? 1, columns: to.dropFirst().reduce(1, *))
    add(Step(MoveKernel(context, source: source, target: .buffer(target.buffer)), label))
    plains[output] = target
    return true
  }
}
