/// One step of a graph: an operator applied to values.
public struct Node: Sendable {
  /// The file's name of the node; may be empty or used twice.
  public var name: String
  /// What it computes.
  public var `operator`: any Operator
  /// Arguments; `nil` if an optional one is left out.
  public var inputs: [ValueID?]
  /// Results; `nil` if one is not wanted.
  public var outputs: [ValueID?]
  /// Values of this graph that the operator's own graphs read by name.
  public var captures: [ValueID]
  /// Kept and written back.
  public var annotations = Annotations()

  /// Makes a node.
  public init(
    _ name: String, _ operation: any Operator, inputs: [ValueID?], outputs: [ValueID?], captures: [ValueID] = []
  ) {
    (self.name, self.operator, self.inputs, self.outputs) = (name, operation, inputs, outputs)
    self.captures = captures
  }
}
