/// How far a model's values are from another model's.
public struct AgreementSection: Sendable {
  /// A value that both have.
  public struct Value: Sendable {
    let name: String
    /// The largest difference relative to the largest expected magnitude.
    let error: Double
    let agrees: Bool

    /// Describes a value.
    public init(name: String, error: Double, agrees: Bool) {
      (self.name, self.error, self.agrees) = (name, error, agrees)
    }
  }

  private let words: String
  private let plots: [DifferencePlot]
  private let values: [Value]
  private static let (mostPlots, mostValues) = (12, 2000)

  /// - Parameters:
  ///   - words: what was compared, and how.
  ///   - plots: one for each output.
  ///   - values: what bears the same name in both, in order.
  public init(words: String, plots: [DifferencePlot], values: [Value]) {
    (self.words, self.plots, self.values) = (words, plots, values)
  }

  var markup: String {
    var text =
      "<p>\(words.markup) Each square holds elements; those above the dashed line are beyond the tolerance.</p>\n"
    text += "<div class=\"plots\">\(plots.prefix(Self.mostPlots).map(\.markup).joined(separator: "\n"))</div>"
    if plots.count > Self.mostPlots { text += "<p>\(plots.count - Self.mostPlots) more outputs are not drawn.</p>" }
    guard !values.isEmpty else { return text }
    let most = max(values.reduce(0) { max($0, $1.error) }, .leastNormalMagnitude)
    var grid = ReportTable(
      "values-table",
      [
        .init(title: "#", kind: .number), .init(title: "value", kind: .text), .init(title: "verdict", kind: .text),
        .init(title: "error / max", kind: .number), .init(title: "error", kind: .bars),
      ])
    for (index, value) in values.prefix(Self.mostValues).enumerated() {
      grid.rows.append([
        .init("\(index)", Double(index)), .init(name: value.name), .init(text: value.agrees ? "agrees" : "differs"),
        .init(value.error.short, value.error), .init(bars: [(value.error / most, false)], value: value.error),
      ])
    }
    return text + "\n<h3>Values of the same name</h3>\n\(grid.markup)"
  }
}
