import CNNConv

/// Operators with settings, made as any program makes them: what this file names is public.
func layers() -> [any Operator] {
  [
    LongShortTermMemory(.bidirectional, hiddenSize: 8), GatedRecurrentUnit(hiddenSize: 8, appliesResetLast: true),
    RecurrentNetwork(.reverse, hiddenSize: 8, clip: 1, isBatchFirst: true),
    Resize(Resampling(.linear, coordinates: .alignCorners), axes: [2, 3], aspectRatio: .notLarger),
    Upsample(mode: .linear),
    GridSample(mode: .cubic, beyond: .border, alignsCorners: true), DepthToSpace(blockSize: 2, order: .columnFirst),
    SpaceToDepth(blockSize: 2), ReduceMean(keepsAxes: false), ReduceSum(), ReduceMaximum(), ReduceMinimum(),
    ReduceProduct(), ReduceL1(), ReduceL2(), ReduceLogSum(), ReduceLogSumExp(), ReduceSumSquare(),
  ]
}
