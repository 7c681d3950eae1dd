import CNNGraphs
import CNNTensors

/// Which scale and zero point belong to an element: one for all, one for each place along an axis, or one for each block
/// of places along an axis.
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
    let place = try axis.axis(ofRank: shape.count)
    outer = shape[..<place].reduce(1, *)
    extent = shape[place]
    inner = shape[(place + 1)...].reduce(1, *)
    self.block = max(block, 1)
    blocks = extent / self.block + (extent % self.block == 0 ? 0 : 1)
    var expected = shape
    expected[place] = blocks
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
      for place in 0..<extent {
        let start = (row * extent + place) * inner
        if isBlocked {
          body(start, inner, (row * blocks + place / block) * inner, 1)
        } else {
          body(start, inner, place, 0)
        }
      }
    }
  }
}
