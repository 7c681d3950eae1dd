import CNNGraphs
import CNNTensors

/// Convolves by unfolding tiles of the input into columns and multiplying matrices; groups of very few channels, as a
/// depthwise convolution has them, are convolved directly.
package struct ConvolutionKernel<T: BLASScalar> {
  let geometry: ConvolutionGeometry
  private let first: WindowAxis
  private let second: WindowAxis
  private let third: WindowAxis

  /// Columns of unfolded input at a time: about 8 MB, the last tile about as wide as the others, and wide enough for the
  /// multiplication to make up for packing the weights.
  private var tileWidth: Int {
    let (depth, plane) = (max(geometry.depth, 1), geometry.outputPlane)
    let most = max(1, min(plane, max((2 << 20) / depth, depth < 1 << 16 ? 64 : 1)))
    let count = (plane + most - 1) / most
    return min(plane, ((plane + count - 1) / count + 15) / 16 * 16)
  }

  package init(_ geometry: ConvolutionGeometry) {
    self.geometry = geometry
    (first, second, third) = geometry.axes
  }

  /// Convolves a whole batch.
  /// - Parameters:
  ///   - weights: the weights at any address.
  ///   - bias: one number for each output channel.
  package func run(
    input: UnsafePointer<T>, weights: UnsafeRawPointer, bias: UnsafePointer<T>?, into output: UnsafeMutablePointer<T>
  ) throws {
    let (depth, plane) = (geometry.depth, geometry.outputPlane)
    let isPointwise = first.isIdentity && second.isIdentity && third.isIdentity
    let isDirect = geometry.channels * geometry.filters <= 8 && !isPointwise && isFinite(weights)
    let tile = tileWidth
    try withScratch(T.self, count: isPointwise || isDirect ? 1 : depth * tile) { columns in
      for image in 0..<geometry.batch {
        for group in 0..<geometry.groups {
          let index = image * geometry.groups + group
          let source = input + index * geometry.channels * geometry.inputPlane
          let target = output + index * geometry.filters * plane
          let matrix = weights + group * geometry.filters * depth * MemoryLayout<T>.stride
          for filter in 0..<geometry.filters {
            (target + filter * plane).update(
              repeating: bias.map { $0[group * geometry.filters + filter] } ?? 0, count: plane)
          }
          if isDirect {
            try convolve(source, matrix, into: target)
          } else if isPointwise {
            try multiply(matrix, UnsafeRawPointer(source), rowStride: plane, into: target, columns: plane)
          } else {
            var start = 0
            while start < plane {
              let width = min(tile, plane - start)
              try WorkBudget.current.charge(depth.saturatingMultiplied(by: width), times: WorkBudget.Cost.step / 2)
              unfold(source, start..<start + width, into: columns)
              try multiply(matrix, UnsafeRawPointer(columns), rowStride: width, into: target + start, columns: width)
              start += width
            }
          }
        }
      }
    }
  }

  /// True if all weights are finite. Others make NaN of the zeros around an image, which the direct way leaves out.
  private func isFinite(_ weights: UnsafeRawPointer) -> Bool {
    (0..<geometry.groups * geometry.filters * geometry.depth).allSatisfy {
      weights.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.stride, as: T.self).isFinite
    }
  }

  private func multiply(
    _ weights: UnsafeRawPointer, _ input: UnsafeRawPointer, rowStride: Int, into target: UnsafeMutablePointer<T>,
    columns: Int
  ) throws {
    try T.multiply(
      BLAS.Matrix(weights, rowStride: max(geometry.depth, 1)), BLAS.Matrix(input, rowStride: max(rowStride, 1)),
      into: target, rowStride: max(geometry.outputPlane, 1), m: geometry.filters, n: columns, k: geometry.depth,
      alpha: 1, beta: 1)
  }

  /// Writes what the outputs `range` of a channel read as a matrix `[depth, range.count]`.
  private func unfold(_ source: UnsafePointer<T>, _ range: Range<Int>, into columns: UnsafeMutablePointer<T>) {
    let stride = third.stride
    var target = columns
    for channel in 0..<geometry.channels {
      let plane = source + channel * geometry.inputPlane
      WindowRun.forEach(of: range, along: (first, second, third)) { run in
        let (lower, upper) = (run.inside.lowerBound, run.inside.upperBound)
        if lower > 0 { target.update(repeating: 0, count: lower) }
        if stride == 1 {
          (target + lower).update(from: plane + (run.start + lower), count: upper - lower)
        } else {
          for x in run.inside { target[x] = plane[run.start + x * stride] }
        }
        if run.count > upper { (target + upper).update(repeating: 0, count: run.count - upper) }
        target += run.count
      }
    }
  }

  /// Adds the products of one group tap by tap along the output's rows.
  private func convolve(
    _ source: UnsafePointer<T>, _ weights: UnsafeRawPointer, into target: UnsafeMutablePointer<T>
  ) throws {
    let taps = third.usedTaps
    let budget = WorkBudget.current
    try budget.charge(
      geometry.filters.saturatingMultiplied(by: geometry.depth).saturatingMultiplied(by: geometry.outputPlane),
      times: WorkBudget.Cost.step / 2)
    let stride = third.stride
    let ranges = taps.map { third.outputs(reading: $0) }
    var row = target
    for filter in 0..<geometry.filters {
      for z in 0..<first.output {
        for y in 0..<second.output {
          try budget.check()
          for channel in 0..<geometry.channels {
            let plane = source + channel * geometry.inputPlane
            for i in first.taps(of: z) {
              for j in second.taps(of: y) {
                let line =
                  plane
                  + ((first.start(of: z) + i * first.dilation) * second.input + second.start(of: y)
                    + j * second.dilation) * third.input - third.padBegin
                let index =
                  (((filter * geometry.channels + channel) * first.kernel + i) * second.kernel + j)
                  * third.kernel
                for (position, k) in taps.enumerated() {
                  let weight = weights.loadUnaligned(
                    fromByteOffset: (index + k) * MemoryLayout<T>.stride, as: T.self)
                  let from = line + k * third.dilation
                  let range = ranges[position]
                  if stride == 1 {
                    for x in range { row[x] += weight * from[x] }
                  } else {
                    for x in range { row[x] += weight * from[x * stride] }
                  }
                }
              }
            }
          }
          row += third.output
        }
      }
    }
  }
}
