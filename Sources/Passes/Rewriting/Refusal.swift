import CNNGraphs
import CNNTensors

/// Why something that looked like a rewrite is none: a reason with its data. Values and nodes bear their names in the
/// graph; `RefusalWords.swift` puts the reasons into words.
package enum Refusal: Error, Hashable, Sendable {
  /// Something else needs what would go away.
  case inUse(Use)
  /// What would be stored is no constant: a caller can set it, or the graph computes it.
  case notConstant(String, isInput: Bool)
  /// A constant that is not stored in full.
  case sparse(String)
  /// The operator has a form that the rule does not cover.
  case form(Form)
  /// The numbers do not allow it.
  case numbers(Numbers)
  /// The result would differ at the border of the input.
  case border(Border)
  /// Windows, channels or shapes do not fit together.
  case fit(Fit)
  /// It would cost more than what it replaces, or too much to work out.
  case cost(Cost)
  /// The result needs a newer version of the operators than the model is written in.
  case operatorSet(needed: Int, given: Int, for: String)
  /// A scale can be moved neither to what comes before it nor to what comes behind it.
  indirect case bothWays(before: Refusal, behind: Refusal)

  /// Who needs what would go away.
  package enum Use: Hashable, Sendable {
    /// A value is an output of the graph.
    case output(String)
    /// An output of the graph would become a stored constant.
    case storedOutput(String)
    /// Two values would have to bear one name, the first being an output.
    case outputName(String, other: String)
    /// An output would be a value that no node makes.
    case outputOfNoNode(String, source: String)
    /// Another node reads a value.
    case reader(String, node: String?)
    /// A body reads a value by name.
    case body(String)
    /// Another node reads a constant, too.
    case constant(String, node: String?)
    /// The node itself reads a value twice.
    case twice(String)
    /// Two ways lead to a node.
    case twoWays(node: String)
    /// Layers that are not auxiliary are needed for an output alone.
    case layers(of: String)
  }

  /// Forms of operators that a rule does not cover.
  package enum Form: Hashable, Sendable {
    /// A normalization by the statistics of the batch.
    case training
    /// A normalization with parameters for each position of a channel.
    case parametersPerPosition
    /// A body within a branch.
    case bodyInBranch
    /// A value that a branch reads and that is not there.
    case missing(String)
    /// A window whose position follows from `auto_pad`, `ceil_mode` or dilations.
    case window
  }

  /// What numbers are in the way.
  package enum Numbers: Hashable, Sendable {
    /// A finite number that is infinite in the model's element type.
    case tooLarge(ElementType)
    /// A constant holds numbers that are not finite.
    case notFinite(String)
    /// A variance by which a normalization divides by nothing finite.
    case variance(Double, channel: Int)
    /// A factor below zero before a node that keeps the order of numbers.
    case negative(node: String)
    /// An element type that weights cannot be read in.
    case elementType(ElementType)
    /// The operator fails.
    case notComputed(String)
  }

  /// What would change at the border.
  package enum Border: Hashable, Sendable {
    /// A padded window over the outputs of another window.
    case windows
    /// A shift before a padded window.
    case shift
    /// A shift before the padding of a node.
    case shiftBefore(node: String)
    /// A shift before a node that adds up other numbers of contributions at its border.
    case unevenShift(node: String)
    /// A value may have elements below the zeros that surround it.
    case belowZero(String)
    /// A mean that leaves padding out.
    case uncountedPadding
  }

  /// What does not fit.
  package enum Fit: Hashable, Sendable {
    /// Branches stride differently.
    case strides
    /// Branches end at different positions.
    case ends
    /// A window that has more taps than an axis allows, or none.
    case window(taps: Int)
    /// The channels of two maps differ.
    case channels
    /// A number of factors for another number of channels.
    case factors(Int, channels: Int)
    /// Some channels of grouped ones.
    case groupedSlice
    /// Extents that are needed are not known.
    case unknownExtents(of: String)
    /// An input or result is left out.
    case leftOut(node: String)
    /// A node puts positions of a channel into channels.
    case mixes(node: String)
    /// A node pads channels, or by what is not known.
    case padsChannels(node: String)
    /// A node is no linear map of each channel.
    case notLinear(node: String)
    /// No linear map makes a value.
    case notMade(String)
    /// Nothing reads a value.
    case unread(String)
    /// A node reads a value as something else than its data.
    case operand(String, node: String)
    /// A node reads its input transposed.
    case transposed(node: String)
    /// A node broadcasts, or reads a value twice.
    case broadcasts(node: String)
    /// Pads that a window could lie in altogether.
    case pads([Int], kernel: [Int])
    /// A shape that another value's decides on.
    case shape(of: String)
    /// An output of another type than the main one.
    case type(of: String, ValueType, main: ValueType)
  }

  /// What it would cost.
  package enum Cost: Hashable, Sendable {
    /// Multiplications for each position of the output.
    case multiplicationsPerPosition(Int, before: Int)
    /// Multiplications for the output.
    case multiplications(Int, before: Int)
    /// Numbers that are stored.
    case numbers(Int, before: Int)
    /// Bytes of a result, and of what becomes unused.
    case bytes(Int, freed: Int)
    /// Bytes of a result, beyond the limit.
    case tooManyBytes(Int)
    /// Multiplications to work out what would be stored, beyond the limit.
    case work(Int)
    /// Units of work for one node that a fold may take, and that are not enough.
    case units(Int)
    /// Maps put together, beyond the limit.
    case maps(limit: Int)
    /// Nodes on the way to the linear maps, beyond the limit.
    case distance(limit: Int)
    /// Two convolutions that would become a convolution and a `Split`.
    case noNodeSaved
  }
}
