import CNNGraphs
import CNNTensors

/// The sizes of a convolution of `[N, C, D…]` by weights `[M, C / groups, K…]` to `[N, M, D'…]`, checked.
package struct ConvolutionGeometry: Sendable {
  package let batch: Int
  package let groups: Int
  /// Input channels of a group.
  package let channels: Int
  /// Output channels of a group.
  package let filters: Int
  /// The spatial axes, three of them.
  package let axes: (WindowAxis, WindowAxis, WindowAxis)
  package let outputShape: [Int]

  /// Products summed up for one output.
  package var depth: Int { channels * axes.0.kernel * axes.1.kernel * axes.2.kernel }
  /// Elements of one input channel.
  package var inputPlane: Int { axes.0.input * axes.1.input * axes.2.input }
  /// Elements of one output channel.
  package var outputPlane: Int { axes.0.output * axes.1.output * axes.2.output }

  /// - Throws: ``OperatorError`` if the shapes do not fit together.
  package init(input: [Int], weights: [Int], groups: Int, window: SpatialWindow) throws {
    guard input.count >= 3 else { throw OperatorError.rank(input: 0, expected: "3 or more", found: input.count) }
    guard weights.count == input.count else {
      throw OperatorError.rank(input: 1, expected: "\(input.count)", found: weights.count)
    }
    guard groups > 0, weights[0] % groups == 0 else {
      throw OperatorError.invalid("\(weights[0]) filters do not fall into \(groups) groups")
    }
    guard input[1] % groups == 0, input[1] / groups == weights[1] else {
      throw OperatorError.invalid(
        "\(weights[1].multipliedReportingOverflow(by: groups).partialValue) input channels expected, \(input[1]) found")
    }
    let axes = try window.axes(over: Array(input[2...]), weights: Array(weights[2...]))
    guard let three = axes.three else {
      throw OperatorError.unsupported("a convolution over \(axes.count) spatial axes")
    }
    self.axes = three
    self.groups = groups
    (batch, channels, filters) = (input[0], weights[1], weights[0] / groups)
    outputShape = [input[0], weights[0]] + axes.map(\.output)
    _ = try Tensor.elementCount(of: outputShape)
  }

  /// The output's shape as far as it is known.
  package static func infer(
    input: [Dimension]?, weights: [Dimension]?, groups: Int, window: SpatialWindow
  ) throws -> [Dimension]? {
    guard let rank = input?.count ?? weights?.count ?? window.kernel.map({ $0.count + 2 }) else { return nil }
    guard rank >= 3 else { throw OperatorError.rank(input: 0, expected: "3 or more", found: rank) }
    if let weights {
      guard weights.count == rank else { throw OperatorError.rank(input: 1, expected: "\(rank)", found: weights.count) }
      if case .fixed(let filters) = weights[0], groups < 1 || filters % groups != 0 {
        throw OperatorError.invalid("\(filters) filters do not fall into \(groups) groups")
      }
      if let input, case .fixed(let found) = input[1], case .fixed(let each) = weights[1] {
        guard groups > 0, found % groups == 0, found / groups == each else {
          throw OperatorError.invalid(
            "\(each.multipliedReportingOverflow(by: groups).partialValue) input channels expected, \(found) found")
        }
      }
    }
    let kernel = weights.flatMap { TensorType(nil, Array($0[2...])).fixedShape }
    let extents = input.map { Array($0[2...]) } ?? Array(repeating: .unknown, count: rank - 2)
    return [input?[0] ?? .unknown, weights?[0] ?? .unknown] + (try window.outputs(over: extents, weights: kernel))
  }

  /// The count of the weights that one output sums over times the outputs.
  package static func multiplyAccumulates(weights: ValueType?, output: ValueType?) -> Int? {
    guard let weights = weights?.tensor?.fixedShape, let output = output?.tensor?.fixedShape, weights.count > 1,
      let depth = try? Tensor.elementCount(of: Array(weights[1...])), let count = try? Tensor.elementCount(of: output)
    else { return nil }
    let (product, overflow) = depth.multipliedReportingOverflow(by: count)
    return overflow ? nil : product
  }
}
