import CNNGraphs
import CNNPasses
import CNNTensors
import Testing

/// Reasons in words, and what they say beside their data.
@Suite struct RefusalTests {
  private static let conv = "node 'conv' (Conv)"

  static let words: [(Refusal, String, String)] = [
    (.inUse(.output("y")), "in-use", "'y' is a result of the graph"),
    (.inUse(.storedOutput("y")), "in-use", "'y' is a result of the graph and cannot be a stored constant"),
    (
      .inUse(.outputName("y", other: "z")), "in-use",
      "'y' is a result of the graph, and 'z' has to keep its name, too"
    ),
    (.inUse(.outputOfNoNode("y", source: "x")), "in-use", "'y' is a result of the graph and 'x' no node's"),
    (.inUse(.reader("x", node: conv)), "in-use", "'x' is read by node 'conv' (Conv), too"),
    (.inUse(.reader("x", node: nil)), "in-use", "'x' is read elsewhere, too"),
    (.inUse(.body("x")), "in-use", "'x' is read by name in a body"),
    (.inUse(.constant("w", node: conv)), "in-use", "'w' is shared with node 'conv' (Conv)"),
    (.inUse(.constant("w", node: nil)), "in-use", "'w' is shared by several nodes"),
    (.inUse(.twice("x")), "in-use", "'x' is read twice"),
    (.inUse(.twoWays(node: conv)), "in-use", "node 'conv' (Conv) is reached on two ways"),
    (.inUse(.layers(of: "y")), "in-use", "'y' needs layers of other names, too"),
    (.notConstant("w", isInput: true), "not-constant", "'w' is an input that a caller can set"),
    (.notConstant("w", isInput: false), "not-constant", "'w' is computed by the graph"),
    (.sparse("w"), "not-constant", "'w' is sparse"),
    (.form(.training), "form", "the normalization is in training form"),
    (.form(.parametersPerPosition), "form", "the normalization has parameters for each position"),
    (.form(.bodyInBranch), "form", "the branch has a body that reads values by name"),
    (.form(.missing("x")), "form", "'x' is no value of the branch or of the graph around it"),
    (.form(.window), "form", "auto_pad, ceil_mode or dilations say where the windows lie"),
    (.numbers(.tooLarge(.float16)), "numbers", "a folded number is too large for float16"),
    (.numbers(.notFinite("w")), "numbers", "'w' holds numbers that are not finite"),
    (
      .numbers(.variance(0, channel: 3)), "numbers", "the normalization of channel 3, variance 0.0, is not finite"
    ),
    (
      .numbers(.negative(node: conv)), "numbers", "node 'conv' (Conv) does not commute with a factor below zero"
    ),
    (.numbers(.elementType(.bfloat16)), "numbers", "weights are bfloat16"),
    (.numbers(.notComputed("no")), "numbers", "it cannot be computed: no"),
    (.border(.windows), "border", "a padded window over the outputs of another window"),
    (.border(.shift), "border", "a shift before a padded window is missing in its padding"),
    (.border(.shiftBefore(node: conv)), "border", "its shift is missing in the padding of node 'conv' (Conv)"),
    (
      .border(.unevenShift(node: conv)), "border",
      "its shift does not reach every position of node 'conv' (Conv) equally"
    ),
    (.border(.belowZero("x")), "border", "'x' may be below the zeros around it"),
    (.border(.uncountedPadding), "border", "the pooling has padding that does not count"),
    (.fit(.strides), "fit", "branches stride differently"),
    (.fit(.ends), "fit", "branches end at different positions"),
    (.fit(.window(taps: 9)), "fit", "a window of 9 taps"),
    (.fit(.channels), "fit", "the channels do not fit together"),
    (.fit(.factors(3, channels: 4)), "fit", "3 factors for 4 channels"),
    (.fit(.groupedSlice), "fit", "a slice of grouped channels"),
    (.fit(.unknownExtents(of: "x")), "fit", "the extents of 'x' are not known"),
    (.fit(.leftOut(node: conv)), "fit", "node 'conv' (Conv) leaves out an input or its result"),
    (.fit(.mixes(node: conv)), "fit", "node 'conv' (Conv) mixes channels and positions"),
    (.fit(.padsChannels(node: conv)), "fit", "node 'conv' (Conv) pads channels, or what is not known"),
    (.fit(.notLinear(node: conv)), "fit", "node 'conv' (Conv) is no linear map by channel"),
    (.fit(.notMade("x")), "fit", "'x' is not made by a linear map"),
    (.fit(.unread("x")), "fit", "nothing reads 'x'"),
    (.fit(.operand("x", node: conv)), "fit", "node 'conv' (Conv) reads 'x' at another index"),
    (.fit(.transposed(node: conv)), "fit", "node 'conv' (Conv) reads its input transposed"),
    (.fit(.broadcasts(node: conv)), "fit", "node 'conv' (Conv) broadcasts or doubles a value"),
    (.fit(.pads([1, 1], kernel: [1])), "fit", "pads of [1, 1] reach as far as a window of [1]"),
    (.fit(.shape(of: "x")), "fit", "the shape depends on 'x'"),
    (
      .fit(.type(of: "y", .tensor(.float32, [4]), main: .tensor(.float32, [5]))), "fit",
      "'y' is float32[4], the result float32[5]"
    ),
    (
      .cost(.multiplicationsPerPosition(64, before: 32)), "cost",
      "one map would take 64 multiplications for each position, not 32"
    ),
    (.cost(.multiplications(27, before: 24)), "cost", "one map would take 27 multiplications, not 24"),
    (.cost(.numbers(144, before: 16)), "cost", "one map would store 144 numbers, not 16"),
    (.cost(.bytes(4096, freed: 72)), "cost", "the result would take 4096 bytes, 72 become unused"),
    (.cost(.tooManyBytes(80 << 20)), "cost", "the result would take 80 MiB"),
    (.cost(.work(1 << 33)), "cost", "working out the one map would take 8589934592 multiplications"),
    (.cost(.maps(limit: 256)), "cost", "more than 256 maps in one region"),
    (.cost(.distance(limit: 256)), "cost", "the linear maps are too far away"),
    (.cost(.noNodeSaved), "cost", "two convolutions would become a convolution and a Split"),
    (
      .operatorSet(needed: 20, given: 17, for: "Gelu"), "operator-set",
      "Gelu needs operator set 20, the model is written in 17"
    ),
    (
      .bothWays(before: .fit(.notMade("x")), behind: .inUse(.output("y"))), "both-ways",
      "before it, 'x' is not made by a linear map; behind it, 'y' is a result of the graph"
    ),
  ]

  @Test(arguments: words) func isPutIntoWords(refusal: Refusal, kind: String, words: String) {
    #expect(refusal.kind == kind && refusal.description == words)
  }

  /// A newer version of the operators is the one thing that a user can allow.
  @Test func newerOperatorsCanBeAllowed() {
    #expect(Refusal.operatorSet(needed: 20, given: 17, for: "Gelu").remedy == .allowOperatorSet(20))
    #expect(Self.words.count { $0.0.remedy != nil } == 1)
  }
}
