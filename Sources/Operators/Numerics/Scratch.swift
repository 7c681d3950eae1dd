import CNNTensors

/// Runs `body` with memory for `count` elements, charged to the budget and given back afterwards.
@inline(__always)
package func withScratch<T: BitwiseCopyable, R>(
  _: T.Type, count: Int, _ body: (UnsafeMutablePointer<T>) throws -> R
) throws -> R {
  let (bytes, overflow) = max(count, 1).multipliedReportingOverflow(by: MemoryLayout<T>.stride)
  guard !overflow else { throw TensorError.tooLarge([count], .int8) }
  var result: R?
  _ = try Storage(byteCount: bytes) { memory in
    guard let start = memory.baseAddress else { return }
    result = try body(start.bindMemory(to: T.self, capacity: max(count, 1)))
  }
  guard let result else { throw TensorError.tooLarge([count], .int8) }
  return result
}
