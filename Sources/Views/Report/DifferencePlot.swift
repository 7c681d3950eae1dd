import RealModule

/// The differences of two tensors against what is expected, both in powers of ten, with the line that a tolerance draws.
public struct DifferencePlot: Sendable {
  /// The output's name.
  let name: String
  /// What was found, in words.
  let verdict: String
  let agrees: Bool
  /// `|difference| ≤ absolute + relative · |expected|`.
  let tolerance: (relative: Double, absolute: Double)?
  /// The power of ten of the largest expected magnitude, rounded up.
  private let top: Int
  private var counts: [SIMD2<Int>: Int] = [:]
  /// Elements that are equal.
  private var equal = 0
  private var total = 0

  /// Powers of ten that are shown, and bins of each.
  private static let (decades, height, parts) = (8, 13, 5)

  /// - Parameters:
  ///   - verdict: the outcome in words.
  ///   - tolerance: the relative and the absolute one, in numbers; `nil` if any number passes.
  ///   - largest: the largest expected magnitude.
  public init(
    name: String, verdict: String, agrees: Bool, tolerance: (relative: Double, absolute: Double)?, largest: Double
  ) {
    (self.name, self.verdict, self.agrees, self.tolerance) = (name, verdict, agrees, tolerance)
    top = largest > 0 && largest.isFinite ? Int(Double.log10(largest).rounded(.up)) : 0
  }

  /// Counts an element.
  public mutating func add(actual: Double, expected: Double) {
    total += 1
    let difference = (actual - expected).magnitude
    guard difference > 0, difference.isFinite, expected.isFinite else {
      if difference == 0 { equal += 1 }
      return
    }
    let column = bin(expected.magnitude, from: top - Self.decades, count: Self.decades * Self.parts)
    let row = bin(difference, from: top + 1 - Self.height, count: Self.height * Self.parts)
    counts[SIMD2(column, row), default: 0] += 1
  }

  private func bin(_ value: Double, from first: Int, count: Int) -> Int {
    guard value > 0 else { return 0 }
    let place = ((Double.log10(value) - Double(first)) * Double(Self.parts)).rounded(.down)
    return Int(max(0, min(Double(count - 1), place)))
  }

  // MARK: Markup

  private static let (left, upper, size) = (46.0, 12.0, 9.0)

  /// The chart.
  var markup: String {
    let (width, tall) = (Double(Self.decades * Self.parts) * Self.size, Double(Self.height * Self.parts) * 5)
    var text =
      "<svg class=\"plot\" viewBox=\"0 0 \((Self.left + width + 12).markup) \((Self.upper + tall + 40).markup)\" "
    text += "role=\"img\" aria-label=\"differences of \(name.markup)\">"
    for decade in 0...Self.decades {
      let x = Self.left + Double(decade * Self.parts) * Self.size
      text += "<path class=\"axis\" d=\"M\(x.markup) \(Self.upper.markup)v\(tall.markup)\"/>"
      text += "<text x=\"\(x.markup)\" y=\"\((Self.upper + tall + 16).markup)\" text-anchor=\"middle\">"
      text += "1e\(top - Self.decades + decade)</text>"
    }
    for decade in stride(from: 0, through: Self.height, by: 2) {
      let y = Self.upper + tall - Double(decade * Self.parts) * 5
      text += "<path class=\"axis\" d=\"M\(Self.left.markup) \(y.markup)h\(width.markup)\"/>"
      text += "<text x=\"\((Self.left - 5).markup)\" y=\"\((y + 4).markup)\" text-anchor=\"end\">"
      text += "1e\(top + 1 - Self.height + decade)</text>"
    }
    let most = Double(max(2, counts.values.max() ?? 2))
    for (place, count) in counts.sorted(by: { ($0.key.x, $0.key.y) < ($1.key.x, $1.key.y) }) {
      let weight = 0.25 + 0.75 * Double.log10(Double(count)) / Double.log10(most)
      let (x, y) = (Self.left + Double(place.x) * Self.size, Self.upper + tall - Double(place.y + 1) * 5)
      text += "<rect class=\"\(isWithin(place) ? "in" : "out")\" x=\"\(x.markup)\" y=\"\(y.markup)\" width=\"8.4\" "
      text += "height=\"4.6\" opacity=\"\(weight.markup)\"><title>\(count.grouped)</title></rect>"
    }
    if tolerance != nil {
      let points = (0...Self.decades * Self.parts).map { column -> String in
        let y = Self.upper + tall - min(tall, max(0, limit(column) * 5))
        return "\((Self.left + Double(column) * Self.size).markup) \(y.markup)"
      }
      text += "<path class=\"limit\" d=\"M\(points.joined(separator: "L"))\"/>"
    }
    text += "<text x=\"\((Self.left + width / 2).markup)\" y=\"\((Self.upper + tall + 34).markup)\" "
    text += "text-anchor=\"middle\">|expected|; upwards |difference|</text></svg>"
    let share = total > 0 ? "\((Double(equal) / Double(total) * 100).short) % of \(total.grouped) are equal" : "empty"
    return
      "<figure>\(text)<figcaption><b>\(name.shortened(to: 120).markup)</b> <span class=\"\(agrees ? "good" : "bad")\">"
      + "\(verdict.markup)</span>; \(share.markup)</figcaption></figure>"
  }

  /// The bin that the tolerance reaches in a column.
  private func limit(_ column: Int) -> Double {
    guard let tolerance else { return .infinity }
    let expected = Double.pow(10, Double(top - Self.decades) + Double(column) / Double(Self.parts))
    let allowed = tolerance.absolute + tolerance.relative * expected
    guard allowed > 0 else { return 0 }
    return (Double.log10(allowed) - Double(top + 1 - Self.height)) * Double(Self.parts)
  }

  private func isWithin(_ place: SIMD2<Int>) -> Bool { Double(place.y) < limit(place.x + 1) }
}
