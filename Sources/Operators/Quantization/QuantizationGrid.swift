import CNNGraphs
import CNNTensors

extension InferenceContext {
  /// Asks for a scale and a zero point, inputs 1 and 2, that fit the data.
  package func requireGrid(axis: Int, block: Int) throws {
    if let count = elementCount(1) { try require(2, count: .fixed(count)) }
    guard let data = shape(0), let count = elementCount(1), count != 1 else { return }
    let position = try axis.axis(ofRank: data.count)
    guard block > 0 else { return try require(1, shape: [data[position]]) }
    var expected = data
    expected[position] = data[position].value.map { .fixed($0 / block + ($0 % block == 0 ? 0 : 1)) } ?? .unknown
    try require(1, shape: expected)
  }
}

/// Which scale and zero point belong to an element: one for all, one for each index along an axis, or one for each
/// block of indices along an axis.
package struct QuantizationGrid: Sendable {
  private let outer: Int
  private let extent: Int
  private let inner: Int
  private let block: Int
  private let blocks: Int
  private let isUniform: Bool

  /// - Parameters:
  ///   - shape: the data's shape.
  ///   - scale: the scale's shape: one element, `[extent of the axis]`, or the data's shape with blocks along the axis.
  package init(_ shape: [Int], scale: [Int], axis: Int, block: Int) throws {
    isUniform = try Tensor.elementCount(of: scale) == 1
    guard !isUniform else {
      (outer, extent, inner, self.block, blocks) = (1, try Tensor.elementCount(of: shape), 1, .max, 1)
      return
    }
    let axis = try axis.axis(ofRank: shape.count)
    outer = shape[..<axis].reduce(1, *)
    extent = shape[axis]
    inner = shape[(axis + 1)...].reduce(1, *)
    self.block = max(block, 1)
    blocks = extent / self.block + (extent % self.block == 0 ? 0 : 1)
    var expected = shape
    expected[axis] = blocks
    guard block == 0 ? scale == [extent] : scale == expected else {
      throw OperatorError.invalid("scale of shape \(scale) for data of shape \(shape) along axis \(axis)")
    }
    isBlocked = block != 0
  }

  private var isBlocked = false

  /// Calls `body` for each run of elements: where it starts, its length, where its scale lies, and the scale's step.
  @inline(never)
  package func forEachRun(_ body: (_ start: Int, _ length: Int, _ scale: Int, _ step: Int) -> Void) {
    guard !isUniform else { return body(0, extent, 0, 0) }
    for row in 0..<outer {
      for index in 0..<extent {
        let start = (row * extent + index) * inner
        if isBlocked {
          body(start, inner, (row * blocks + index / block) * inner, 1)
        } else {
          body(start, inner, index, 0)
        }
      }
    }
  }
}
