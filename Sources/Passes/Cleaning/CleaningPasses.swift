extension Pipeline {
  /// The passes that make a graph plain, in the order in which they run, and why in this order.
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
    // The plainest form of each activation first: HardSwish is found by its HardSigmoid, too.
    RecognizeHardSigmoid(),
    RecognizeHardSwish(),
    RecognizeSwish(),
    RecognizeMish(),
    RecognizeGelu(),
    RecognizeSoftmax(),
    RecognizeGlobalAveragePooling(),
    // Values that nothing reads any more would count as further readers of their inputs.
    RemoveDeadCode(),
  ]

  /// The passes that come when nothing else is left to do, and why.
  package static let finishing: [any Pass] = [
    // Padding before a convolution belongs into that; what is left may belong into a pooling.
    MovePaddingIntoPooling(),
    // Last, because stacked branches can no longer be merged with what follows each of them.
    MergeParallelConvolutions(),
  ]
}
