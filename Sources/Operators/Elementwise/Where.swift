import CNNGraphs
import CNNTensors

/// `x` where the condition holds, otherwise `y`, broadcast. Inputs: condition (Boolean), x, y of any one type.
public struct Where: PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Where", versions: [9, 16], inputs: 3...3)

  /// Makes the operator.
  public init() {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let shape = try Broadcast.infer((0..<3).map { context.shape($0) })
    return [.tensor(context.elementType(1) ?? context.elementType(2), shape, contents: contents(context))]
  }

  private func contents(_ context: InferenceContext) -> [Dimension]? {
    guard let condition = context.contents(0), let x = context.contents(1), let y = context.contents(2),
      (0..<3).allSatisfy({ (context.shape($0)?.count ?? 2) <= 1 })
    else { return nil }
    let counts = [condition.count, x.count, y.count]
    guard let count = counts.contains(0) ? 0 : counts.max(), counts.allSatisfy({ $0 == count || $0 == 1 }) else {
      return nil
    }
    func pick(_ list: [Dimension], _ index: Int) -> Dimension { list[list.count == 1 ? 0 : index] }
    return (0..<count).map { index in
      switch pick(condition, index) {
      case .fixed(let value): pick(value == 0 ? y : x, index)
      default: pick(x, index) == pick(y, index) ? pick(x, index) : .unknown
      }
    }
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (condition, x, y) = (try context.tensor(0), try context.tensor(1), try context.tensor(2))
    guard condition.elementType == .bool else {
      throw OperatorError.elementType(input: 0, found: condition.elementType)
    }
    guard x.elementType == y.elementType else { throw OperatorError.elementType(input: 2, found: y.elementType) }
    return [.tensor(try Tensor.selecting(condition, x, y))]
  }
}

extension Tensor {
  /// `x` where `condition`, a Boolean tensor, holds, otherwise `y`.
  fileprivate static func selecting(_ condition: Tensor, _ x: Tensor, _ y: Tensor) throws -> Tensor {
    let broadcast = try Broadcast(condition.shape, x.shape, y.shape)
    let (type, steps, width) = (x.elementType, broadcast.rowSteps, broadcast.rowWidth)
    if let left = x.strings, let right = y.strings {
      try checkStrings(elementCount(of: broadcast.shape))
      var result = [String](repeating: "", count: try elementCount(of: broadcast.shape))
      condition.withBytes { holds in
        broadcast.forEachRow { row, starts in
          for i in 0..<width {
            result[row + i] =
              holds[starts[0] + i * steps[0]] != 0
              ? left[starts[1] + i * steps[1]] : right[starts[2] + i * steps[2]]
          }
        }
      }
      return try Tensor(strings: result, shape: broadcast.shape)
    }
    if type.bitWidth < 8 {
      let wide = type.byteWideType
      return try selecting(condition, try x.converted(to: wide), try y.converted(to: wide)).converted(to: type)
    }
    return try Tensor(type, shape: broadcast.shape) { target in
      condition.withBytes { holds in
        x.withBytes { x in
          y.withBytes { y in
            switch type.bitWidth {
            case 8: select(UInt8.self, broadcast, holds, x, y, target)
            case 16: select(UInt16.self, broadcast, holds, x, y, target)
            case 32: select(UInt32.self, broadcast, holds, x, y, target)
            case 64: select(UInt64.self, broadcast, holds, x, y, target)
            default: select(SIMD2<UInt64>.self, broadcast, holds, x, y, target)
            }
          }
        }
      }
    }
  }

  private static func select<T: BitwiseCopyable>(
    _: T.Type, _ broadcast: Broadcast, _ holds: UnsafeRawBufferPointer, _ x: UnsafeRawBufferPointer,
    _ y: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer
  ) {
    let (steps, width, stride) = (broadcast.rowSteps, broadcast.rowWidth, MemoryLayout<T>.stride)
    broadcast.forEachRow { row, starts in
      for i in 0..<width {
        let value =
          holds[starts[0] + i * steps[0]] != 0
          ? x.loadUnaligned(fromByteOffset: (starts[1] + i * steps[1]) * stride, as: T.self)
          : y.loadUnaligned(fromByteOffset: (starts[2] + i * steps[2]) * stride, as: T.self)
        target.storeBytes(of: value, toByteOffset: (row + i) * stride, as: T.self)
      }
    }
  }
}
