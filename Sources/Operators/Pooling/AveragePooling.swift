import CNNGraphs
import CNNTensors

/// The mean of each window of `[N, C, D…]`: over the elements inside the input, or (`countsPadding`) over those inside
/// the padded input, padding being zero. What a rounded-up last window covers behind the padding never counts.
public struct AveragePooling: NonnegativeLinearOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("AveragePool", versions: [1, 7, 10, 11, 19, 22], inputs: 1...1)
  private static let features = SpatialWindow.Features(dilations: 19, ceilMode: 10, requiresKernel: true)

  /// Kernel, strides, dilations and padding.
  public var window: SpatialWindow
  /// True if padding counts as zeros.
  public var countsPadding: Bool

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    window = try SpatialWindow(from: &node, Self.features)
    countsPadding = try node.version >= 7 && node.flag("count_include_pad")
  }

  /// Makes the operator with these settings.
  public init(window: SpatialWindow, countsPadding: Bool = false) {
    (self.window, self.countsPadding) = (window, countsPadding)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    try window.write(to: &node, Self.features)
    if countsPadding {
      try node.require(version: 7, for: "count_include_pad")
      node.set("count_include_pad", true)
    }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [.tensor(context.elementType(0), try PoolingGeometry.infer(context.shape(0), window: window))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    let geometry = try PoolingGeometry(input: x.shape, window: window)
    switch x.elementType.numericKind {
    case .float: return [.tensor(try pool(x, geometry, Float.self))]
    case .double: return [.tensor(try pool(x, geometry, Double.self))]
    default: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }

  private func pool<T: FloatingScalar>(_ x: Tensor, _ geometry: PoolingGeometry, _: T.Type) throws -> Tensor {
    let (first, second, third) = geometry.axes
    func counts(_ axis: WindowAxis) -> [T] {
      (0..<axis.output).map { T(countsPadding ? axis.paddedTapCount(of: $0) : axis.taps(of: $0).count) }
    }
    return try x.withValues(as: T.self) { source in
      try Tensor(x.elementType, shape: geometry.outputShape) { (target: UnsafeMutableBufferPointer<T>) in
        guard let start = target.baseAddress, !target.isEmpty else { return }
        let (depths, heights, widths) = (counts(first), counts(second), counts(third))
        for plane in 0..<geometry.planes {
          var row = start + plane * geometry.outputPlane
          try geometry.fold(source.start + plane * geometry.inputPlane, into: row, from: 0) { $0 + $1 }
          for depth in depths {
            for height in heights {
              let rows = depth * height
              widths.withUnsafeBufferPointer { widths in
                for x in 0..<widths.count { row[x] /= rows * widths[x] }
              }
              row += widths.count
            }
          }
        }
      }
    }
  }
}
