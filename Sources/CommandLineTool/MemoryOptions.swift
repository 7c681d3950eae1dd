import ArgumentParser

/// How a run is bounded.
struct MemoryOptions: ParsableArguments {
  @Option(name: .long, help: "The most bytes tensors may take, as in 4GB; in proportion to the model where not given.")
  var memoryLimit: ByteCount?
}
