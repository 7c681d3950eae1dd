import CNNGraphs

/// Every operator of ONNX's own that this program knows, one line each.
public enum StandardOperators {
  /// The operators' types, in alphabetical order.
  public static let all: [any Operator.Type] = [
    Add.self,
    AffineGrid.self,
    ArithmeticProgression.self,
    CenterCropPad.self,
    Concatenation.self,
    Constant.self,
    ConstantOfShape.self,
    DepthToSpace.self,
    Expand.self,
    Flatten.self,
    Gather.self,
    GatherElements.self,
    GatherND.self,
    GridSample.self,
    MaxRegionPool.self,
    NonMaximumSuppression.self,
    Padding.self,
    RegionAlign.self,
    Relu.self,
    Reshape.self,
    Resize.self,
    Shape.self,
    Size.self,
    Slicing.self,
    SpaceToDepth.self,
    Split.self,
    Sqrt.self,
    Squeeze.self,
    Tile.self,
    Transpose.self,
    Unsqueeze.self,
    Upsample.self,
  ]
}
