import CNNTensors

/// How the elements of a tensor fall together when some of its axes are reduced.
package struct ReductionPlan: Sendable {
  /// The result's shape.
  package let shape: [Int]
  /// How many elements fall into one.
  package let count: Int
  /// The input's shape with neighbouring axes joined that are both kept or both reduced, and axes of extent 1 left out.
  private let extents: [(extent: Int, isReduced: Bool)]

  /// A plan for axes counted from the front.
  package init(_ shape: [Int], axes: Set<Int>, keepsAxes: Bool) {
    self.shape = shape.indices.compactMap { axes.contains($0) ? (keepsAxes ? 1 : nil) : shape[$0] }
    count = axes.reduce(1) { $0 * shape[$1] }
    var extents: [(extent: Int, isReduced: Bool)] = []
    for (axis, extent) in shape.enumerated() where extent != 1 {
      let isReduced = axes.contains(axis)
      if let last = extents.last, last.isReduced == isReduced {
        extents[extents.count - 1].extent *= extent
      } else {
        extents.append((extent, isReduced))
      }
    }
    self.extents = extents
  }

  /// Calls `body` for each run of neighbouring elements, in the input's order: where it starts in the input, where in the
  /// result, and its length; a reduced run falls into one element of the result, a kept one into as many as it has.
  @inline(never)
  package func forEachRun(_ body: (_ input: Int, _ output: Int, _ length: Int, _ isReduced: Bool) -> Void) {
    guard !extents.contains(where: { $0.extent == 0 }) else { return }
    guard let last = extents.last else { return body(0, 0, 1, false) }
    let outer = extents.count - 1
    var steps = [Int](repeating: 0, count: outer)
    var step = last.isReduced ? 1 : last.extent
    for axis in (0..<outer).reversed() where !extents[axis].isReduced {
      steps[axis] = step
      step *= extents[axis].extent
    }
    var position = [Int](repeating: 0, count: outer)
    var (input, output) = (0, 0)
    while true {
      body(input, output, last.extent, last.isReduced)
      input += last.extent
      var axis = outer - 1
      while axis >= 0 {
        position[axis] += 1
        output += steps[axis]
        if position[axis] < extents[axis].extent { break }
        output -= steps[axis] * extents[axis].extent
        position[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}
