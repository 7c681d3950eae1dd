import CKernels
import CNNTensors

/// Weights in the forms that kernels read, made once for a plan.
final class PackedConstants: Sendable {
  private enum Owner: Sendable {
    case memory(AlignedMemory)
    case file(MappedFile)
  }
  private let owner: Owner
  nonisolated(unsafe) let start: UnsafeMutablePointer<Float>
  let count: Int

  /// Numbers in a mapped file, which are only read.
  /// - Parameter offset: bytes from the file's beginning, a multiple of 64.
  init(_ file: MappedFile, offset: Int, count: Int) throws {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: 4)
    guard !overflow, count >= 0, offset >= 0, offset % 64 == 0, offset <= file.byteCount,
      bytes <= file.byteCount - offset, let base = file.withBytes({ $0.baseAddress })
    else { throw ByteReader.Malformed() }
    owner = .file(file)
    start = UnsafeMutableRawPointer(mutating: base + offset).assumingMemoryBound(to: Float.self)
    self.count = count
  }

  /// Packs on all threads of a pool.
  init(_ plan: Plan, on pool: ThreadPool) throws {
    let memory = try AlignedMemory(count: plan.packedCount)
    owner = .memory(memory)
    (start, count) = (memory.start, plan.packedCount)
    let contexts = ContextMemory()
    var steps: [cnn_step] = []
    for job in plan.packing {
      switch job {
      case .floats(let values, let place): for (index, value) in values.enumerated() { start[place + index] = value }
      case .convolution(let form, let place):
        form.weights.withBytes { bytes in
          let context = cnn_convolution_packing(
            weights: bytes.baseAddress, filters: contexts.copy(form.filters), channels: contexts.copy(form.channels),
            packed: start + place, group_filters: Int32(form.groupFilters),
            group_channels: Int32(form.groupChannels), group_inputs: Int32(form.groupInputs),
            group_outputs: Int32(form.groupOutputs), output_blocks: Int32(form.filters.count / 16),
            lanes: Int32(form.lanes), taps: Int32(form.taps))
          steps.append(
            cnn_step(
              run: cnn_pack_convolution, context: contexts.copy(context), tasks: Int64(form.filters.count / 16),
              call: nil, argument: nil))
        }
      case .winograd(let form, let place):
        form.weights.withBytes { bytes in
          let context = cnn_winograd_packing(
            weights: bytes.baseAddress, packed: start + place, filters: Int32(form.filters),
            group_channels: Int32(form.groupChannels), group_inputs: Int32(form.groupInputs),
            group_outputs: Int32(form.groupOutputs), output_blocks: Int32(form.outputBlocks),
            expands: form.expands ? 1 : 0)
          steps.append(
            cnn_step(
              run: cnn_pack_winograd, context: contexts.copy(context), tasks: Int64(form.outputBlocks), call: nil,
              argument: nil))
        }
      case .depthwise(let weights, let lanes, let taps, let place):
        try weights.withElements(as: Float.self) { values in
          for (index, filter) in lanes.enumerated() {
            let block = place + index / 16 * taps * 16 + index % 16
            for tap in 0..<taps { start[block + tap * 16] = filter < 0 ? 0 : values[Int(filter) * taps + tap] }
          }
        }
      }
    }
    var scratch = [UnsafeMutablePointer<Float>?](repeating: nil, count: pool.count)
    _ = withExtendedLifetime(plan) { steps.withUnsafeBufferPointer { pool.run($0, scratch: &scratch) } }
  }
}

/// Memory for C structures and arrays that refer to one another.
final class ContextMemory {
  private var blocks: [UnsafeMutableRawPointer] = []

  func copy<T: BitwiseCopyable>(_ values: [T]) -> UnsafeMutablePointer<T> {
    let memory = UnsafeMutablePointer<T>.allocate(capacity: max(1, values.count))
    memory.initialize(from: values, count: values.count)
    blocks.append(UnsafeMutableRawPointer(memory))
    return memory
  }

  func copy<T: BitwiseCopyable>(_ value: T) -> UnsafeMutablePointer<T> { copy([value]) }

  deinit { for block in blocks { block.deallocate() } }
}
