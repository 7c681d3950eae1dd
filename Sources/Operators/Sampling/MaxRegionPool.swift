import CNNGraphs
import CNNTensors

/// The maximum of each bin of regions of feature maps (Girshick 2015, "Fast R-CNN"). Inputs: data `[N, C, H, W]`,
/// regions `[R, 5]` as image, x1, y1, x2, y2. Result: `[R, C, height, width]`; an empty bin is 0.
public struct MaxRegionPool: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("MaxRoiPool", versions: [1, 22], inputs: 2...2)

  /// The result's height and width.
  public let size: (height: Int, width: Int)
  /// From the regions' coordinates to the data's.
  public let scale: Float

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    let shape = try node.require("pooled_shape", node.ints("pooled_shape"))
    guard shape.count == 2, shape.allSatisfy({ (1...1 << 16).contains($0) }) else {
      throw OperatorError.attribute("pooled_shape", "\(shape)")
    }
    size = (shape[0], shape[1])
    scale = try node.float("spatial_scale", default: 1)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("pooled_shape", [size.height, size.width])
    node.set("spatial_scale", scale, unless: 1)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    try context.require(0, rank: 4)
    try context.require(1, shape: [.unknown, 5])
    let channels = context.shape(0).flatMap { $0.count == 4 ? $0[1] : nil } ?? .unknown
    let regions = context.shape(1)?.first ?? .unknown
    return [.tensor(context.elementType(0), [regions, channels, .fixed(size.height), .fixed(size.width)])]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (data, regions) = (try context.tensor(0), try context.tensor(1))
    guard data.rank == 4, regions.rank == 2, regions.shape[1] == 5 else {
      throw OperatorError.invalid("regions of shape \(regions.shape) for data of shape \(data.shape)")
    }
    switch data.elementType.numericKind {
    case .float: return [.tensor(try pool(data, regions, Float.self))]
    case .double: return [.tensor(try pool(data, regions, Double.self))]
    default: throw OperatorError.elementType(input: 0, found: data.elementType)
    }
  }

  private func pool<T: FloatingScalar>(_ data: Tensor, _ regions: Tensor, _: T.Type) throws -> Tensor {
    let (channels, height, width) = (data.shape[1], data.shape[2], data.shape[3])
    let shape = [regions.shape[0], channels, size.height, size.width]
    guard try Tensor.elementCount(of: shape, data.elementType) > 0 else {
      return try Tensor.zeros(data.elementType, shape: shape)
    }
    return try data.withValues(as: T.self) { source in
      try regions.withValues(as: T.self) { regions in
        try Tensor(data.elementType, shape: shape) { (target: UnsafeMutableBufferPointer<T>) in
          var index = 0
          for region in 0..<shape[0] {
            let bounds = try (0..<5).map { index in
              let value = regions[region * 5 + index] * (index == 0 ? 1 : T(scale))
              guard value.magnitude < 0x1p40 else { throw OperatorError.invalid("a region at \(value)") }
              return Int(value.rounded(.toNearestOrAwayFromZero))
            }
            guard bounds[0] >= 0, bounds[0] < data.shape[0] else {
              throw OperatorError.invalid("image \(bounds[0]) of \(data.shape[0])")
            }
            let rows = bins(bounds[2], bounds[4], size.height, height)
            let columns = bins(bounds[1], bounds[3], size.width, width)
            let steps = (rows.reduce(0) { $0 + $1.count + 1 }, columns.reduce(0) { $0 + $1.count + 1 })
            for channel in 0..<channels {
              try WorkBudget.current.charge(steps.0.saturatingMultiplied(by: steps.1), times: WorkBudget.Cost.step)
              let plane = (bounds[0] * channels + channel) * height * width
              for row in rows {
                for column in columns {
                  var largest = row.isEmpty || column.isEmpty ? 0 : -T.infinity
                  for y in row { for x in column { largest = max(largest, source[plane + y * width + x]) } }
                  target[index] = largest
                  index += 1
                }
              }
            }
          }
        }
      }
    }
  }

  /// The elements in each bin from `first` to `last`, inclusive.
  private func bins(_ first: Int, _ last: Int, _ count: Int, _ extent: Int) -> [Range<Int>] {
    let side = Double(max(last - first + 1, 1)) / Double(count)
    return (0..<count).map { bin in
      let start = min(max(Int((Double(bin) * side).rounded(.down)) + first, 0), extent)
      let end = min(max(Int((Double(bin + 1) * side).rounded(.up)) + first, 0), extent)
      return start..<max(start, end)
    }
  }
}
