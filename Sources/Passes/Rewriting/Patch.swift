import CNNGraphs
import CNNTensors

/// A rewrite: the nodes that go, and what takes their place. It changes nothing by itself.
package struct Patch {
  /// What a new node reads.
  package enum Operand {
    /// A value of the graph as it stands.
    case value(ValueID)
    /// One of the patch's constants. It takes the place of `keeping`, under its name, if nothing but the removed nodes
    /// reads that; otherwise it is new, named after `hint`. If it is read instead of a value that itself has the name
    /// `hint`, that value becomes the constant.
    case constant(Int, hint: String, keeping: ValueID? = nil)
    /// The result of a new node.
    case made(Int, output: Int = 0)
  }

  /// What a new node writes.
  package enum Output {
    /// A value that a removed node wrote.
    case value(ValueID)
    /// A value that the graph did not have, named after `hint`.
    case new(hint: String, ValueType)
  }

  /// A node that the graph did not have.
  package struct NewNode {
    package var name: String
    package var operation: any Operator
    package var inputs: [Operand?]
    package var outputs: [Output?]
    /// The node whose annotations it inherits.
    package var annotations = Annotations()

    package init(_ name: String, _ operation: any Operator, inputs: [Operand?], outputs: [Output?]) {
      (self.name, self.operation, self.inputs, self.outputs) = (name, operation, inputs, outputs)
    }
  }

  /// The indices of the nodes that go.
  package var removed: Set<Int>
  /// The nodes that come, where the last of the removed ones stood.
  package var added: [NewNode] = []
  /// Values in whose place others are read.
  package var redirected: [(from: ValueID, to: Operand)] = []
  /// Results of the graph that it has no longer.
  package var droppedOutputs: [ValueID] = []
  /// Computes the constants, asked for once the driver has found nothing against the rewrite.
  /// May throw ``Refusal``.
  package var constants: () throws -> [Tensor] = { [] }

  package init(removing removed: Set<Int>) { self.removed = removed }

  /// One node in the place of others.
  package init(
    removing removed: Set<Int>, adding node: NewNode, constants: @escaping () throws -> [Tensor] = { [] }
  ) {
    (self.removed, added, self.constants) = (removed, [node], constants)
  }

  /// A node that goes, its first result being the same as another value.
  package init(removing index: Int, reading value: ValueID, insteadOf result: ValueID) {
    removed = [index]
    redirected = [(result, .value(value))]
  }

  /// A node whose first result is replaced by a constant.
  package init(
    removing removed: Set<Int>, storing hint: String, insteadOf result: ValueID,
    constant: @escaping () throws -> Tensor
  ) {
    self.removed = removed
    redirected = [(result, .constant(0, hint: hint))]
    constants = { [try constant()] }
  }
}
