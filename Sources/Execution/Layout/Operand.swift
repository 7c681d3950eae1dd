/// Memory that a kernel reads or writes and that is no list of planes.
enum Operand: Sendable, Hashable {
  /// Packed constants, from this float on.
  case packed(Int)
  /// A tensor of the model, where it lies.
  case tensor(Int)
  /// The arena's buffer, from an element on.
  case buffer(Int, start: Int = 0)
  /// The memory of a tensor that a run is given or that a reference step makes.
  case slot(Int)
}
