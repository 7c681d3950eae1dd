/// How a model's weights are spread.
public struct WeightSection: Sendable {
  private let histograms: [WeightHistogram]
  private let leftOut: Int

  /// - Parameter leftOut: how many tensors are not shown.
  public init(_ histograms: [WeightHistogram], leftOut: Int) {
    (self.histograms, self.leftOut) = (histograms, leftOut)
  }

  var markup: String {
    var note = "\(histograms.count) of \(histograms.count)"
    if leftOut > 0 { note += "; \(leftOut.grouped) smaller tensors are left out" }
    return """
      <div class="tools"><input type="search" data-filter=".hist" data-count="weights-count" placeholder="Filter" \
      aria-label="filter weights"><span id="weights-count">\(note)</span></div>
      <div class="grid">\(histograms.map(\.markup).joined(separator: "\n"))</div>
      """
  }
}
