import CNNGraphs
import CNNTensors

/// Puts blocks back into the image they were cut from, adding where they overlap. Inputs: data `[N, C · block,
/// positions]`, the image's extents, the block's extents. Result: `[N, C, …image]`.
public struct ColumnsToImage: Operator, ArrayReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Col2Im", versions: [18], inputs: 3...3)

  /// From one element of a block to the next, for each axis.
  public let dilations: [Int]?
  /// Befores, then afters.
  public let pads: [Int]?
  /// From one block to the next.
  public let strides: [Int]?

  /// Makes the operator with these settings.
  public init(dilations: [Int]? = nil, pads: [Int]? = nil, strides: [Int]? = nil) {
    (self.dilations, self.pads, self.strides) = (dilations, pads, strides)
  }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    (dilations, pads, strides) = (try node.ints("dilations"), try node.ints("pads"), try node.ints("strides"))
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("dilations", dilations)
    node.set("pads", pads)
    node.set("strides", strides)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let rank = context.contents(1)?.count ?? context.shape(1)?.first?.value
    guard let image = context.contents(1) ?? .unknown(rank) else { return [.tensor(context.elementType(0), nil)] }
    let data = context.shape(0)
    var channels = Dimension.unknown
    if let data, data.count == 3, let depth = data[1].value, let block = context.contents(2)?.folded.value, block > 0 {
      channels = .fixed(depth / block)
    }
    return [.tensor(context.elementType(0), [data?.first ?? .unknown, channels] + image)]
  }

  package var arrayBytes: [Int: Int] { [0: 32] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    let (image, block) = (try context.integers(1), try context.integers(2))
    let axes = image.count
    let ones = image.map { _ in 1 }
    let (dilations, strides) = (dilations ?? ones, strides ?? ones)
    let pads = pads ?? Array(repeating: 0, count: 2 * axes)
    guard data.rank == 3, block.count == axes, dilations.count == axes, strides.count == axes, pads.count == 2 * axes,
      (image + block + dilations + strides).allSatisfy({ (1...1 << 31).contains($0) }),
      pads.allSatisfy({ (0...1 << 31).contains($0) })
    else { throw OperatorError.invalid("blocks \(block) of an image \(image) from data of shape \(data.shape)") }
    let blockSize = try Tensor.elementCount(of: block)
    let positions = (0..<axes).map { axis in
      let reach = image[axis] + pads[axis] + pads[axis + axes] - dilations[axis] * (block[axis] - 1) - 1
      return reach < 0 ? 0 : reach / strides[axis] + 1
    }
    guard data.shape[1] % blockSize == 0, try Tensor.elementCount(of: positions) == data.shape[2] else {
      throw OperatorError.invalid("\(data.shape[1]) × \(data.shape[2]) columns for \(blockSize) × \(positions) blocks")
    }
    let shape = [data.shape[0], data.shape[1] / blockSize] + image
    guard data.count > 0 else { return [.tensor(try Tensor.zeros(data.elementType, shape: shape))] }
    try WorkBudget.current.charge(data.count, times: axes * 5 * WorkBudget.Cost.step)
    // For each element of a block and each block's position its index along each axis, or -1 beside the image.
    let indices = (0..<axes).map { axis in
      (0..<block[axis]).map { element in
        (0..<positions[axis]).map { position in
          let index = position * strides[axis] + element * dilations[axis] - pads[axis]
          return index >= 0 && index < image[axis] ? index : -1
        }
      }
    }
    let columns = Columns(block: block, positions: positions, indices: indices, image: image)
    switch data.elementType.numericKind {
    case .float: return [.tensor(try columns.added(data, shape, Float.self))]
    case .double: return [.tensor(try columns.added(data, shape, Double.self))]
    case .signed: return [.tensor(try columns.added(data, shape, Int64.self))]
    case .unsigned: return [.tensor(try columns.added(data, shape, UInt64.self))]
    case nil: throw OperatorError.elementType(input: 0, found: data.elementType)
    }
  }

  private struct Columns {
    let block: [Int]
    let positions: [Int]
    let indices: [[[Int]]]
    let image: [Int]

    func added<T: ArithmeticScalar>(_ data: Tensor, _ shape: [Int], _: T.Type) throws -> Tensor {
      let (elements, count, area) = (block.product, positions.product, image.product)
      let steps = image.strides
      return try data.withValues(as: T.self) { source in
        try Tensor(data.elementType, shape: shape) { (target: UnsafeMutableBufferPointer<T>) in
          target.update(repeating: 0)
          for column in 0..<source.count {
            let (row, position) = column.quotientAndRemainder(dividingBy: count)
            var (element, rest) = (row % elements, position)
            var index = row / elements * area
            var isInside = true
            for axis in block.indices.reversed() {
              let along = indices[axis][element % block[axis]][rest % positions[axis]]
              isInside = isInside && along >= 0
              index += along * steps[axis]
              element /= block[axis]
              rest /= positions[axis]
            }
            if isInside { target[index] = T.adding(target[index], source[column]) }
          }
        }
      }
    }
  }
}
