import ArgumentParser

/// A number of units of work, as in `250000` or `1e12`.
struct WorkCount: ExpressibleByArgument {
  let value: Int

  init?(argument: String) {
    guard let number = Double(argument), number >= 1, number <= 1e18, number == number.rounded() else { return nil }
    value = Int(number)
  }
}
