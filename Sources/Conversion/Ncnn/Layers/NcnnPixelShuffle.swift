import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// `PixelShuffle`, and `Reorg` for the way back.
enum NcnnPixelShuffle: NcnnLayerKind {
  static let types = ["PixelShuffle", "Reorg"]
  static let operators: [any Operator.Type] = [DepthToSpace.self, SpaceToDepth.self]

  static func write(_ node: NcnnNode) throws {
    try node.requireOneImage()
    var parameters = NcnnParameters()
    if let shuffle = node.operator as? DepthToSpace {
      parameters.set(0, shuffle.blockSize)
      parameters.set(1, shuffle.order == .columnFirst ? 0 : 1)
      return try node.write("PixelShuffle", [node.blob(0)], parameters)
    }
    guard let shuffle = node.operator as? SpaceToDepth else { return }
    parameters.set(0, shuffle.blockSize)
    parameters.set(1, shuffle.order == .columnFirst ? 0 : 1)
    try node.write("Reorg", [node.blob(0)], parameters)
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let size = try layer.size(0, default: 1)
    guard size <= 1 << 12 else { throw layer.refusal("blocks of \(size)") }
    let order = try layer.int(1) == 0 ? BlockOrder.columnFirst : .depthFirst
    if layer.layer.type == "PixelShuffle" {
      try layer.write(DepthToSpace(blockSize: size, order: order), layer.input())
    } else {
      try layer.write(SpaceToDepth(blockSize: size, order: order), layer.input())
    }
  }
}

/// `ShuffleChannel`, which is a choice of channels.
enum NcnnShuffleChannel: NcnnLayerKind {
  static let types = ["ShuffleChannel"]

  static func read(_ layer: NcnnLayerReader) throws {
    let input = try layer.input()
    var groups = try layer.size(0, default: 1)
    guard let channels = try layer.dimensions(input).first?.value, channels > 0, channels <= 1 << 20,
      channels % groups == 0
    else { throw layer.refusal("a number of channels that is not known or does not fall into groups") }
    if try layer.int(1) != 0 { groups = channels / groups }
    let each = channels / groups
    let order = (0..<channels).map { Int64(($0 % groups) * each + $0 / groups) }
    try layer.write(Gather(axis: 1), input, layer.constant(Tensor(order, shape: [channels]), "order"))
  }
}
