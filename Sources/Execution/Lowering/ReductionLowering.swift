import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

/// Reductions over any axes.
enum ReductionLowering: Lowering {
  static let operators: [any Operator.Type] = [
    ReduceSum.self, ReduceMean.self, ReduceMaximum.self, ReduceMinimum.self, ReduceL1.self, ReduceL2.self,
    ReduceSumSquare.self, ReduceLogSum.self, GlobalAveragePooling.self, GlobalMaxPooling.self,
  ]
  static let kernels: [any Kernel.Type] = [ReductionKernel.self]

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    let node = builder.graph.nodes[group.main]
    guard let shape = builder.shape(group.input), let result = builder.shape(group.output),
      builder.isFloat(group.input), builder.isFloat(group.output), builder.isSmall(shape),
      builder.constant(group.input) == nil, let axes = axes(of: node, shape, builder)
    else { return false }
    let form = ReductionCase(shape, axes, of: node.operator)
    guard form.isKnown else { return false }
    let source = try builder.contiguous(group.input)
    let target = try builder.addReduction(form, source, shape: result, builder.label(group))
    builder.plains[group.output] = target
    return true
  }

  /// The axes that go, counted from the front; `nil` if they are not known.
  private static func axes(of node: Node, _ shape: [Int], _ builder: PlanBuilder) -> Set<Int>? {
    guard let reduction = node.operator as? any Reduction else { return Set(shape.indices.dropFirst(2)) }
    var values: [Int64] = []
    if node.inputs.count > 1, let id = node.inputs[1] {
      guard let tensor = builder.constant(id), let list = try? tensor.values(as: Int64.self) else { return nil }
      values = list
    }
    if values.isEmpty { return reduction.settings.keepsEmptyAxes ? nil : Set(shape.indices) }
    let axes = values.compactMap { Int($0).normalized(rank: shape.count) }
    return axes.count == values.count ? Set(axes) : nil
  }
}

/// What is to be joined, and how.
struct ReductionCase {
  /// An axis of the input; neighbours that stay or go together are one.
  struct Axis {
    var extent: Int
    var step: Int
    var isGone: Bool
  }

  var axes: [Axis] = []
  var kind = CNN_REDUCE_SUM
  var end = CNN_REDUCED
  var factor = 1.0
  private(set) var isKnown = true

  init(_ shape: [Int], _ gone: Set<Int>, of operation: any Operator) {
    for (axis, step) in zip(shape.indices, shape.strides) where shape[axis] != 1 {
      let isGone = gone.contains(axis)
      if let last = axes.last, last.isGone == isGone {
        axes[axes.count - 1] = Axis(extent: last.extent * shape[axis], step: step, isGone: isGone)
      } else {
        axes.append(Axis(extent: shape[axis], step: step, isGone: isGone))
      }
    }
    if axes.isEmpty { axes = [Axis(extent: 1, step: 1, isGone: true)] }
    switch operation {
    case is ReduceSum: break
    case is ReduceMean, is GlobalAveragePooling: factor = 1 / Double(gone.reduce(1) { $0 * shape[$1] })
    case is ReduceMaximum, is GlobalMaxPooling: kind = CNN_REDUCE_MAXIMUM
    case is ReduceMinimum: kind = CNN_REDUCE_MINIMUM
    case is ReduceL1: kind = CNN_REDUCE_MAGNITUDES
    case is ReduceL2: (kind, end) = (CNN_REDUCE_SQUARES, CNN_REDUCED_ROOT)
    case is ReduceSumSquare: kind = CNN_REDUCE_SQUARES
    case is ReduceLogSum: end = CNN_REDUCED_LOGARITHM
    default: isKnown = false
    }
    if axes.count > 2 * Int(CNN_REDUCTION_AXES) { isKnown = false }
  }

  /// Elements of the input.
  var count: Int { axes.reduce(1) { $0 * $1.extent } }

  /// Parts that different threads can compute.
  var partCount: Int {
    let kept = axes.filter { !$0.isGone }.reduce(1) { $0 * $1.extent }
    guard let last = axes.last, !last.isGone else { return kept }
    return kept / last.extent * ((last.extent + 63) / 64)
  }

  /// The same in two steps, if many elements fall into few: the first joins parts of an axis, the second the results.
  func parted() -> (first: ReductionCase, second: ReductionCase)? {
    guard partCount < 8, count >= 1 << 16, axes.count < 2 * Int(CNN_REDUCTION_AXES),
      let longest = axes.indices.filter({ axes[$0].isGone }).max(by: { axes[$0].extent < axes[$1].extent }),
      let parts = [16, 15, 14, 12, 10, 9, 8].first(where: { axes[longest].extent % $0 == 0 })
    else { return nil }
    var (first, second) = (self, self)
    let whole = axes[longest]
    let part = whole.extent / parts
    first.axes[longest] = Axis(extent: part, step: whole.step, isGone: true)
    first.axes.insert(Axis(extent: parts, step: whole.step * part, isGone: false), at: longest)
    (first.end, first.factor) = (CNN_REDUCED, 1)
    second.axes = []
    var step = 1
    for (index, axis) in first.axes.enumerated().reversed() where !axis.isGone {
      second.axes.insert(Axis(extent: axis.extent, step: step, isGone: index == longest), at: 0)
      step *= axis.extent
    }
    if kind == CNN_REDUCE_SQUARES || kind == CNN_REDUCE_MAGNITUDES { second.kind = CNN_REDUCE_SUM }
    return (first, second)
  }
}

extension PlanBuilder {
  fileprivate mutating func addReduction(
    _ form: ReductionCase, _ source: Operand, shape: [Int], _ label: String
  ) throws -> PlainView {
    if let (first, second) = form.parted() {
      let partial = addMatrix(rows: 1, columns: second.count)
      try add(first, source, partial, label)
      return try addReduction(second, .buffer(partial.buffer), shape: shape, label)
    }
    let target = addMatrix(like: shape)
    try add(form, source, target, label)
    return target
  }

  private mutating func add(_ form: ReductionCase, _ source: Operand, _ target: PlainView, _ label: String) throws {
    guard let last = form.axes.last else { throw Unlowered.shape }
    let others = form.axes.dropLast()
    func numbers(_ isGone: Bool) -> [Int64] {
      others.filter { $0.isGone == isGone }.flatMap { [Int64($0.extent), Int64($0.step)] }
    }
    func product(_ isGone: Bool) -> Int64 {
      others.filter { $0.isGone == isGone }.reduce(1) { $0 * Int64($1.extent) }
    }
    guard max(numbers(true).count, numbers(false).count) <= 2 * Int(CNN_REDUCTION_AXES) else { throw Unlowered.shape }
    var context = cnn_reduction()
    (context.run, context.is_run_gone) = (Int64(last.extent), last.isGone ? 1 : 0)
    (context.count, context.terms) = (product(false), product(true))
    (context.kind, context.end) = (Int32(form.kind.rawValue), Int32(form.end.rawValue))
    context.factor = form.factor
    let kernel = ReductionKernel(
      context, kept: numbers(false), gone: numbers(true), source: source, target: .buffer(target.buffer))
    add(Step(kernel, label))
  }
}
