extension Pipeline {
  /// The passes that make a graph plain, in the order in which they run, and why in this order.
  package static let cleaning: [any Pass] = [
    // What is known now becomes a constant before anything else looks for constants.
    FoldConstants(),
    FoldShapes(),
    // Nodes that do nothing stand between those that later rules look for.
    RemoveNoOperations(),
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
}
