import CNNGraphs
import CNNTensors

extension Tensor {
  /// Refuses tables for a result of this shape that would be out of all proportion.
  package static func checkTables(_ shape: [Int]) throws {
    for extent in shape where extent > MemoryBudget.current.limit / 64 {
      throw TensorError.outOfMemory(requested: extent, limit: MemoryBudget.current.limit)
    }
  }

  /// The elements that one table an axis leads to: element `[i, j, …]` of the result is element
  /// `[tables[0][i], tables[1][j], …]` of this tensor, or `filler` (zero bytes without one) where a table says -1.
  package func gathered(along tables: [[Int]], filler: Tensor? = nil) throws -> Tensor {
    let result = tables.map(\.count)
    _ = try Tensor.elementCount(of: result, elementType)
    if elementType != .string && elementType.bitWidth < 8 {
      return try unpacked { try $0.gathered(along: tables, filler: filler?.converted(to: elementType.byteWideType)) }
    }
    // The tables, and the steps that are made of them.
    return try MemoryBudget.current.charging(result.reduce(0) { $0.saturatingAdded(to: $1) }, of: (Int, Int).self) {
      try gathered(by: TableGather(tables: tables, strides: shape.strides), result, filler)
    }
  }

  private func gathered(by gather: TableGather, _ result: [Int], _ filler: Tensor?) throws -> Tensor {
    let count = try Tensor.elementCount(of: result, elementType)
    if let strings {
      try Tensor.checkStrings(count)
      let blank = filler?.strings?.first ?? ""
      var found: [String] = []
      gather.forEachRow { row in
        for step in gather.last {
          found.append(row < 0 || step < 0 ? blank : strings[row + step])
        }
      }
      return try Tensor(strings: found, shape: result)
    }
    let width = elementType.bitWidth / 8
    if let filler, filler.elementType != elementType || filler.count != 1 {
      throw OperatorError.invalid(
        "one \(elementType) is expected to fill with, not \(filler.count) \(filler.elementType)")
    }
    return try Tensor(elementType, shape: result) { target in
      guard count > 0 else { return }
      withBytes { source in
        func run<T: BitwiseCopyable>(_: T.Type, _ zero: T) {
          gather.run(source, filler?.withBytes { $0.loadUnaligned(as: T.self) } ?? zero, target)
        }
        switch width {
        case 1: run(UInt8.self, 0)
        case 2: run(UInt16.self, 0)
        case 4: run(UInt32.self, 0)
        case 8: run(UInt64.self, 0)
        default: run(SIMD2<UInt64>.self, .zero)
        }
      }
    }
  }
}

/// The walk behind ``Tensor/gathered(along:filler:)``: rows in order, each with its start in the source.
private struct TableGather {
  /// For all axes but the last: steps in elements, or -1.
  let outer: [[Int]]
  /// For the last axis.
  let last: [Int]
  /// True if the last axis is one run.
  let isRun: Bool
  /// True if the last axis has elements that are filled.
  let hasHoles: Bool

  init(tables: [[Int]], strides: [Int]) {
    let steps = zip(tables, strides).map { table, stride in table.map { $0 < 0 ? -1 : $0 * stride } }
    outer = Array(steps.dropLast())
    last = steps.last ?? [0]
    hasHoles = last.contains { $0 < 0 }
    isRun = (last.first ?? -1) >= 0 && zip(last, last.dropFirst()).allSatisfy { $1 == $0 + 1 }
  }

  /// Calls `body` with each row's start, or -1 if the row is all filler.
  @inline(__always)
  func forEachRow(_ body: (Int) -> Void) {
    guard outer.allSatisfy({ !$0.isEmpty }) else { return }
    var position = outer.map { _ in 0 }
    while true {
      var start = 0
      for axis in outer.indices where start >= 0 {
        let step = outer[axis][position[axis]]
        start = step < 0 ? -1 : start + step
      }
      body(start)
      var axis = outer.count - 1
      while axis >= 0 {
        position[axis] += 1
        if position[axis] < outer[axis].count { break }
        position[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }

  func run<T: BitwiseCopyable>(_ source: UnsafeRawBufferPointer, _ filler: T, _ target: UnsafeMutableRawBufferPointer) {
    let width = MemoryLayout<T>.stride
    guard var destination = target.baseAddress else { return }
    last.withUnsafeBufferPointer { steps in
      forEachRow { row in
        if row < 0 || source.isEmpty {
          for i in 0..<steps.count { destination.storeBytes(of: filler, toByteOffset: i * width, as: T.self) }
        } else if isRun {
          let start = (row + steps[0]) * width
          UnsafeMutableRawBufferPointer(start: destination, count: steps.count * width)
            .copyBytes(from: source[start..<start + steps.count * width])
        } else if hasHoles {
          let first = row * width
          for i in 0..<steps.count {
            let value =
              steps[i] < 0 ? filler : source.loadUnaligned(fromByteOffset: first + steps[i] * width, as: T.self)
            destination.storeBytes(of: value, toByteOffset: i * width, as: T.self)
          }
        } else {
          let first = row * width
          for i in 0..<steps.count {
            let value = source.loadUnaligned(fromByteOffset: first + steps[i] * width, as: T.self)
            destination.storeBytes(of: value, toByteOffset: i * width, as: T.self)
          }
        }
        destination += steps.count * width
      }
    }
  }
}
