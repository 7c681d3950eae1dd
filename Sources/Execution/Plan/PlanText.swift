extension Plan {
  /// What was decided: stages first, then one line a step.
  var text: String {
    var lines = notes
    let kinds = Dictionary(grouping: steps, by: \.kernel.name).mapValues(\.count)
    lines.append("steps: " + kinds.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))
    let bytes = buffers.reduce(0) { $0 + $1.byteCount }
    lines.append(
      "memory: arena \(arenaByteCount >> 10) KiB for \(buffers.count) buffers of \(bytes >> 10) KiB, "
        + "packed constants \(packedCount / 256) KiB, scratch \(scratchCount / 256) KiB a thread")
    for (index, step) in steps.enumerated() {
      let parts = [step.kernel.name, "tasks \(step.tasks)"] + step.kernel.details
      lines.append("\(index)  \(parts.joined(separator: ", ")): \(step.label)")
    }
    return lines.map(\.printable).joined(separator: "\n")
  }
}
