import CNNGraphs

/// What the engine knows to lower.
enum Lowerings {
  /// The registry: one line a lowering.
  static let all: [any Lowering.Type] = [
    ActivationLowering.self,
    ConcatenationLowering.self,
    ConvolutionLowering.self,
    ElementwiseLowering.self,
    GlobalPoolingLowering.self,
    IdentityLowering.self,
    LinearLowering.self,
    MoveLowering.self,
    ParametricReluLowering.self,
    PoolingLowering.self,
    QuantizationLowering.self,
    RecurrentLowering.self,
    ResampleLowering.self,
    ReshapeLowering.self,
    ResponseNormalizationLowering.self,
    SliceLowering.self,
    SoftmaxLowering.self,
    SpatialMeanLowering.self,
    TransposedConvolutionLowering.self,
  ]

  private static let byOperator: [ObjectIdentifier: any Lowering.Type] = {
    var table: [ObjectIdentifier: any Lowering.Type] = [:]
    for lowering in all { for type in lowering.operators { table[ObjectIdentifier(type)] = lowering } }
    return table
  }()

  private static let byCode: [String: any Kernel.Type] = {
    var table: [String: any Kernel.Type] = [:]
    for type in PlanBuilder.kernels { table[type.code] = type }
    for lowering in all { for type in lowering.kernels { table[type.code] = type } }
    return table
  }()

  /// The lowering of a node; `nil` if it runs on the reference path.
  static func lowering(of node: Node) -> (any Lowering.Type)? { byOperator[ObjectIdentifier(type(of: node.operator))] }

  /// The kernel that a kept plan calls so.
  static func kernel(code: String) -> (any Kernel.Type)? { byCode[code] }
}
