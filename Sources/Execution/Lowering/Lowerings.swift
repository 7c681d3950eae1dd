import CNNGraphs

/// What the engine knows to lower.
enum Lowerings {
  /// The registry: one line a lowering. If several know an operator, the first of them that lowers a node has it.
  static let all: [any Lowering.Type] = [
    ChainLowering.self,
    ActivationLowering.self,
    ConcatenationLowering.self,
    ConvolutionLowering.self,
    ElementwiseLowering.self,
    GlobalPoolingLowering.self,
    IdentityLowering.self,
    LinearLowering.self,
    MoveLowering.self,
    NormalizationLowering.self,
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
    ReductionLowering.self,
    BlockedChainLowering.self,
    UnpackedChainLowering.self,
  ]

  private static let byOperator: [ObjectIdentifier: [any Lowering.Type]] = {
    var table: [ObjectIdentifier: [any Lowering.Type]] = [:]
    for lowering in all {
      for type in lowering.operators { table[ObjectIdentifier(type), default: []].append(lowering) }
    }
    return table
  }()

  private static let byCode: [String: any Kernel.Type] = {
    var table: [String: any Kernel.Type] = [:]
    for type in PlanBuilder.kernels { table[type.code] = type }
    for lowering in all { for type in lowering.kernels { table[type.code] = type } }
    return table
  }()

  /// The lowerings of a node, in order; none if it runs on the reference path.
  static func lowerings(of node: Node) -> [any Lowering.Type] {
    byOperator[ObjectIdentifier(type(of: node.operator))] ?? []
  }

  /// What a node can be in a group by itself.
  static func role(of node: Node) -> FusionRole {
    for lowering in lowerings(of: node) where lowering.role != .chain { return lowering.role }
    return .alone
  }

  /// True if a node can be in a chain.
  static func isChainable(_ node: Node) -> Bool { lowerings(of: node).contains { $0.role == .chain } }

  /// The kernel that a kept plan calls so.
  static func kernel(code: String) -> (any Kernel.Type)? { byCode[code] }
}
