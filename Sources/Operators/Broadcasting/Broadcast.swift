import CNNGraphs
import CNNTensors

/// How several operands are read when their shapes are broadcast together (ONNX "Multidirectional broadcasting").
package struct Broadcast: Sendable {
  /// The common shape.
  package let shape: [Int]
  /// The common shape with axes joined that all operands pass through as if they were one.
  private let extents: [Int]
  /// For each operand and each of ``extents``, the step in elements; 0 if the operand is repeated.
  private let strides: [[Int]]

  /// - Throws: ``OperatorError/invalid(_:)`` if the shapes do not fit together.
  package init(_ shapes: [Int]...) throws { try self.init(shapes) }

  package init(_ shapes: [[Int]]) throws {
    let rank = shapes.map(\.count).max() ?? 0
    var common = [Int](repeating: 1, count: rank)
    for shape in shapes {
      for (axis, extent) in shape.enumerated() {
        let commonAxis = rank - shape.count + axis
        if extent == 1 || extent == common[commonAxis] { continue }
        guard common[commonAxis] == 1 else {
          throw OperatorError.invalid("shapes \(shapes) cannot be broadcast together")
        }
        common[commonAxis] = extent
      }
    }
    _ = try Tensor.elementCount(of: common)
    shape = common
    let steps = shapes.map { shape in
      var steps = [Int](repeating: 0, count: rank)
      var step = 1
      for axis in shape.indices.reversed() {
        steps[rank - shape.count + axis] = shape[axis] == 1 ? 0 : step
        step *= shape[axis]
      }
      return steps
    }
    // Innermost first; an axis joins the one inside it if each operand's step continues there.
    var joined: [(extent: Int, steps: [Int])] = []
    for axis in common.indices.reversed() where common[axis] != 1 {
      let outer = steps.map { $0[axis] }
      if let inner = joined.last, zip(outer, inner.steps).allSatisfy({ $0 == $1 * inner.extent }) {
        joined[joined.count - 1].extent *= common[axis]
      } else {
        joined.append((common[axis], outer))
      }
    }
    extents = joined.reversed().map(\.extent)
    strides = shapes.indices.map { operand in joined.reversed().map { $0.steps[operand] } }
  }

  /// Calls `body` for each row with the row's start in the result, and each operand's start. The operands' steps along
  /// the row are ``rowSteps``.
  @inline(never)
  package func forEachRow(_ body: (_ start: Int, _ starts: [Int]) throws -> Void) rethrows {
    guard !shape.contains(0) else { return }
    guard let width = extents.last else { return try body(0, strides.map { _ in 0 }) }
    let outer = extents.count - 1
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
        if position[axis] < extents[axis] { break }
        for operand in starts.indices { starts[operand] -= strides[operand][axis] * extents[axis] }
        position[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }

  /// Length of a row.
  package var rowWidth: Int { extents.last ?? 1 }
  /// Each operand's step along a row: 1 or 0.
  package var rowSteps: [Int] { strides.map { $0.last ?? 0 } }

  /// The common shape of partly known shapes; `nil` if a rank is not known.
  package static func infer(_ shapes: [[Dimension]?]) throws -> [Dimension]? {
    let known = shapes.compactMap(\.self)
    guard known.count == shapes.count else { return nil }
    let rank = known.map(\.count).max() ?? 0
    var common = [Dimension](repeating: 1, count: rank)
    for shape in known {
      for (axis, extent) in shape.enumerated() {
        let commonAxis = rank - shape.count + axis
        common[commonAxis] = try merge(common[commonAxis], extent)
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
      } else if stepB == 0 && R.self == Float.self {
        // The loops below would do, but `Float`, which networks are made of, gets code of its own.
        let value = b[startB]
        for i in 0..<width { result[start + i] = f(a[startA + i], value) }
      } else if stepA == 0 && R.self == Float.self {
        let value = a[startA]
        for i in 0..<width { result[start + i] = f(value, b[startB + i]) }
      } else {
        for i in 0..<width { result[start + i] = f(a[startA + i * stepA], b[startB + i * stepB]) }
      }
    }
  }
}
