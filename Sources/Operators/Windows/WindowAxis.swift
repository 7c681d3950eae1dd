/// A window sliding along one axis: output `o` reads the inputs `o · stride + k · dilation - padBegin` for each `k` of
/// the kernel, those outside of the input being padding.
package struct WindowAxis: Hashable, Sendable {
  package var input: Int
  package var kernel: Int
  package var stride: Int
  package var dilation: Int
  package var padBegin: Int
  package var padEnd: Int
  package var output: Int

  /// An axis of extent 1 that nothing moves along.
  package static let single = WindowAxis(
    input: 1, kernel: 1, stride: 1, dilation: 1, padBegin: 0, padEnd: 0, output: 1)

  /// True if each output reads the input at the same position alone.
  package var isIdentity: Bool { kernel == 1 && stride == 1 && padBegin == 0 && output == input }

  /// The input position that an output's first kernel element reads; negative in the padding.
  @inline(__always)
  package func start(of output: Int) -> Int { output * stride - padBegin }

  /// The outputs whose kernel element `k` lies inside the input.
  @inline(__always)
  package func outputs(reading k: Int) -> Range<Int> {
    let shift = padBegin - k * dilation
    let lower = shift > 0 ? (shift + stride - 1) / stride : 0
    let last = input - 1 + shift
    let upper = last < 0 ? 0 : min(output, last / stride + 1)
    return min(lower, upper)..<upper
  }

  /// The kernel elements of an output that lie inside the input.
  @inline(__always)
  package func taps(of output: Int) -> Range<Int> {
    let start = start(of: output)
    let lower = start < 0 ? (-start + dilation - 1) / dilation : 0
    let room = input - start
    let upper = room <= 0 ? 0 : min(kernel, (room + dilation - 1) / dilation)
    return min(lower, upper)..<upper
  }

  /// The kernel elements that any output finds inside the input.
  package var usedTaps: Range<Int> {
    guard output > 0, input > 0 else { return 0..<0 }
    let lower = max(0, -start(of: output - 1) + dilation - 1) / dilation
    let upper = min(kernel, (input + padBegin + dilation - 1) / dilation)
    return min(lower, upper)..<upper
  }

  /// How many kernel elements of an output lie inside the input and its padding, but not beyond.
  package func paddedTapCount(of output: Int) -> Int {
    let room = input + padEnd - start(of: output)
    return room <= 0 ? 0 : min(kernel, (room + dilation - 1) / dilation)
  }
}

extension [WindowAxis] {
  /// These axes behind trivial ones, three in all; `nil` for more than three.
  package var three: (WindowAxis, WindowAxis, WindowAxis)? {
    guard count <= 3 else { return nil }
    let all = Array(repeating: WindowAxis.single, count: 3 - count) + self
    return (all[0], all[1], all[2])
  }
}
