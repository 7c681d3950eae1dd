import CNNGraphs
import CNNTensors

/// The largest element of each window of `[N, C, D…]`; NaN wins. The second output, if wanted, holds the indices of
/// these elements in the whole input as if it were flattened, by rows or (`isColumnMajor`) each channel by columns.
public struct MaxPooling: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "MaxPool", versions: [1, 8, 10, 11, 12, 22], inputs: 1...1, outputs: 1...2)
  private static let features = SpatialWindow.Features(dilations: 10, ceilMode: 10, requiresKernel: true)

  /// Kernel, strides, dilations and padding.
  public var window: SpatialWindow
  /// True if the indices count along the first spatial axis first.
  public var isColumnMajor: Bool
  /// True if the file names the second output.
  private let hasIndices: Bool

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    window = try SpatialWindow(from: &node, Self.features)
    isColumnMajor = try node.version >= 8 && node.flag("storage_order")
    hasIndices = node.outputCount > 1
  }

  /// Makes the operator with these settings.
  public init(window: SpatialWindow, isColumnMajor: Bool = false) {
    (self.window, self.isColumnMajor, hasIndices) = (window, isColumnMajor, false)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    try window.write(to: &node, Self.features)
    if hasIndices { try node.require(version: 8, for: "the second output") }
    if isColumnMajor {
      try node.require(version: 8, for: "storage_order")
      node.set("storage_order", true)
    }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let shape = try PoolingGeometry.infer(context.shape(0), window: window)
    return [.tensor(context.elementType(0), shape), .tensor(.int64, shape)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    let geometry = try PoolingGeometry(input: x.shape, window: window)
    let wantsIndices = context.outputCount > 1
    switch x.elementType.numericKind {
    case .float: return try pool(x, geometry, wantsIndices, -Float.infinity)
    case .double: return try pool(x, geometry, wantsIndices, -Double.infinity)
    case .signed: return try pool(x, geometry, wantsIndices, Int64(-1) << Int64(x.elementType.bitWidth - 1))
    case .unsigned: return try pool(x, geometry, wantsIndices, UInt64.zero)
    case nil: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }

  private func pool<T: ArithmeticScalar>(
    _ x: Tensor, _ geometry: PoolingGeometry, _ wantsIndices: Bool, _ least: T
  ) throws -> [RuntimeValue] {
    try x.withValues(as: T.self) { source in
      if wantsIndices {
        let indices = try locate(source, geometry)
        let values = try indices.withElements(as: Int64.self) { indices in
          try Tensor(x.elementType, shape: geometry.outputShape) { (target: UnsafeMutableBufferPointer<T>) in
            for i in 0..<indices.count { target[i] = indices[i] < 0 ? least : source[Int(indices[i])] }
          }
        }
        return [.tensor(values), .tensor(isColumnMajor ? try transposed(indices, geometry) : indices)]
      }
      return [
        .tensor(
          try Tensor(x.elementType, shape: geometry.outputShape) { (target: UnsafeMutableBufferPointer<T>) in
            guard let start = target.baseAddress, !target.isEmpty else { return }
            for plane in 0..<geometry.planes {
              try geometry.fold(
                source.start + plane * geometry.inputPlane, into: start + plane * geometry.outputPlane, from: least
              ) { $1 > $0 || $1.isNotANumber ? $1 : $0 }
            }
          })
      ]
    }
  }

  /// The index of each window's largest element, the first of equal ones; -1 for a window in the padding.
  private func locate<T: ArithmeticScalar>(_ source: UnsafeBufferPointer<T>, _ geometry: PoolingGeometry) throws
    -> Tensor
  {
    let (_, second, third) = geometry.axes
    return try Tensor(.int64, shape: geometry.outputShape) { (target: UnsafeMutableBufferPointer<Int64>) in
      guard !target.isEmpty else { return }
      for plane in 0..<geometry.planes {
        let base = plane * geometry.inputPlane
        try geometry.forEachWindow { index, zs, ys, xs in
          var best = -1
          for i in 0..<zs.count {
            for j in 0..<ys.count {
              let line = base + ((zs.start + i * zs.step) * second.input + ys.start + j * ys.step) * third.input
              for k in 0..<xs.count {
                let candidate = line + xs.start + k * xs.step
                let value = source[candidate]
                if best < 0 || value > source[best] || value.isNotANumber { best = candidate }
              }
            }
          }
          target[plane * geometry.outputPlane + index] = Int64(best)
        }
      }
    }
  }

  /// The same indices counted along each channel's first axis first.
  private func transposed(_ indices: Tensor, _ geometry: PoolingGeometry) throws -> Tensor {
    let (first, second, third) = geometry.axes
    let plane = geometry.inputPlane
    return try indices.mapValues(as: Int64.self) { value in
      guard value >= 0 else { return value }
      let index = Int(value)
      let (z, y, x) = (
        index % plane / (second.input * third.input), index / third.input % second.input, index % third.input
      )
      return Int64(index / plane * plane + z + first.input * (y + second.input * x))
    }
  }
}
