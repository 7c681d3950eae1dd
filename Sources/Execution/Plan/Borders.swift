extension Plan {
  /// Gives each buffer the border that its readers reach into, and puts in front of the step that writes it one that
  /// clears the border.
  mutating func assignBorders() {
    for step in steps {
      guard let reach = step.kernel.reach else { continue }
      for plane in step.kernel.reachedPlanes {
        let border = reach.border(over: buffers[plane.buffer])
        buffers[plane.buffer].border = buffers[plane.buffer].border.union(border)
      }
    }
    var cleared: Set<Int> = []
    var result: [Step] = []
    for step in steps {
      for index in BufferAccesses(step.kernel).writes.sorted() where !buffers[index].border.isEmpty {
        guard cleared.insert(index).inserted else { continue }
        result.append(Step(BorderKernel(of: buffers[index], index), "border of buffer \(index)"))
      }
      result.append(step)
    }
    steps = result
  }
}
