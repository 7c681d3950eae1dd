extension Pipeline {
  /// The passes before a graph is run: all outputs stay, and parallel convolutions are left apart, since the engine reads
  /// and writes channels where they lie.
  package static var execution: [any Pass] {
    let left = ["remove-auxiliary-heads", "merge-parallel-convolutions"]
    return deployment.filter { !left.contains($0.description.name) }
  }
}
