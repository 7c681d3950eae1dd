/// What rewriting for deployment makes of a model, before and after.
public struct FusionSection: Sendable {
  private let figures: [(name: String, before: String, after: String)]
  private let operators: [(name: String, before: Int, after: Int)]
  private let passes: [(name: String, fired: Int)]
  private let failure: String?

  /// - Parameters:
  ///   - figures: what both take, in words.
  ///   - operators: how many of each there are.
  ///   - passes: the rules that fired, and how often.
  public init(
    figures: [(name: String, before: String, after: String)], operators: [(name: String, before: Int, after: Int)],
    passes: [(name: String, fired: Int)]
  ) {
    (self.figures, self.operators, self.passes, failure) = (figures, operators, passes, nil)
  }

  /// A model that cannot be rewritten, and why.
  public init(failure: String) { (figures, operators, passes, self.failure) = ([], [], [], failure) }

  var markup: String {
    if let failure { return "<p>The model cannot be rewritten: \(failure.markup)</p>" }
    guard !passes.isEmpty else { return "<p>There is nothing to rewrite: the model is ready for deployment.</p>" }
    let most = Double(max(1, operators.reduce(0) { max($0, $1.before, $1.after) }))
    var counts = ReportTable(
      "fusing-table",
      [
        .init(title: "operator", kind: .text), .init(title: "before", kind: .number),
        .init(title: "after", kind: .number), .init(title: "before above after", kind: .bars),
      ])
    for (name, before, after) in operators {
      counts.rows.append([
        .init(name: name), .init(before.grouped, Double(before)), .init(after.grouped, Double(after)),
        .init(bars: [(Double(before) / most, true), (Double(after) / most, false)], value: Double(before - after)),
      ])
    }
    var text =
      "<p>What <code>cnnconv fuse</code> makes of the model, which computes the same.</p>\n<div class=\"scroll\"><table class=\"plain\">"
    text += "<thead><tr><th></th><th class=\"n\">before</th><th class=\"n\">after</th></tr></thead><tbody>"
    for (name, before, after) in figures {
      text +=
        "<tr><td>\(name.markup)</td><td class=\"n\">\(before.markup)</td><td class=\"n\">\(after.markup)</td></tr>"
    }
    text += "</tbody></table></div>\n<h3>Operators</h3>\n\(counts.markup)\n<h3>Rules that fired</h3><dl>"
    for pass in passes { text += "<dt>\(pass.name.markup)</dt><dd>\(pass.fired.grouped) times</dd>" }
    return text + "</dl>"
  }
}
