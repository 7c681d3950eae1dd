import ArgumentParser

/// A number of bytes with an optional unit.
struct ByteCount: ExpressibleByArgument {
  let value: Int

  init?(argument: String) {
    let units: [(String, Int)] = [
      ("GIB", 1 << 30), ("MIB", 1 << 20), ("KIB", 1 << 10), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000),
      ("G", 1_000_000_000), ("M", 1_000_000), ("K", 1000), ("B", 1), ("", 1),
    ]
    let text = argument.uppercased()
    guard let (unit, size) = units.first(where: { text.hasSuffix($0.0) }), let number = Int(text.dropLast(unit.count)),
      number > 0
    else { return nil }
    let (value, overflow) = number.multipliedReportingOverflow(by: size)
    guard !overflow else { return nil }
    self.value = value
  }
}
