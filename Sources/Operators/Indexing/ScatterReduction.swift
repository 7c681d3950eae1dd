import CNNGraphs
import CNNTensors

/// What becomes of an element that an update falls on.
public enum ScatterReduction: String, Sendable {
  case none, add, mul, min, max

  /// Reads the attribute, which came in version 16; minimum and maximum came in version 18.
  static func read(from node: inout NodeReader) throws -> ScatterReduction {
    node.version < 16 ? .none : try node.choice("reduction", default: .none)
  }

  func write(to node: inout NodeWriter) throws {
    if self != .none {
      try node.require(version: self == .min || self == .max ? 18 : 16, for: "reduction '\(rawValue)'")
    }
    node.set("reduction", rawValue, unless: "none")
  }

  @inline(__always)
  fileprivate func join<T: ArithmeticScalar>(_ old: T, _ new: T) -> T {
    switch self {
    case .none: new
    case .add: T.adding(old, new)
    case .mul: T.multiplying(old, new)
    case .min: old.isNotANumber || old < new ? old : new
    case .max: old.isNotANumber || old > new ? old : new
    }
  }
}

extension Tensor {
  /// A copy in which blocks of `size` elements, which begin at `starts`, are joined with those of `updates` in order.
  /// The indices must lie within the tensor.
  package func scattered(
    _ updates: Tensor, at starts: [Int], blockSize size: Int, _ reduction: ScatterReduction
  ) throws -> Tensor {
    guard updates.elementType == elementType else {
      throw OperatorError.elementType(input: 2, found: updates.elementType)
    }
    guard size > 0, !starts.isEmpty else { return self }
    guard updates.count == starts.count * size, starts.allSatisfy({ $0 >= 0 && $0 <= count - size }) else {
      throw OperatorError.invalid("\(updates.count) updates for \(starts.count) blocks of \(size)")
    }
    if reduction == .none { return try replacing(updates, at: starts, size) }
    switch elementType.numericKind {
    case .float: return try joined(updates, at: starts, size, reduction, Float.self)
    case .double: return try joined(updates, at: starts, size, reduction, Double.self)
    case .signed: return try joined(updates, at: starts, size, reduction, Int64.self)
    case .unsigned: return try joined(updates, at: starts, size, reduction, UInt64.self)
    case nil: throw OperatorError.elementType(input: 0, found: elementType)
    }
  }

  private func replacing(_ updates: Tensor, at starts: [Int], _ size: Int) throws -> Tensor {
    if var strings, let new = updates.strings {
      for (block, start) in starts.enumerated() {
        strings.replaceSubrange(start..<start + size, with: new[block * size..<(block + 1) * size])
      }
      return try Tensor(strings: strings, shape: shape)
    }
    if elementType.bitWidth < 8 {
      let wide = try updates.converted(to: elementType.byteWideType)
      return try unpacked { try $0.replacing(wide, at: starts, size) }
    }
    let width = elementType.bitWidth / 8
    return try Tensor(elementType, shape: shape) { target in
      withBytes { target.copyMemory(from: $0) }
      guard let target = target.baseAddress else { return }
      updates.withBytes { new in
        guard let new = new.baseAddress else { return }
        for (block, start) in starts.enumerated() {
          (target + start * width).copyMemory(from: new + block * size * width, byteCount: size * width)
        }
      }
    }
  }

  private func joined<T: ArithmeticScalar>(
    _ updates: Tensor, at starts: [Int], _ size: Int, _ reduction: ScatterReduction, _: T.Type
  ) throws -> Tensor {
    try withValues(as: T.self) { old in
      try updates.withValues(as: T.self) { new in
        try Tensor(elementType, shape: shape) { (target: UnsafeMutableBufferPointer<T>) in
          _ = target.update(fromContentsOf: old)
          for (block, start) in starts.enumerated() {
            for i in 0..<size { target[start + i] = reduction.join(target[start + i], new[block * size + i]) }
          }
        }
      }
    }
  }
}
