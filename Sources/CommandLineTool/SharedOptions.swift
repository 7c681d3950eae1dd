import ArgumentParser

/// What every command understands.
struct SharedOptions: ParsableArguments {
  @Flag(name: .long, help: "Print no progress.")
  var quiet = false
}
