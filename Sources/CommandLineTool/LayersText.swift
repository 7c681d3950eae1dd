import CNNConv

/// What is printed of a comparison value by value.
struct LayersText {
  let lines: [String]

  init(_ verification: LayerVerification) {
    let count = verification.values.count.counted("value")
    let matched = verification.matching == .structure ? " of layers in the same place" : " of the same name"
    let worst = verification.values.map(Self.relative).max() ?? 0
    var lines = ["layers: \(count)\(matched), the largest difference \(worst.significant(2)) × max"]
    if let departure = verification.values.first(where: { $0.name == verification.firstDeparture }) {
      let other = verification.otherNames[departure.name].map { " (\($0.quoted) in the other model)" } ?? ""
      lines.append("  the first that departs is \(departure.name.quoted)\(other): \(departure.failure ?? "")")
    }
    self.lines = lines
  }

  private static func relative(_ comparison: Comparison) -> Double {
    comparison.maxExpected > 0 ? comparison.maxAbsoluteError / comparison.maxExpected : comparison.maxAbsoluteError
  }
}
