import CNNTensors

extension UnsafeBufferPointer where Element: FloatingScalar {
  /// The sum, in `Double`.
  package func preciseSum() -> Double { preciseSum { $0 } }

  /// The sum of the squared distances from a number, in `Double`.
  package func squaredDeviations(from mean: Double) -> Double {
    preciseSum {
      let distance = $0 - mean
      return distance * distance
    }
  }

  /// Mean and (population) variance, in `Double`.
  package func moments() -> (mean: Double, variance: Double) {
    let mean = preciseSum() / Double(count)
    return (mean, squaredDeviations(from: mean) / Double(count))
  }

  /// Four sums side by side, so that one addition need not wait for the other.
  @inline(__always)
  package func preciseSum(of term: (Double) -> Double) -> Double {
    var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
    var index = 0
    while index + 4 <= count {
      a += term(Double(self[index]))
      b += term(Double(self[index + 1]))
      c += term(Double(self[index + 2]))
      d += term(Double(self[index + 3]))
      index += 4
    }
    while index < count {
      a += term(Double(self[index]))
      index += 1
    }
    return (a + b) + (c + d)
  }
}
