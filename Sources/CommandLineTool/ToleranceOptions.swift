import ArgumentParser
import CNNConv

/// Tolerances.
struct ToleranceOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("Relative tolerance; \(Tolerance.standard.relative) if not given.", valueName: "R"))
  var rtol: Double?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Absolute tolerance; if not given, \(Tolerance.standard.absolute) times the largest expected magnitude.",
      valueName: "A"))
  var atol: Double?

  @Flag(name: .long, help: "Equal infinities, and NaN on both sides, agree.") var allowNonFinite = false

  /// The default: integers are equal. A tolerance that is given holds for integers, too.
  var value: Tolerance {
    var value = Tolerance.standard
    if let rtol { value.relative = rtol }
    if let atol { (value.absolute, value.isScaled) = (atol, false) }
    value.integersAreExact = rtol == nil && atol == nil
    value.allowsNonFinite = allowNonFinite
    return value
  }

  func validate() throws {
    guard [rtol, atol].allSatisfy({ ($0 ?? 0) >= 0 && ($0 ?? 0).isFinite }) else {
      throw ValidationError("tolerances are numbers from 0 on")
    }
  }
}
