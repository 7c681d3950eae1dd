import CNNGraphs

/// Every operator of ONNX's own that this program knows, one line each.
public enum StandardOperators {
  /// The operators' types, in alphabetical order.
  public static let all: [any Operator.Type] = [
    Add.self,
    Concatenation.self,
    Relu.self,
    Reshape.self,
    Sqrt.self,
  ]
}
