/// How far apart a value may be from what is expected: `|actual − expected| ≤ absolute + relative · |expected|`.
public struct Tolerance: Codable, Hashable, Sendable {
  /// Relative to the expected element.
  public var relative: Double
  /// Added for all elements.
  public var absolute: Double
  /// True if ``absolute`` is meant for outputs of the order of 1: it is multiplied by the largest expected magnitude of
  /// the output.
  public var isScaled: Bool
  /// True if equal infinities, and NaN on both sides, agree. Otherwise a floating-point output that holds one, on either
  /// side, is a finding.
  public var allowsNonFinite: Bool
  /// True if integers and truth values must be equal. Otherwise the formula holds for them, too.
  public var integersAreExact: Bool

  /// 1e-3 of the element and 1e-5 of the largest expected element; integers are equal and all numbers finite.
  public static let standard = Tolerance(
    relative: 1e-3, absolute: 1e-5, isScaled: true, allowsNonFinite: false, integersAreExact: true)

  /// Makes a tolerance; the formula as it stands unless said otherwise.
  public init(
    relative: Double, absolute: Double, isScaled: Bool = false, allowsNonFinite: Bool = true,
    integersAreExact: Bool = false
  ) {
    (self.relative, self.absolute, self.isScaled) = (relative, absolute, isScaled)
    (self.allowsNonFinite, self.integersAreExact) = (allowsNonFinite, integersAreExact)
  }

  /// Takes the standard for what a file leaves out.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      relative: try values.decodeIfPresent(Double.self, forKey: .relative) ?? Tolerance.standard.relative,
      absolute: try values.decodeIfPresent(Double.self, forKey: .absolute) ?? Tolerance.standard.absolute)
  }

  private enum CodingKeys: String, CodingKey {
    case relative = "rtol"
    case absolute = "atol"
  }

  /// The same tolerance in numbers for an output.
  /// - Parameter largest: the largest expected magnitude.
  func applied(to largest: Double) -> Tolerance {
    guard isScaled, largest > 0, largest.isFinite else { return self }
    var applied = self
    applied.absolute *= largest
    return applied
  }

  /// How far apart an element may be from an expected one.
  func allowance(_ expected: Double) -> Double { absolute + relative * expected.magnitude }
}
