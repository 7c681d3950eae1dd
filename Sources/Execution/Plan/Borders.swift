import CKernels

extension Plan {
  /// Gives each buffer the border that its readers reach into, and puts in front of the step that writes it one that
  /// clears the border.
  mutating func assignBorders() {
    for step in steps {
      guard let reach = step.reach else { continue }
      for plane in step.input {
        buffers[plane.buffer].border = buffers[plane.buffer].border.union(
          step.border(reach, over: buffers[plane.buffer]))
      }
    }
    var cleared: Set<Int> = []
    var result: [Step] = []
    for step in steps {
      for buffer in step.writtenBuffers.sorted() where !buffers[buffer].border.isEmpty {
        guard cleared.insert(buffer).inserted else { continue }
        result.append(borderStep(buffer))
      }
      result.append(step)
    }
    steps = result
  }

  private func borderStep(_ index: Int) -> Step {
    let buffer = buffers[index]
    var context = cnn_border()
    context.blocks = Int32(buffer.planes)
    (context.images, context.height, context.width) = (
      Int32(buffer.images), Int32(buffer.height), Int32(buffer.width)
    )
    (context.top, context.left) = (Int32(buffer.border.top), Int32(buffer.border.left))
    (context.bottom, context.right) = (Int32(buffer.border.bottom), Int32(buffer.border.right))
    context.lanes = Int32(buffer.lanes)
    var step = Step(.border(context), "border of buffer \(index)")
    step.output = (0..<buffer.planes).map { PlaneReference(buffer: index, plane: $0) }
    return step
  }
}

extension Step {
  /// A window that is read without regard to the image's edges.
  struct Reach {
    var kernel: (Int, Int)
    var stride: (Int, Int)
    var dilation: (Int, Int)
    var pad: (Int, Int)
    var output: (Int, Int)
  }

  var reach: Reach? {
    switch kernel {
    case .convolution(let c):
      Reach(
        kernel: (Int(c.kernel_height), Int(c.kernel_width)), stride: (Int(c.stride_height), Int(c.stride_width)),
        dilation: (Int(c.dilation_height), Int(c.dilation_width)), pad: (Int(c.pad_top), Int(c.pad_left)),
        output: (Int(c.height), Int(c.width)))
    case .depthwise(let c):
      Reach(
        kernel: (Int(c.kernel_height), Int(c.kernel_width)), stride: (Int(c.stride_height), Int(c.stride_width)),
        dilation: (Int(c.dilation_height), Int(c.dilation_width)), pad: (Int(c.pad_top), Int(c.pad_left)),
        output: (Int(c.height), Int(c.width)))
    default: nil
    }
  }

  /// How far windows reach over an image's edges.
  func border(_ reach: Reach, over image: Buffer) -> Buffer.Border {
    func end(_ output: Int, _ stride: Int, _ kernel: Int, _ dilation: Int, _ pad: Int, _ extent: Int) -> Int {
      max(0, (output - 1) * stride + (kernel - 1) * dilation - pad - (extent - 1))
    }
    return Buffer.Border(
      top: reach.pad.0, left: reach.pad.1,
      bottom: end(
        reach.output.0, reach.stride.0, reach.kernel.0, reach.dilation.0, reach.pad.0, image.height),
      right: end(reach.output.1, reach.stride.1, reach.kernel.1, reach.dilation.1, reach.pad.1, image.width))
  }
}
