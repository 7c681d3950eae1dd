import CNNGraphs
import CNNTensors

/// Multiplies tiles of the input by the transposed weights and adds the columns up where they overlap.
package struct TransposedConvolutionKernel<T: BLASScalar> {
  private let batch: Int
  private let groups: Int
  private let channels: Int
  private let filters: Int
  // `input` of these axes is the result, `output` what is spread.
  private let first: WindowAxis
  private let second: WindowAxis
  private let third: WindowAxis

  package init(
    batch: Int, groups: Int, channels: Int, filters: Int, _ axes: (WindowAxis, WindowAxis, WindowAxis)
  ) {
    (self.batch, self.groups, self.channels, self.filters) = (batch, groups, channels, filters)
    (first, second, third) = axes
  }

  package func run(
    input: UnsafePointer<T>, weights: UnsafeRawPointer, bias: UnsafePointer<T>?, into output: UnsafeMutablePointer<T>
  ) throws {
    let inputPlane = first.output * second.output * third.output
    let outputPlane = first.input * second.input * third.input
    let depth = filters * first.kernel * second.kernel * third.kernel
    let tile = max(1, min(inputPlane, max((1 << 20) / max(depth, 1), depth < 1 << 16 ? 64 : 1)))
    try withScratch(T.self, count: depth * tile) { columns in
      for index in 0..<batch * groups {
        let group = index % groups
        let source = input + index * channels * inputPlane
        let target = output + index * filters * outputPlane
        for filter in 0..<filters {
          (target + filter * outputPlane).update(
            repeating: bias.map { $0[group * filters + filter] } ?? 0, count: outputPlane)
        }
        var start = 0
        while start < inputPlane {
          let width = min(tile, inputPlane - start)
          try T.multiply(
            BLAS.Matrix(
              weights + group * channels * depth * MemoryLayout<T>.stride, rowStride: max(depth, 1), isTransposed: true),
            BLAS.Matrix(UnsafeRawPointer(source + start), rowStride: max(inputPlane, 1)), into: columns,
            rowStride: width, m: depth, n: width, k: channels, alpha: 1, beta: 0)
          try WorkBudget.current.charge(depth.saturatingMultiplied(by: width), times: WorkBudget.Cost.step / 2)
          fold(columns, start..<start + width, into: target)
          start += width
        }
      }
    }
  }

  /// Adds a matrix `[depth, range.count]` to where the inputs `range` of a channel spread to.
  private func fold(_ columns: UnsafePointer<T>, _ range: Range<Int>, into target: UnsafeMutablePointer<T>) {
    let stride = third.stride
    var source = columns
    for filter in 0..<filters {
      let plane = target + filter * first.input * second.input * third.input
      WindowRun.forEach(of: range, along: (first, second, third)) { run in
        for x in run.inside { plane[run.start + x * stride] += source[x] }
        source += run.count
      }
    }
  }
}
