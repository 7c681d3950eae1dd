import CNNGraphs

/// How nodes of an operator, or of a family of operators, become steps.
///
/// A lowering is a file here and a line in ``Lowerings``.
protocol Lowering: Sendable {
  /// The operators that it knows.
  static var operators: [any Operator.Type] { get }

  /// The kernels that its steps run.
  static var kernels: [any Kernel.Type] { get }

  /// What its nodes can be in a group.
  static var role: FusionRole { get }

  /// Makes the steps of a group whose main node has one of the operators.
  /// - Returns: false if the kernels do not compute what the nodes say; the group then falls into its nodes, and a node
  ///   by itself runs on the reference path.
  /// - Throws: ``Unlowered``, which means the same.
  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool
}

extension Lowering {
  static var kernels: [any Kernel.Type] { [] }
  static var role: FusionRole { .alone }
}

/// What a node can be in a group of nodes that one kernel computes.
enum FusionRole: Sendable {
  /// In no group of several nodes.
  case alone
  /// Takes what is before it, a sum and an activation after it.
  case convolution
  /// Takes an activation after it.
  case product
  /// Takes an activation after it, if nothing else takes the node.
  case elementwise
  /// With others that work element by element.
  case chain
}

/// Why a node is left to the reference path.
enum Unlowered: Error {
  /// It reads or makes something that no kernel knows.
  case shape
}
