import CNNGraphs
import CNNTensors

/// The outcome of comparing one output.
public struct Comparison: Encodable, Sendable {
  /// An element of both sides.
  public struct Element: Encodable, Sendable {
    /// Where it stands; for a sequence the element's number comes first.
    public let index: [Int]
    /// What was computed.
    public let found: Double
    /// What is expected.
    public let expected: Double
  }

  /// Elements of one side that are no finite number.
  public struct NonFinite: Encodable, Hashable, Sendable {
    /// How many are NaN.
    public internal(set) var nan = 0
    /// How many are infinite.
    public internal(set) var infinite = 0
  }

  /// The output's name.
  public let name: String
  /// True if every element is within the tolerance.
  public let agrees: Bool
  /// The largest absolute difference.
  public let maxAbsoluteError: Double
  /// The largest difference relative to its expected element, those that are 0 left out.
  public let maxRelativeError: Double
  /// The largest expected magnitude.
  public let maxExpected: Double
  /// Elements that are not within the tolerance.
  public let mismatches: Int
  /// Elements compared.
  public let count: Int
  /// What differs, if more than numbers do.
  public let reason: String?
  /// The element that is farthest beyond its tolerance, or nearest to it; `nil` if all are equal.
  public let worst: Element?
  /// What the absolute tolerance was multiplied by; 1 if it is not scaled.
  public let scale: Double
  /// The tolerance in numbers, its absolute part scaled; `nil` if any number passes.
  public let tolerance: Tolerance?
  /// The least absolute tolerance that would pass, the relative one as it is; `nil` if none would.
  public let passingAbsoluteTolerance: Double?
  /// The least relative tolerance that would pass, the absolute one as it is; `nil` if none would.
  public let passingRelativeTolerance: Double?
  /// Elements found that are no finite number.
  public let nonFiniteFound: NonFinite
  /// Elements expected that are no finite number.
  public let nonFiniteExpected: NonFinite

  private enum CodingKeys: String, CodingKey {
    case name
    case agrees = "passed"
    case maxAbsoluteError = "max_abs_error"
    case maxRelativeError = "max_rel_error"
    case maxExpected = "max_abs_expected"
    case mismatches, count, reason, worst, scale, tolerance
    case passingAbsoluteTolerance = "passing_atol"
    case passingRelativeTolerance = "passing_rtol"
    case nonFiniteFound = "non_finite_found"
    case nonFiniteExpected = "non_finite_expected"
  }

  /// Compares what a model gave with what is expected.
  public init(_ name: String, actual: RuntimeValue, expected: RuntimeValue, tolerance: Tolerance) {
    var tally = ComparisonTally(tolerance: tolerance)
    tally.compare(actual, expected)
    self.name = name
    agrees = tally.reason == nil && tally.mismatches == 0
    (maxAbsoluteError, maxRelativeError, maxExpected) = (tally.absolute, tally.relative, tally.largest)
    (mismatches, count, reason) = (tally.mismatches, tally.count, tally.reason)
    worst = tally.worst
    scale = tolerance.isScaled && tally.largest > 0 ? tally.largest : 1
    self.tolerance = tolerance.absolute.isFinite ? tolerance.applied(to: tally.largest) : nil
    let isNumeric = reason == nil && maxAbsoluteError.isFinite
    passingAbsoluteTolerance = isNumeric && tally.passingAbsolute.isFinite ? max(0, tally.passingAbsolute) : nil
    passingRelativeTolerance = isNumeric && tally.passingRelative.isFinite ? max(0, tally.passingRelative) : nil
    (nonFiniteFound, nonFiniteExpected) = (tally.found, tally.expected)
  }

  /// Why the comparison failed; `nil` if it did not.
  public var failure: String? {
    if agrees { return nil }
    return reason ?? "\(mismatches) of \(count) elements differ, by up to \(maxAbsoluteError)"
  }
}
