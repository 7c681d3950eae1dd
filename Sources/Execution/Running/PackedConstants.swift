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

  /// Numbers in a mapped file, which are only read; `nil` if they do not lie within it.
  /// - Parameter offset: bytes from the file's beginning, a multiple of 64.
  init?(_ file: MappedFile, offset: Int, count: Int) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: 4)
    guard !overflow, count >= 0, offset >= 0, offset % 64 == 0, offset <= file.byteCount,
      bytes <= file.byteCount - offset, let base = file.withBytes({ $0.baseAddress })
    else { return nil }
    owner = .file(file)
    start = UnsafeMutableRawPointer(mutating: base + offset).assumingMemoryBound(to: Float.self)
    self.count = count
  }

  /// A copy of numbers.
  init(copying bytes: UnsafeRawBufferPointer) throws {
    let memory = try AlignedMemory(byteCount: bytes.count)
    UnsafeMutableRawBufferPointer(start: memory.start, count: bytes.count).copyMemory(from: bytes)
    (owner, start, count) = (.memory(memory), memory.floats, bytes.count / MemoryLayout<Float>.stride)
  }

  /// Packs on all threads of a pool.
  init(_ plan: Plan, on pool: ThreadPool) throws {
    let memory = try AlignedMemory(byteCount: plan.packedCount * MemoryLayout<Float>.stride)
    owner = .memory(memory)
    (start, count) = (memory.floats, plan.packedCount)
    var work = PackingSteps()
    for constant in plan.packing { try constant.packing.pack(to: start + constant.offset, &work) }
    var scratch = [UnsafeMutablePointer<Float>?](repeating: nil, count: pool.count)
    let budget = WorkBudget.current
    let code = withExtendedLifetime((plan, work)) {
      work.steps.withUnsafeBufferPointer { pool.run($0, scratch: &scratch, within: budget) }
    }
    if code != 0 { try budget.check() }
  }
}
