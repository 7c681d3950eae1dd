/// Some outputs of one row, and what they read of a plane at one tap of the window.
package struct WindowRun {
  /// The number of outputs.
  package let count: Int
  /// Those whose tap lies inside the input, counted from the run's first.
  package let inside: Range<Int>
  /// Where in the plane the first output's tap lies; each next one lies a stride of the last axis further on.
  package let start: Int
}

extension WindowRun {
  /// Calls `body` for the outputs `range` of a channel at each tap of the window, row by row: the order of a matrix
  /// `[taps, range.count]`.
  @inline(__always)
  package static func forEach(
    of range: Range<Int>, along axes: (WindowAxis, WindowAxis, WindowAxis), _ body: (WindowRun) -> Void
  ) {
    let (first, second, third) = axes
    let width = third.output
    for i in 0..<first.kernel {
      for j in 0..<second.kernel {
        for k in 0..<third.kernel {
          let reading = third.outputs(reading: k)
          let shift = k * third.dilation - third.padBegin
          var position = range.lowerBound
          while position < range.upperBound {
            let row = position / width
            let start = position - row * width
            let end = min(width, start + range.upperBound - position)
            let z = first.start(of: row / second.output) + i * first.dilation
            let y = second.start(of: row % second.output) + j * second.dilation
            var inside = 0..<0
            if z >= 0 && z < first.input && y >= 0 && y < second.input {
              let lower = min(max(reading.lowerBound, start), end)
              inside = lower - start..<max(lower, min(reading.upperBound, end)) - start
            }
            let line = (z * second.input + y) * third.input + shift
            body(WindowRun(count: end - start, inside: inside, start: line + start * third.stride))
            position += end - start
          }
        }
      }
    }
  }
}
