import CNNGraphs
import CNNTensors

/// Puts each element of `[N, C, D…]` where a max pooling found it; everything else is 0. Inputs: the elements, their
/// indices in the whole result as if it were flattened, and the result's shape, if it is not the smallest that fits.
public struct MaxUnpooling: Operator, ArrayReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("MaxUnpool", versions: [9, 11, 22], inputs: 2...3)
  private static let features = SpatialWindow.Features(dilations: nil, requiresKernel: true, autoPad: false)

  /// Kernel, strides and padding of the pooling.
  public var window: SpatialWindow

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { window = try SpatialWindow(from: &node, Self.features) }
  /// Makes the operator with these settings.
  public init(window: SpatialWindow) { self.window = window }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { try window.write(to: &node, Self.features) }

  /// The extents of the pooling's input, if nothing of it was left over.
  private func extents(over input: [Int]) throws -> [Int] {
    try zip(input, window.settings(rank: input.count, weights: nil)).map { extent, settings in
      guard extent <= Int(Int32.max) else { throw OperatorError.limit("a spatial extent of \(extent)") }
      let result = (extent - 1) * settings.stride + settings.kernel - settings.pads.begin - settings.pads.end
      guard result >= 0 else { throw OperatorError.invalid("padding leaves \(result) elements") }
      return result
    }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let type = context.elementType(0)
    try context.require(0, rankFrom: 3)
    if let x = context.shape(0) {
      try context.require(1, shape: x)
      try context.require(2, count: .fixed(x.count))
    }
    if let contents = context.contents(2) { return [.tensor(type, contents)] }
    guard let shape = context.shape(0), shape.count >= 3, !context.has(2) else {
      return [.tensor(type, context.shape(0).map { $0.map { _ in .unknown } })]
    }
    let spatial = shape[2...].map { extent -> [Int]? in extent.value.map { [$0] } }
    guard spatial.allSatisfy({ $0 != nil }) else {
      return [.tensor(type, shape[..<2] + shape[2...].map { _ in .unknown })]
    }
    return [.tensor(type, shape[..<2] + (try extents(over: spatial.flatMap { $0 ?? [] })).map(Dimension.fixed))]
  }

  package var arrayBytes: [Int: Int] { [0: 16] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (x, indices) = (try context.tensor(0), try context.tensor(1))
    guard x.rank >= 3 else { throw OperatorError.rank(input: 0, expected: "3 or more", found: x.rank) }
    guard indices.shape == x.shape else {
      throw OperatorError.invalid("indices of shape \(indices.shape) for elements of shape \(x.shape)")
    }
    guard indices.elementType == .int64 else { throw OperatorError.elementType(input: 1, found: indices.elementType) }
    let tight = try Array(x.shape[..<2]) + extents(over: Array(x.shape[2...]))
    let shape = try context.optionalIntegers(2) ?? tight
    guard shape.count == x.rank else { throw OperatorError.input(2, expected: "\(x.rank) extents") }
    _ = try Tensor.elementCount(of: shape)
    let count = try Tensor.elementCount(of: tight, x.elementType)
    let width = x.elementType.bitWidth / 8
    guard width > 0 else { throw OperatorError.elementType(input: 0, found: x.elementType) }
    let result = try indices.withElements(as: Int64.self) { indices in
      try x.withBytes { source in
        try Tensor(x.elementType, shape: tight) { target in
          target.initializeMemory(as: UInt8.self, repeating: 0)
          for (element, index) in indices.enumerated() {
            guard index >= 0, index < count else {
              throw OperatorError.invalid("index \(index) in a tensor of \(count) elements")
            }
            for byte in 0..<width { target[Int(index) * width + byte] = source[element * width + byte] }
          }
        }
      }
    }
    return [.tensor(shape == tight ? result : try result.padded(to: shape))]
  }
}

extension Tensor {
  /// This tensor in the first corner of another shape of the same rank, zeros behind it; what does not fit is cut off.
  fileprivate func padded(to target: [Int]) throws -> Tensor {
    let strides = shape.strides
    let common = zip(shape, target).map { min($0, $1) }
    let kept = try Tensor.linearIndices(shape: common, strides: strides)
    let put = try Tensor.linearIndices(shape: common, strides: target.strides)
    let width = elementType.bitWidth / 8
    return try Tensor(elementType, shape: target) { bytes in
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
      withBytes { source in
        for (from, to) in zip(kept, put) {
          for byte in 0..<width { bytes[to * width + byte] = source[from * width + byte] }
        }
      }
    }
  }
}
