import CNNGraphs

/// An operator without attributes, except for the `consumed_inputs` of the first versions, which means nothing.
package protocol PlainOperator: Operator {
  init()
}

extension PlainOperator {
  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    self.init()
    if node.version < 6 { node.ignore("consumed_inputs") }
  }
}
