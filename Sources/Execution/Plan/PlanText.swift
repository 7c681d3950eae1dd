import CKernels

extension Step {
  /// The kind of kernel in a word or two.
  var kernelName: String {
    switch kernel {
    case .convolution(let c):
      if scale != nil {
        "1x1 after prologue"
      } else if c.kernel_height == 1, c.kernel_width == 1 {
        "1x1"
      } else {
        "direct"
      }
    case .winogradInput: "winograd input"
    case .winograd: "winograd"
    case .depthwise: "depthwise"
    case .pooling(let c): c.is_average == 0 ? "max pooling" : "average pooling"
    case .globalPooling: "global pooling"
    case .elementwise: "elementwise"
    case .gather: "gather"
    case .pack: "pack"
    case .unpack: "unpack"
    case .frame: "frame"
    case .border: "border"
    case .normalization: "lrn"
    case .linear: "linear"
    case .softmax: "softmax"
    case .reference: "reference"
    }
  }
}

extension Plan {
  /// What was decided: stages first, then one line a step.
  var text: String {
    var lines = notes
    let kinds = Dictionary(grouping: steps, by: \.kernelName).mapValues(\.count)
    lines.append("steps: " + kinds.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))
    let bytes = buffers.reduce(0) { $0 + $1.count * 4 }
    lines.append(
      "memory: arena \(arenaCount / 256) KiB for \(buffers.count) buffers of \(bytes >> 10) KiB, "
        + "packed constants \(packedCount / 256) KiB, scratch \(scratchCount / 256) KiB a thread")
    for (index, step) in steps.enumerated() { lines.append("\(index)  \(step.line(buffers))") }
    return lines.joined(separator: "\n")
  }
}

extension Step {
  fileprivate func line(_ buffers: [Buffer]) -> String {
    var parts = [kernelName, "tasks \(tasks)"]
    switch kernel {
    case .convolution(let c):
      parts.append("\(c.group_inputs)→\(c.output_blocks) blocks, \(c.width)×\(c.height)")
      parts.append("band \(c.band), span \(c.span)")
      if !c.activation.isIdentity { parts.append(c.activation.name) }
    case .winograd(let c):
      parts.append("\(c.group_inputs)→\(c.output_blocks) blocks, \(c.width)×\(c.height)")
      parts.append(
        "tiles \(c.tiles), span \(c.span)" + (c.expands != 0 ? ", expands" : "") + (source != nil ? ", shared" : ""))
    default: break
    }
    if !second.isEmpty { parts.append("second operand") }
    return parts.joined(separator: ", ") + ": " + label
  }
}
