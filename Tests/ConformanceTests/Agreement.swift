import CNNConv
import CNNGraphs
import CNNTensors

/// Whether an engine's value is the reference's but for rounding.
enum Agreement {
  /// A few roundings of sums, relative to the largest magnitude.
  private static let single = 2e-5

  /// What is wrong with a value; `nil` if nothing is.
  static func fault(_ name: String, _ actual: RuntimeValue, _ expected: RuntimeValue) -> String? {
    let comparison = Comparison(
      name, actual: actual, expected: expected, tolerance: Tolerance(relative: 0, absolute: .infinity))
    if let reason = comparison.reason { return reason }
    guard comparison.maxAbsoluteError <= tolerance(expected) * comparison.maxExpected else {
      return "differs by \(comparison.maxAbsoluteError), the largest being \(comparison.maxExpected)"
    }
    return nil
  }

  private static func tolerance(_ value: RuntimeValue) -> Double {
    switch value.tensor?.elementType {
    case .float16: 0x1p-10
    case .bfloat16: 0x1p-7
    default: single
    }
  }
}
