/// How the elements of a tensor are spread.
public struct WeightHistogram: Sendable {
  /// Elements are counted in so many bins of equal width.
  public static let binCount = 40

  let name: String
  let shape: [Int]
  let range: ClosedRange<Double>?
  let bins: [Int]
  let mean: Double
  let deviation: Double
  let zeros: Int
  let nonFinite: Int

  /// Describes a tensor.
  /// - Parameters:
  ///   - range: the least and the largest finite element; `nil` if there is none.
  ///   - bins: finite elements in each of ``binCount`` parts of the range.
  public init(
    name: String, shape: [Int], range: ClosedRange<Double>?, bins: [Int], mean: Double, deviation: Double, zeros: Int,
    nonFinite: Int
  ) {
    (self.name, self.shape, self.range, self.bins) = (name, shape, range, bins)
    (self.mean, self.deviation, self.zeros, self.nonFinite) = (mean, deviation, zeros, nonFinite)
  }

  /// A small chart with its figures.
  var markup: String {
    let most = Double(max(1, bins.max() ?? 1))
    var path = ""
    for (index, count) in bins.enumerated() where count > 0 {
      // The least bar can still be seen.
      let height = max(0.6, 50 * Double(count) / most)
      path += "M\((Double(index) * 5).markup) 52v-\(height.markup)h4.4v\(height.markup)z"
    }
    var zero = ""
    if let range, range.contains(0), range.lowerBound < range.upperBound {
      let x = (200 * -range.lowerBound / (range.upperBound - range.lowerBound)).markup
      zero = "<path class=\"zero\" d=\"M\(x) 0V54\"/>"
    }
    let extents = shape.map(String.init).joined(separator: "×")
    var facts = ["\(extents)", "mean \(mean.short) ± \(deviation.short)"]
    if let range { facts.append("\(range.lowerBound.short) … \(range.upperBound.short)") }
    if zeros > 0 { facts.append("\(zeros.grouped) zeros") }
    var warning = ""
    if nonFinite > 0 { warning = " <span class=\"bad\">\(nonFinite.grouped) not finite</span>" }
    let shown = name.shortened(to: 120).markup
    return
      "<figure class=\"hist\"><svg viewBox=\"0 0 200 54\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\(zero)"
      + "<path d=\"\(path)\"/></svg><figcaption><b title=\"\(shown)\">\(shown)</b>"
      + "\(facts.joined(separator: " · ").markup)\(warning)</figcaption></figure>"
  }
}

extension Double {
  /// Three significant digits, such as `0.0123` or `4.5e-05`.
  var short: String {
    guard isFinite, self != 0 else { return self == 0 ? "0" : "\(self)" }
    var (digits, exponent) = (magnitude, 0)
    while digits >= 9.995 { (digits, exponent) = (digits / 10, exponent + 1) }
    while digits < 0.9995 { (digits, exponent) = (digits * 10, exponent - 1) }
    let sign = self < 0 ? "−" : ""
    if exponent >= 5 || exponent < -4 {
      return "\(sign)\(((digits * 100).rounded() / 100).markup)e\(exponent)"
    }
    var scale = 1.0
    for _ in 0..<max(0, 2 - exponent) { scale *= 10 }
    let rounded = Int((magnitude * scale).rounded())
    var (whole, rest) = ("\(rounded / Int(scale))", "\(rounded % Int(scale))")
    let places = max(0, 2 - exponent)
    if places > 0 {
      rest = String(repeating: "0", count: max(0, places - rest.count)) + rest
      while rest.hasSuffix("0") { rest.removeLast() }
      if !rest.isEmpty { whole += ".\(rest)" }
    }
    return sign + whole
  }
}
