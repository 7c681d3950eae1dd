import CNNConv

/// What is printed of one output's comparison.
struct ComparisonText {
  let lines: [String]

  init(_ comparison: Comparison) {
    let verdict = comparison.failure.map { "differs: \($0)" } ?? "agrees"
    var lines = [
      "\(comparison.name.printable)  max abs error \(Float(comparison.maxAbsoluteError))  "
        + "max rel error \(Float(comparison.maxRelativeError))  \(verdict)"
    ]
    let tolerance = comparison.tolerance ?? Tolerance(relative: 0, absolute: .infinity)
    var bound = "rtol \(Float(tolerance.relative)), atol \(Float(tolerance.absolute))"
    if tolerance.isScaled {
      bound += " (\(Float(tolerance.absolute / comparison.scale)) × the largest expected, \(Float(comparison.scale)))"
    }
    lines.append("  within \(bound)")
    if let worst = comparison.worst, !comparison.agrees {
      lines[1] = "  not within \(bound)"
      lines.append(
        "  farthest from it at [\(worst.index.map(String.init).joined(separator: ", "))]: \(Float(worst.found)) found, "
          + "\(Float(worst.expected)) expected")
      let passing = [
        comparison.passingAbsoluteTolerance.map { "--atol \(ComparisonText.above($0))" },
        comparison.passingRelativeTolerance.map { "--rtol \(ComparisonText.above($0))" },
      ].compactMap(\.self)
      if comparison.reason == nil, !passing.isEmpty {
        lines.append("  \(passing.joined(separator: " or ")) would pass")
      }
    }
    self.lines = lines
  }

  /// A number of two digits that is not below another, such as `1.2e-6` or `5.4`.
  private static func above(_ value: Double) -> String {
    guard value > 0 else { return "0" }
    var exponent = 0
    var digits = value
    while digits >= 10 { (digits, exponent) = (digits / 10, exponent + 1) }
    while digits < 1, exponent > -330 { (digits, exponent) = (digits * 10, exponent - 1) }
    // One tenth more than the digits that are left: the divisions may have rounded down.
    let tenths = Int((digits * 10).rounded(.down)) + 1
    switch exponent {
    case 0: return "\(tenths / 10).\(tenths % 10)"
    case 1: return "\(tenths)"
    default: return "\(tenths / 10).\(tenths % 10)e\(exponent)"
    }
  }
}
