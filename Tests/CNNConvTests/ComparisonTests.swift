import CNNConv
import CNNGraphs
import CNNTensors
import Testing

@Suite struct ComparisonTests {
  private func compare(
    _ actual: [Float], _ expected: [Float], shape: [Int]? = nil, _ tolerance: Tolerance = .standard
  ) throws -> Comparison {
    Comparison(
      "y", actual: .tensor(try Tensor(actual, shape: shape)), expected: .tensor(try Tensor(expected, shape: shape)),
      tolerance: tolerance)
  }

  @Test func scalesTheAbsoluteToleranceByTheLargestExpected() throws {
    // 1e-5 × 2000 is 0.02: beside an element that should be 0, 0.015 passes and 0.025 does not.
    #expect(try compare([0.015, 2000], [0, 2000]).agrees)
    #expect(try !compare([0.025, 2000], [0, 2000]).agrees)
    // And with outputs of 1e-3 at most, 1e-5 is a departure.
    #expect(try !compare([1e-5, 1e-3], [0, 1e-3]).agrees)
    #expect(try compare([0.025, 2000], [0, 2000]).scale == 2000)
  }

  @Test func takesAToleranceAsItIsGiven() throws {
    let given = Tolerance(relative: 0, absolute: 0.01)
    #expect(try !compare([0.015, 2000], [0, 2000], given).agrees)
    #expect(try compare([0.005, 2000], [0, 2000], given).agrees)
  }

  @Test func namesTheElementThatIsFarthestOff() throws {
    let comparison = try compare([1, 2, 3, 4, 5.5, 600.1], [1, 2, 3, 4, 5, 600], shape: [2, 3])
    let worst = try #require(comparison.worst)
    #expect(worst.index == [1, 1])
    #expect(worst.found == 5.5)
    #expect(worst.expected == 5)
    #expect(comparison.mismatches == 1)
    // 0.5 beyond 1e-3 · 5, and beyond 1e-5 · 600 in proportion to 5.
    #expect(abs(try #require(comparison.passingAbsoluteTolerance) - 0.495) < 1e-9)
    #expect(abs(try #require(comparison.passingRelativeTolerance) - (0.5 - 0.006) / 5) < 1e-9)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func findsWhatIsNoFiniteNumber(_ value: Float) throws {
    for (actual, expected) in [([value, 1], [value, 1]), ([1, 1], [value, 1]), ([value, 1], [1, 1])]
      as [([Float], [Float])]
    {
      let comparison = try compare(actual, expected)
      #expect(!comparison.agrees)
      #expect(comparison.failure?.contains("of 2 elements found") == true, "\(comparison.failure ?? "")")
    }
    var allowing = Tolerance.standard
    allowing.allowsNonFinite = true
    #expect(try compare([value, 1], [value, 1], allowing).agrees)
    #expect(try !compare([value, 1], [1, 1], allowing).agrees)
    #expect(try !compare([1, 1], [value, 1], allowing).agrees)
  }

  @Test func integersAreEqualOrNot() throws {
    // One above 2^53: both are the same Double.
    let large = Int64(1) << 53 + 1
    let pair = (try Tensor([large]), try Tensor([large - 1]))
    let comparison = Comparison("y", actual: .tensor(pair.0), expected: .tensor(pair.1), tolerance: .standard)
    #expect(!comparison.agrees)
    #expect(comparison.maxAbsoluteError == 1)
    // A class of 1001 is not one of 1000, though they are within 1e-3.
    let (a, b) = (try Tensor([Int64(1001)]), try Tensor([Int64(1000)]))
    #expect(!Comparison("y", actual: .tensor(a), expected: .tensor(b), tolerance: .standard).agrees)
    let given = Tolerance(relative: 0, absolute: 1)
    #expect(Comparison("y", actual: .tensor(a), expected: .tensor(b), tolerance: given).agrees)
  }

  @Test func extremeIntegersDoNotOverflow() throws {
    let (a, b) = (try Tensor([Int64.min]), try Tensor([Int64.max]))
    let comparison = Comparison("y", actual: .tensor(a), expected: .tensor(b), tolerance: .standard)
    #expect(comparison.maxAbsoluteError == 0x1p64)
  }
}
