import CKernels
import CNNGraphs

/// Nodes that one kernel computes: a node, what its inputs pass through on the way in, and what its result passes through.
struct FusionGroup {
  /// What a 1×1 convolution does to its input while it reads it.
  enum Prologue {
    /// `x · scale + shift` per channel, then perhaps clipped at zero: a normalization.
    case affine(scale: [Float], shift: [Float], clips: Bool)
    /// `x · gate`, one number for each image and channel: squeeze and excitation.
    case gate(ValueID)
  }

  /// The node that gives the group its kind.
  var main: Int
  /// All nodes, the main one among them.
  var members: [Int]
  /// What the main node reads first.
  var input: ValueID
  var prologue: Prologue?
  /// What is added before the activation.
  var residual: ValueID?
  /// A constant number that a product is multiplied by.
  var factor: Float = 1
  /// A constant row, or one number, that is added to each row of a product.
  var addend: ValueID?
  var activation = cnn_activation.identity
  /// True if all nodes work element by element, and the main one is the last.
  var isChain = false
  /// What the group computes.
  var output: ValueID

  /// A node by itself.
  init(main: Int, input: ValueID, output: ValueID) {
    (self.main, members, self.input, self.output) = (main, [main], input, output)
  }

  /// The index of the node at which the group runs.
  var position: Int { members.max() ?? main }
}
