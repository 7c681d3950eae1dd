import CNNConv
import CNNSystem

/// The time of each step as bars, the longest first.
struct ProfileChart {
  private let steps: [StepTime]
  private let width: Int

  /// Colours of a terminal for the kernels that take most time.
  private static let colours = [36, 33, 35, 32, 34, 31]

  /// - Parameter width: characters of a line; those that stdout shows if it is not given.
  init(_ steps: [StepTime], width: Int = StandardStream.output.columns) {
    self.steps = steps.sorted { $0.milliseconds > $1.milliseconds }
    self.width = width
  }

  func print() {
    let total = max(steps.reduce(0) { $0 + $1.milliseconds }, .leastNormalMagnitude)
    let longest = max(steps.first?.milliseconds ?? 0, .leastNormalMagnitude)
    let bar = max(8, min(40, (width - 30) / 4))
    // A line of a terminal that is too long would wrap; what is piped may be as long as it is.
    let room = StandardStream.output.isTerminal ? max(12, width - bar - 32) : .max
    let colours = kernelColours
    // Three digits of the longest step at least.
    let places = longest >= 100 ? 1 : longest >= 1 ? 3 : 5
    Terminal.print(
      "ms".leftPadded(9, gap: 1) + "%".leftPadded(7, gap: 1) + "  " + "".rightPadded(bar)
        + "GFLOP/s".leftPadded(10, gap: 1) + "  kernel and node")
    for step in steps {
      let speed = step.milliseconds > 0 ? 2 * Double(step.work) / step.milliseconds / 1e6 : 0
      let label = "\(step.kernel): \(step.label)"
      let text = room < .max ? label.printable.shortened(to: room) : label
      Terminal.print(
        "\(step.milliseconds.rounded(toPlaces: places))".leftPadded(9, gap: 1)
          + "\((100 * step.milliseconds / total).rounded(toPlaces: 1))".leftPadded(7, gap: 1) + "  ",
        coloured: Self.bar(step.milliseconds / longest, bar).rightPadded(bar), colours[step.kernel] ?? 37,
        (step.work > 0 ? "\(speed.rounded(toPlaces: 1))" : "").leftPadded(10, gap: 1) + "  " + text)
    }
  }

  private var kernelColours: [String: Int] {
    var times: [String: Double] = [:]
    for step in steps { times[step.kernel, default: 0] += step.milliseconds }
    let order = times.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    return Dictionary(uniqueKeysWithValues: zip(order.map(\.key), Self.colours))
  }

  /// A bar in eighths of a character; the least that takes time is one.
  static func bar(_ share: Double, _ width: Int) -> String {
    let eighths = share > 0 ? max(1, Int((min(1, share) * Double(width) * 8).rounded())) : 0
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    return String(repeating: "█", count: eighths / 8) + rest
  }
}
