/// The passes in the order in which they run, and why in this order.
///
/// They are run again until nothing changes, so that the order decides on speed and names alone.
package enum Pipeline {
  /// All passes.
  package static let deployment: [any Pass] =
    cleaning + recognizing + collapsing + finishing

  /// The passes before a graph is run here: all outputs stay. Stacking layers saves nothing, because the engine reads and
  /// writes channels where they lie.
  /// Quantized constants are restored once.
  package static let execution: [any Pass] = deployment.filter {
    $0.traits.isDisjoint(with: [.dropsOutputs, .stacksLayers])
  }.map { $0 is FoldConstants ? FoldConstants(restoresNumbers: true) : $0 }

  /// They make a graph plain, so that it shows what later passes look for.
  package static let cleaning: [any Pass] = [
    // What is not wanted at all need not be cleaned.
    RemoveAuxiliaryHeads(),
    // What is known now becomes a constant before anything else looks for constants.
    ResolveCastsLike(),
    FoldConstants(),
    FoldShapes(),
    DropZeroBiases(),
    // The condition of an If is a constant by now, or never.
    InlineConditions(),
    // Nodes that do nothing stand between those that later rules look for.
    RemoveNoOperations(),
    NormalizeFlatten(),
    NormalizeSoftmax(),
    MergeCasts(),
    MergeTransposes(),
    MergeReshapes(),
    MergeClips(),
    // Nodes that were fed by no-operations become equal only now.
    MergeCommonSubexpressions(),
  ]

  /// They find operators that a file spells out in several nodes.
  package static let recognizing: [any Pass] = [
    // The plainest form of each activation first: HardSwish is found by its HardSigmoid, too.
    RecognizeHardSigmoid(),
    RecognizeHardSwish(),
    RecognizeSwish(),
    RecognizeMish(),
    RecognizeGelu(),
    RecognizeSoftmax(),
    RecognizeGlobalAveragePooling(),
    // Nodes whose results are no longer read would count as further readers of their inputs.
    RemoveDeadCode(),
  ]

  /// They need a clean graph, which shows its affine regions: constants stand where they are computed, and nothing lies
  /// in between.
  package static let collapsing: [any Pass] = [
    // Whole branches become one convolution.
    CollapseAffineRegions(),
    // What is left of normalizations and scales moves into linear maps further away.
    AbsorbScales(),
    FoldScalesIntoProducts(),
  ]

  /// They come when nothing else is left to do.
  package static let finishing: [any Pass] = [
    // Padding before a convolution belongs into that; what is left may belong into a pooling.
    MovePaddingIntoPooling(),
    // Last, because stacked branches can no longer be merged with what follows each of them.
    MergeParallelConvolutions(),
  ]
}
