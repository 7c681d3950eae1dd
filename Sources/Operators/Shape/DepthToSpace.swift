import CNNGraphs
import CNNTensors

/// Spreads groups of channels over blocks of pixels: `[N, C·b², H, W]` to `[N, C, H·b, W·b]`.
public struct DepthToSpace: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("DepthToSpace", versions: [1, 11, 13, 28], inputs: 1...1)

  /// The side of a block.
  public let blockSize: Int
  /// How channels are numbered.
  public let order: BlockOrder

  /// Spreads channels over blocks of pixels.
  /// - Parameters:
  ///   - blockSize: the side of a block.
  ///   - order: how channels are numbered.
  public init(blockSize: Int, order: BlockOrder = .depthFirst) { (self.blockSize, self.order) = (blockSize, order) }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    blockSize = try BlockOrder.size(from: &node)
    order = node.version < 11 ? .depthFirst : try node.choice("mode", default: BlockOrder.depthFirst)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("blocksize", blockSize)
    if order != .depthFirst { try node.require(version: 11, for: "mode 'CRD'") }
    node.set("mode", order.rawValue, unless: BlockOrder.depthFirst.rawValue)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let shape = context.shape(0), shape.count == 4 else { return [.tensor(context.elementType(0), .unknown(4))] }
    let channels = try shape[1].value.map { Dimension.fixed(try self.channels($0)) } ?? .unknown
    let side = Dimension.fixed(blockSize)
    return [.tensor(context.elementType(0), [shape[0], channels, try shape[2].times(side), try shape[3].times(side)])]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    guard data.rank == 4 else { throw OperatorError.rank(input: 0, expected: "4", found: data.rank) }
    let (n, height, width) = (data.shape[0], data.shape[2], data.shape[3])
    let (channels, side) = (try channels(data.shape[1]), blockSize)
    let spread: Tensor
    switch order {
    case .depthFirst:
      spread = try data.reshaped([n, side, side, channels, height, width]).transposed([0, 3, 4, 1, 5, 2])
    case .columnFirst:
      spread = try data.reshaped([n, channels, side, side, height, width]).transposed([0, 1, 4, 2, 5, 3])
    }
    return [.tensor(try spread.reshaped([n, channels, height * side, width * side]))]
  }

  private func channels(_ depth: Int) throws -> Int {
    guard depth % (blockSize * blockSize) == 0 else {
      throw OperatorError.invalid("\(depth) channels cannot be spread over blocks of \(blockSize)×\(blockSize)")
    }
    return depth / (blockSize * blockSize)
  }
}

/// Which channels make up a block of pixels.
public enum BlockOrder: String, Sendable {
  /// Channel `(block row · b + block column) · C + c`.
  case depthFirst = "DCR"
  /// Channel `(c · b + block row) · b + block column`.
  case columnFirst = "CRD"

  static func size(from node: inout NodeReader) throws -> Int {
    let size = try node.require("blocksize", node.int("blocksize"))
    guard (1...1 << 20).contains(size) else { throw OperatorError.attribute("blocksize", "\(size)") }
    return size
  }
}
