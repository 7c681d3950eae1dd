import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// What operators say of errors, against errors that are made: inputs are moved within their bounds, and no element of a
/// result may move by more than its own.
@Suite struct ErrorPropagationTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    let operation: any ErrorPropagation
    let shapes: [[Int]]
    /// An input of numbers above zero, such as a variance, which is taken to be exact.
    var exact: Int?
    /// Settings behind the data.
    var settings: [Tensor?] = []

    var testDescription: String { "\(operation.signature.name) of \(shapes)" }
  }

  private static let half = SpatialWindow(kernel: [2, 2], strides: [2, 2])

  static var samples: [Sample] {
    get throws {
      var linear = Resampling()
      linear.mode = .linear
      let scales = try Tensor([Float(1), 1, 2, 2], shape: [4])
      return [
        Sample(operation: Add(), shapes: [[2, 3], [3]]),
        Sample(operation: Subtract(), shapes: [[2, 3], [2, 1]]),
        Sample(operation: Multiply(), shapes: [[2, 3], [2, 3]]),
        Sample(operation: Sum(), shapes: [[2, 3], [2, 3], [2, 3]]),
        Sample(operation: Convolution(), shapes: [[1, 3, 4, 4], [2, 3, 3, 3], [2]]),
        Sample(operation: Convolution(groups: 2), shapes: [[1, 4, 3, 3], [2, 2, 2, 2]]),
        Sample(operation: TransposedConvolution(), shapes: [[1, 3, 2, 2], [3, 2, 2, 2], [2]]),
        Sample(operation: MatrixMultiplication(), shapes: [[2, 3], [3, 4]]),
        Sample(
          operation: GeneralMatrixMultiplication(alpha: -2, beta: -3, transposesB: true),
          shapes: [[2, 3], [4, 3], [4]]),
        Sample(operation: BatchNormalization(), shapes: [[2, 3, 2, 2], [3], [3], [3], [3]], exact: 4),
        Sample(operation: AveragePooling(window: half), shapes: [[1, 2, 4, 4]]),
        Sample(operation: GlobalAveragePooling(), shapes: [[1, 2, 4, 4]]),
        Sample(operation: Concatenation(axis: 1), shapes: [[1, 2, 2], [1, 3, 2]]),
        Sample(operation: Transpose(permutation: [1, 0]), shapes: [[2, 3]]),
        Sample(operation: Resize(linear), shapes: [[1, 1, 3, 3]], settings: [nil, scales]),
        Sample(operation: Upsample(mode: .linear), shapes: [[1, 1, 3, 3]], settings: [scales]),
      ]
    }
  }

  @Test(arguments: try samples) func errorsStayWithinTheirBounds(sample: Sample) throws {
    let roundoff = 0x1p-24
    var random = SplitMix(seed: 11)
    var (inputs, errors, limits): ([[Double]], [[Double]], [[Double]]) = ([], [], [])
    for (position, shape) in sample.shapes.enumerated() {
      let numbers = (0..<shape.reduce(1, *)).map { _ in 2 * random.uniform() - 1 }
      let isExact = position == sample.exact
      inputs.append(isExact ? numbers.map { abs($0) + 0.5 } : numbers)
      // Values have the error of what is before them, weights and parameters that of their rounding.
      errors.append(numbers.map { _ in position == 0 ? 1e-6 * random.uniform() : 0 })
      limits.append(
        position == 0 ? errors[0] : inputs[position].map { isExact ? 0 : roundoff * abs($0) })
    }
    func values(_ numbers: [[Double]]) throws -> [RuntimeValue?] {
      try zip(numbers, sample.shapes).map { .tensor(try Tensor($0, shape: $1)) }
        + sample.settings.map { $0.map(RuntimeValue.tensor) }
    }
    func result(_ numbers: [[Double]]) throws -> [Double] {
      let made = try sample.operation.evaluate(EvaluationContext(inputs: try values(numbers), outputCount: 1))
      return try #require(made.first?.tensor).values(as: Double.self)
    }
    let context = ErrorContext(
      inputs: try values(inputs),
      inputErrors: try zip(errors, sample.shapes).map { try Tensor($0, shape: $1) } + sample.settings.map { _ in nil },
      roundoff: roundoff, outputCount: 1)
    let bounds = try #require(try sample.operation.errors(context)?.first?.tensor).values(as: Double.self)
    let exact = try result(inputs)
    #expect(bounds.count == exact.count)
    for _ in 0..<20 {
      let moved = zip(inputs, limits).map { zip($0, $1).map { $0 + (random.chance(0.5) ? $1 : -$1) } }
      // Products of errors are left out of the bound, and 64 bits round as well.
      for (bound, (a, b)) in zip(bounds, zip(exact, try result(moved))) { #expect(abs(a - b) <= 1.001 * bound + 1e-14) }
    }
  }

  /// A value of 32 bits among those of 64, as a cast makes one, has errors as any other: not itself as an error.
  @Test func narrowValuesHaveErrorsOfTheirOwn() throws {
    let narrow = try Tensor([Float(-1), 0, 2], shape: [3])
    let before = try Tensor([0.5, 0.25, 0], shape: [3])
    func bounds(_ errors: Tensor?) throws -> [Double] {
      let context = ErrorContext(inputs: [.tensor(narrow)], inputErrors: [errors], roundoff: 0x1p-24, outputCount: 1)
      return try #require(try Flatten().errors(context)?.first?.tensor).values(as: Double.self)
    }
    #expect(try bounds(nil) == [0x1p-24, 0, 0x1p-23])
    #expect(try bounds(before) == [0.5 + 0x1p-24, 0.25, 0x1p-23])
  }
}
