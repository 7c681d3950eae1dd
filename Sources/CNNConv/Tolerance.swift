/// How far apart a value may be from what is expected: `|actual − expected| ≤ absolute + relative · |expected|`.
public struct Tolerance: Codable, Hashable, Sendable {
  /// Relative to the expected element.
  public var relative: Double
  /// Added for all elements.
  public var absolute: Double

  /// The contract's default.
  public static let standard = Tolerance(relative: 1e-3, absolute: 1e-5)

  /// Makes a tolerance.
  public init(relative: Double, absolute: Double) { (self.relative, self.absolute) = (relative, absolute) }

  /// Takes the standard for what a file leaves out.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    relative = try values.decodeIfPresent(Double.self, forKey: .relative) ?? Tolerance.standard.relative
    absolute = try values.decodeIfPresent(Double.self, forKey: .absolute) ?? Tolerance.standard.absolute
  }

  private enum CodingKeys: String, CodingKey {
    case relative = "rtol"
    case absolute = "atol"
  }
}
