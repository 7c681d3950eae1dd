import CImageCodecs
import CNNTensors

/// The weights of one pass of a resize: for each new pixel along an axis, those that it is made of.
struct ResizingFilter {
  private var first: [Int32]
  private var taps: [Int32]
  private var weights: [Int32]
  private let stride: Int
  private let charge: MemoryCharge
  /// The source pixels that are needed.
  let sources: Range<Int>

  /// Makes the weights for the new pixels in `range` of `target`.
  init(_ filter: Int32, source: Int, target: Int, range: Range<Int>) throws {
    let stride = picture_filter_stride(filter, source, target)
    let (size, overflow) = range.count.multipliedReportingOverflow(by: stride)
    guard !overflow else { throw TensorError.tooLarge([range.count, stride], .int32) }
    charge = try MemoryCharge(size.saturatingMultiplied(by: 4).saturatingAdded(to: 8 * (range.count + stride)))
    try WorkBudget.current.charge(size, times: WorkBudget.Cost.step)
    first = [Int32](repeating: 0, count: range.count)
    taps = first
    weights = [Int32](repeating: 0, count: size)
    var scratch = [Double](repeating: 0, count: stride)
    picture_make_filter(
      filter, source, target, range.lowerBound, range.count, &first, &taps, &weights, &scratch)
    let low = first.min().map(Int.init) ?? 0
    let high = zip(first, taps).reduce(low) { max($0, Int($1.0) + Int($1.1)) }
    sources = low..<high
    self.stride = stride
    // The passes count from the first pixel that is needed.
    for index in first.indices { first[index] -= Int32(low) }
  }

  /// The weights for C.
  func withWeights<R>(_ body: (UnsafePointer<filter_weights>) throws -> R) rethrows -> R {
    try first.withUnsafeBufferPointer { first in
      try taps.withUnsafeBufferPointer { taps in
        try weights.withUnsafeBufferPointer { weights in
          var filter = filter_weights(
            count: first.count, stride: stride, first: first.baseAddress, taps: taps.baseAddress,
            weights: weights.baseAddress)
          return try body(&filter)
        }
      }
    }
  }
}
