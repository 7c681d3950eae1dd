import CNNGraphs
import CNNTensors

/// The sizes of a pooling of `[N, C, D…]`, checked, and a way to run through its windows.
package struct PoolingGeometry: Sendable {
  /// Channels of the whole batch, each pooled by itself.
  package let planes: Int
  /// The spatial axes as the operator has them.
  package let spatialAxes: [WindowAxis]
  package let outputShape: [Int]
  private let first: WindowAxis
  private let second: WindowAxis
  private let third: WindowAxis

  /// The spatial axes, three of them.
  package var axes: (WindowAxis, WindowAxis, WindowAxis) { (first, second, third) }
  /// Elements of one input channel.
  package var inputPlane: Int { first.input * second.input * third.input }
  /// Elements of one output channel.
  package var outputPlane: Int { first.output * second.output * third.output }

  /// - Throws: ``OperatorError`` if the window does not fit the input.
  package init(input: [Int], window: SpatialWindow) throws {
    guard input.count >= 3 else { throw OperatorError.rank(input: 0, expected: "3 or more", found: input.count) }
    spatialAxes = try window.axes(over: Array(input[2...]))
    guard let three = spatialAxes.three else {
      throw OperatorError.unsupported("pooling over \(spatialAxes.count) spatial axes")
    }
    (first, second, third) = three
    planes = input[0] * input[1]
    outputShape = Array(input[..<2]) + spatialAxes.map(\.output)
    _ = try Tensor.elementCount(of: outputShape)
  }

  /// The output's shape as far as it is known.
  package static func infer(_ input: [Dimension]?, window: SpatialWindow) throws -> [Dimension]? {
    guard let rank = input?.count ?? window.kernel.map({ $0.count + 2 }) else { return nil }
    guard rank >= 3 else { throw OperatorError.rank(input: 0, expected: "3 or more", found: rank) }
    let shape = input ?? Array(repeating: .unknown, count: rank)
    return Array(shape[..<2]) + (try window.outputs(over: Array(shape[2...]), weights: nil))
  }

  /// How many elements all windows of a channel have.
  private var planeWork: Int {
    [first.kernel, second.kernel, third.kernel].reduce(outputPlane) { $0.saturatingMultiplied(by: $1) }
  }

  /// Joins the elements of each window of a channel: `combine(… combine(initial, a), b …)`.
  @inline(__always)
  package func fold<T>(
    _ source: UnsafePointer<T>, into target: UnsafeMutablePointer<T>, from initial: T, _ combine: (T, T) -> T
  ) throws {
    let budget = WorkBudget.current
    try budget.charge(planeWork, times: WorkBudget.Cost.step)
    let taps = third.usedTaps
    let ranges = taps.map { third.outputs(reading: $0) }
    let stride = third.stride
    var row = target
    for z in 0..<first.output {
      for y in 0..<second.output {
        try budget.check()
        row.update(repeating: initial, count: third.output)
        for i in first.taps(of: z) {
          for j in second.taps(of: y) {
            let line =
              source
              + ((first.start(of: z) + i * first.dilation) * second.input + second.start(of: y)
                + j * second.dilation) * third.input - third.padBegin
            for (position, k) in taps.enumerated() {
              let from = line + k * third.dilation
              if stride == 1 {
                for x in ranges[position] { row[x] = combine(row[x], from[x]) }
              } else {
                for x in ranges[position] { row[x] = combine(row[x], from[x * stride]) }
              }
            }
          }
        }
        row += third.output
      }
    }
  }

  /// Calls `body` for each output of a channel with its position and its window's part inside the input.
  @inline(__always)
  package func forEachWindow(
    _ body: (_ position: Int, _ z: StrideRange, _ y: StrideRange, _ x: StrideRange) throws -> Void
  ) throws {
    let budget = WorkBudget.current
    try budget.charge(planeWork, times: WorkBudget.Cost.step)
    var position = 0
    for z in 0..<first.output {
      let rangeZ = StrideRange(first, z)
      for y in 0..<second.output {
        let rangeY = StrideRange(second, y)
        for x in 0..<third.output {
          try budget.check()
          try body(position, rangeZ, rangeY, StrideRange(third, x))
          position += 1
        }
      }
    }
  }

  /// Some equally spaced input positions along one axis.
  package struct StrideRange {
    package let start: Int
    package let step: Int
    package let count: Int

    @inline(__always)
    init(_ axis: WindowAxis, _ output: Int) {
      let taps = axis.taps(of: output)
      start = axis.start(of: output) + taps.lowerBound * axis.dilation
      step = axis.dilation
      count = taps.count
    }
  }
}
