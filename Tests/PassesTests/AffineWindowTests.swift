import CNNConv
import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import Testing

/// A window over one axis.
struct Taps: Sendable, CustomTestStringConvertible {
  var kernel: Int
  var stride = 1
  var dilation = 1
  var pads = [0, 0]

  init(_ kernel: Int, stride: Int = 1, dilation: Int = 1, pads: [Int] = [0, 0]) {
    (self.kernel, self.stride, self.dilation, self.pads) = (kernel, stride, dilation, pads)
  }

  var testDescription: String { "\(kernel)/\(stride)·\(dilation) \(pads)" }
  var window: SpatialWindow { SpatialWindow(strides: [stride], dilations: [dilation], pads: pads) }
  var isPadded: Bool { pads != [0, 0] }
  /// Where the last element lies that a window at position 0 looks at.
  var last: Int { dilation * (kernel - 1) - pads[0] }
}

@Suite struct AffineWindowTests {
  static let windows = [
    Taps(1), Taps(2), Taps(3, pads: [1, 1]), Taps(3, dilation: 2, pads: [2, 2]), Taps(4, pads: [2, 1]),
    Taps(1, stride: 2), Taps(2, stride: 2), Taps(3, stride: 2, pads: [1, 1]), Taps(3, stride: 3, pads: [0, 2]),
    Taps(2, stride: 2, dilation: 2, pads: [0, 1]), Taps(1, pads: [1, 1]), Taps(1, stride: 3, pads: [2, 0]),
  ]

  /// One window after another is one window if that is exact.
  @Test(arguments: windows, windows) func composes(first: Taps, second: Taps) throws {
    for bias in [false, true] {
      let result = try collapsed {
        let y = try $0.convolution($1, 1, 1, kernel: [first.kernel], window: first.window, bias: bias)
        return try $0.convolution(y, 1, 1, kernel: [second.kernel], window: second.window, bias: true)
      }
      // Zeros that the second window reads beside the first one's outputs are none of the first one's.
      let isExact = !second.isPadded || first.kernel == 1 && !(bias && first.stride > 0)
      let step = first.stride * second.dilation
      let spacing = first.kernel == 1 ? step : second.kernel == 1 ? first.dilation : gcd(first.dilation, step)
      let taps = (step * (second.kernel - 1) + first.dilation * (first.kernel - 1)) / spacing + 1
      let isCheap = taps <= first.kernel * second.stride + second.kernel
      #expect(result.operators.count == (isExact && isCheap ? 1 : 2), "\(result.refusals)")
      #expect(result.open == result.operators)
    }
  }

  /// Windows of two branches add up to one if both have as many outputs for every extent.
  @Test(arguments: windows, windows) func adds(first: Taps, second: Taps) throws {
    let fits = first.stride == second.stride && first.last - first.pads[1] == second.last - second.pads[1]
    let result = try? collapsed {
      let a = try $0.convolution($1, 1, 1, kernel: [first.kernel], window: first.window, bias: true)
      let b = try $0.convolution($1, 1, 1, kernel: [second.kernel], window: second.window)
      return try $0.node(Add(), a, b)
    }
    guard fits else {
      // Other extents, or equal ones at some sizes of the input alone.
      #expect(result?.operators.contains("Add") ?? true)
      #expect(result?.open.contains("Add") ?? true)
      return
    }
    let spacing = [
      first.kernel > 1 ? first.dilation : 0, second.kernel > 1 ? second.dilation : 0,
      abs(first.pads[0] - second.pads[0]),
    ].reduce(0, gcd)
    let from = min(-first.pads[0], -second.pads[0])
    let taps = (max(first.last, second.last) - from) / max(spacing, 1) + 1
    #expect(result?.operators.count == (taps <= first.kernel + second.kernel ? 1 : 3), "\(result?.refusals ?? [])")
    #expect(result?.open == result?.operators)
  }

  private func gcd(_ a: Int, _ b: Int) -> Int { b == 0 ? a : gcd(b, a % b) }

  /// Strides of the branches of a sum whose outputs are as many by chance.
  @Test func leavesWhatFitsByChance() throws {
    let reasons = try collapsed(extents: 3...3) {
      let a = try $0.convolution($1, 1, 1, kernel: [3], window: Taps(3, pads: [0, 0]).window)
      let b = try $0.convolution($1, 1, 1, kernel: [1], window: Taps(1, stride: 3).window)
      return try $0.node(Add(), a, b)
    }
    #expect(reasons.operators == ["Conv", "Conv", "Add"])
    #expect(reasons.refusals == [.fit(.strides)])
    let ends = try collapsed(extents: 4...4) {
      let a = try $0.convolution($1, 1, 1, kernel: [2], window: Taps(2, stride: 2).window)
      let b = try $0.convolution($1, 1, 1, kernel: [1], window: Taps(1, stride: 2).window)
      return try $0.node(Add(), a, b)
    }
    #expect(ends.operators == ["Conv", "Conv", "Add"])
    #expect(ends.refusals == [.fit(.ends)])
  }
}
