import CNNGraphs
import CNNTensors

/// Stacks blocks of pixels as channels: `[N, C, H·b, W·b]` to `[N, C·b², H, W]`.
public struct SpaceToDepth: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("SpaceToDepth", versions: [1, 13, 28], inputs: 1...1)

  /// The side of a block.
  public let blockSize: Int
  /// How channels are numbered.
  public let order: BlockOrder

  /// Stacks blocks of pixels as channels.
  /// - Parameters:
  ///   - blockSize: the side of a block.
  ///   - order: how channels are numbered.
  public init(blockSize: Int, order: BlockOrder = .depthFirst) { (self.blockSize, self.order) = (blockSize, order) }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    blockSize = try BlockOrder.size(from: &node)
    order = node.version < 28 ? .depthFirst : try node.choice("mode", default: BlockOrder.depthFirst)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("blocksize", blockSize)
    if order != .depthFirst { try node.require(version: 28, for: "mode 'CRD'") }
    node.set("mode", order.rawValue, unless: BlockOrder.depthFirst.rawValue)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let shape = context.shape(0), shape.count == 4 else { return [.tensor(context.elementType(0), .unknown(4))] }
    let sides = try shape[2...].map { try $0.value.map { Dimension.fixed(try blocks($0)) } ?? .unknown }
    let channels = try shape[1].times(.fixed(blockSize * blockSize))
    return [.tensor(context.elementType(0), [shape[0], channels] + sides)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    guard data.rank == 4 else { throw OperatorError.rank(input: 0, expected: "4", found: data.rank) }
    let (n, channels, side) = (data.shape[0], data.shape[1], blockSize)
    let (height, width) = (try blocks(data.shape[2]), try blocks(data.shape[3]))
    let (depth, overflow) = channels.multipliedReportingOverflow(by: side * side)
    guard !overflow else { throw OperatorError.limit("\(channels) channels times \(side * side)") }
    let order = order == .depthFirst ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4]
    let stacked = try data.reshaped([n, channels, height, side, width, side]).transposed(order)
    return [.tensor(try stacked.reshaped([n, depth, height, width]))]
  }

  private func blocks(_ extent: Int) throws -> Int {
    guard extent % blockSize == 0 else {
      throw OperatorError.invalid("an extent of \(extent) has no whole blocks of \(blockSize)")
    }
    return extent / blockSize
  }
}
