import ArgumentParser
import CNNConv

/// Tolerances.
struct ToleranceOptions: ParsableArguments {
  @Option(name: .long, help: "Relative tolerance.")
  var rtol = Tolerance.standard.relative

  @Option(name: .long, help: "Absolute tolerance.")
  var atol = Tolerance.standard.absolute

  var value: Tolerance { Tolerance(relative: rtol, absolute: atol) }

  func validate() throws {
    guard rtol >= 0, atol >= 0, rtol.isFinite, atol.isFinite else {
      throw ValidationError("tolerances are numbers from 0 on")
    }
  }
}
