/// How long each step of a run takes.
public struct ProfileSection: Sendable {
  /// A step.
  public struct Step: Sendable {
    let name: String
    let kernel: String
    let milliseconds: Double
    /// Operations in 10⁹ a second; 0 if it computes no products.
    let gigaflops: Double

    /// Describes a step.
    public init(name: String, kernel: String, milliseconds: Double, gigaflops: Double) {
      (self.name, self.kernel, self.milliseconds, self.gigaflops) = (name, kernel, milliseconds, gigaflops)
    }
  }

  private let steps: [Step]
  private let words: String
  private static let most = 2000

  /// - Parameter words: how it was measured.
  public init(_ steps: [Step], words: String) { (self.steps, self.words) = (steps, words) }

  var markup: String {
    let total = max(steps.reduce(0) { $0 + $1.milliseconds }, .leastNormalMagnitude)
    var kernels: [String: (time: Double, count: Int)] = [:]
    for step in steps {
      let known = kernels[step.kernel] ?? (0, 0)
      kernels[step.kernel] = (known.time + step.milliseconds, known.count + 1)
    }
    let order = kernels.sorted { ($0.value.time, $1.key) > ($1.value.time, $0.key) }
    let slowest = max(order.first?.value.time ?? 0, .leastNormalMagnitude)
    var sums = ReportTable(
      "kernels-table",
      [
        .init(title: "kernel", kind: .text), .init(title: "steps", kind: .number), .init(title: "ms", kind: .number),
        .init(title: "%", kind: .number), .init(title: "time", kind: .bars),
      ])
    for (name, sum) in order {
      sums.rows.append([
        .init(text: name), .init("\(sum.count)", Double(sum.count)), .init(sum.time.short, sum.time),
        .init(Self.percent(sum.time / total), sum.time), .init(bars: [(sum.time / slowest, false)], value: sum.time),
      ])
    }
    var grid = ReportTable(
      "profile-table",
      [
        .init(title: "#", kind: .number), .init(title: "layer", kind: .text), .init(title: "kernel", kind: .text),
        .init(title: "ms", kind: .number), .init(title: "%", kind: .number), .init(title: "time", kind: .bars),
        .init(title: "GFLOP/s", kind: .number),
      ])
    let longest = max(steps.reduce(0) { max($0, $1.milliseconds) }, .leastNormalMagnitude)
    for (index, step) in steps.prefix(Self.most).enumerated() {
      grid.rows.append([
        .init("\(index)", Double(index)), .init(name: step.name), .init(text: step.kernel),
        .init(step.milliseconds.short, step.milliseconds),
        .init(Self.percent(step.milliseconds / total), step.milliseconds),
        .init(bars: [(step.milliseconds / longest, false)], value: step.milliseconds),
        .init(step.gigaflops > 0 ? step.gigaflops.short : "", step.gigaflops),
      ])
    }
    return "<p>\(words.markup)</p>\n\(sums.markup)\n<h3>Steps in order</h3>\n\(grid.markup)"
  }

  private static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
