import CNNGraphs
import CNNTensors

/// How several operands are read when their shapes are broadcast together (ONNX "Multidirectional broadcasting").
package struct Broadcast: Sendable {
  /// The common shape.
  package let shape: [Int]
  /// For each operand and axis, the step in elements; 0 where the operand is repeated.
  private let strides: [[Int]]

  /// - Throws: ``OperatorError/invalid(_:)`` where the shapes do not fit together.
  package init(_ shapes: [Int]...) throws { try self.init(shapes) }

  package init(_ shapes: [[Int]]) throws {
    let rank = shapes.map(\.count).max() ?? 0
    var common = [Int](repeating: 1, count: rank)
    for shape in shapes {
      for (axis, extent) in shape.enumerated() {
        let place = rank - shape.count + axis
        if extent == 1 || extent == common[place] { continue }
        guard common[place] == 1 else { throw OperatorError.invalid("shapes \(shapes) cannot be broadcast together") }
        common[place] = extent
      }
    }
    _ = try Tensor.elementCount(of: common)
    shape = common
    strides = shapes.map { shape in
      var strides = [Int](repeating: 0, count: rank)
      var step = 1
      for axis in shape.indices.reversed() {
        strides[rank - shape.count + axis] = shape[axis] == 1 ? 0 : step
        step *= shape[axis]
      }
      return strides
    }
  }

  /// Calls `body` for each row along the last axis with the row's start in the result, and each operand's start.
  /// The operands' steps along the row are ``rowSteps``.
  @inline(__always)
  package func forEachRow(_ body: (_ start: Int, _ starts: [Int]) throws -> Void) rethrows {
    guard !shape.contains(0) else { return }
    guard let width = shape.last else { return try body(0, strides.map { _ in 0 }) }
    let outer = shape.count - 1
    var position = [Int](repeating: 0, count: outer)
    var starts = strides.map { _ in 0 }
    var start = 0
    while true {
      try body(start, starts)
      start += width
      var axis = outer - 1
      while axis >= 0 {
        position[axis] += 1
        for operand in starts.indices { starts[operand] += strides[operand][axis] }
        if position[axis] < shape[axis] { break }
        for operand in starts.indices { starts[operand] -= strides[operand][axis] * shape[axis] }
        position[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }

  /// Length of a row: the last extent.
  package var rowWidth: Int { shape.last ?? 1 }
  /// Each operand's step along a row: 1 or 0.
  package var rowSteps: [Int] { strides.map { $0.last ?? 0 } }

  /// The common shape of partly known shapes; `nil` where a rank is not known.
  package static func infer(_ shapes: [[Dimension]?]) throws -> [Dimension]? {
    let known = shapes.compactMap(\.self)
    guard known.count == shapes.count else { return nil }
    let rank = known.map(\.count).max() ?? 0
    var common = [Dimension](repeating: 1, count: rank)
    for shape in known {
      for (axis, extent) in shape.enumerated() {
        let place = rank - shape.count + axis
        common[place] = try merge(common[place], extent)
      }
    }
    return common
  }

  private static func merge(_ a: Dimension, _ b: Dimension) throws -> Dimension {
    switch (a, b) {
    case (.fixed(1), _): return b
    case (_, .fixed(1)): return a
    case (.fixed(let m), .fixed(let n)):
      guard m == n else { throw OperatorError.invalid("extents \(m) and \(n) cannot be broadcast together") }
      return a
    // An extent above 1 is the result's, whatever the other turns out to be.
    case (.fixed, _): return a
    case (_, .fixed): return b
    default: return a == b ? a : .unknown
    }
  }
}

extension Broadcast {
  /// `result[i] = f(a[i], b[i])` over the broadcast shape of two operands.
  @inline(__always)
  package func map<A, B, R>(
    _ a: UnsafeBufferPointer<A>, _ b: UnsafeBufferPointer<B>, into result: UnsafeMutableBufferPointer<R>,
    _ f: (A, B) -> R
  ) {
    let (stepA, stepB, width) = (rowSteps[0], rowSteps[1], rowWidth)
    forEachRow { start, starts in
      let (startA, startB) = (starts[0], starts[1])
      if stepA == 1 && stepB == 1 {
        for i in 0..<width { result[start + i] = f(a[startA + i], b[startB + i]) }
      } else if stepB == 0 && stepA == 1 {
        let value = b[startB]
        for i in 0..<width { result[start + i] = f(a[startA + i], value) }
      } else {
        for i in 0..<width { result[start + i] = f(a[startA + i * stepA], b[startB + i * stepB]) }
      }
    }
  }
}
