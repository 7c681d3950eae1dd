/// A copy from one strided view to another of the same extents, element by element.
///
/// Axes of extent 1 are dropped, and neighbours that both views run through in one go are merged: a transposition that
/// leaves the inner axes in place becomes block copies. If the source lies contiguous along another axis than the
/// target, the two are walked in square tiles.
package struct StridedCopy: Sendable {
  private var extents: [Int] = []
  private var from: [Int] = []
  private var to: [Int] = []
  private let isEmpty: Bool

  /// - Parameters:
  ///   - extents: the views' common shape.
  ///   - from: the source's step in elements along each axis; 0 and negative are allowed.
  ///   - to: the target's step in elements along each axis.
  package init(extents: [Int], from: [Int], to: [Int]) {
    isEmpty = extents.contains(0)
    for axis in extents.indices where extents[axis] != 1 && !isEmpty {
      let last = self.extents.count - 1
      if last >= 0, self.from[last] == from[axis] * extents[axis], self.to[last] == to[axis] * extents[axis] {
        self.extents[last] *= extents[axis]
        (self.from[last], self.to[last]) = (from[axis], to[axis])
      } else {
        self.extents.append(extents[axis])
        self.from.append(from[axis])
        self.to.append(to[axis])
      }
    }
    if self.extents.isEmpty { (self.extents, self.from, self.to) = ([1], [1], [1]) }
  }

  /// Copies elements of `width` bytes (1, 2, 4, 8 or 16). The views begin at `start` and `targetStart`, in elements,
  /// and must lie within the buffers.
  package func run(
    width: Int, from source: UnsafeRawBufferPointer, start: Int = 0, to target: UnsafeMutableRawBufferPointer,
    targetStart: Int = 0
  ) {
    guard !isEmpty else { return }
    precondition(StridedCopy.reaches(extents, self.from, start, within: source.count / width))
    precondition(StridedCopy.reaches(extents, to, targetStart, within: target.count / width))
    guard let source = source.baseAddress, let target = target.baseAddress else { return }
    let (first, destination) = (source + start * width, target + targetStart * width)
    switch width {
    case 1: run(UInt8.self, first, destination)
    case 2: run(UInt16.self, first, destination)
    case 4: run(UInt32.self, first, destination)
    case 8: run(UInt64.self, first, destination)
    default: run(SIMD2<UInt64>.self, first, destination)
    }
  }

  private static func reaches(_ extents: [Int], _ strides: [Int], _ start: Int, within count: Int) -> Bool {
    var (low, high) = (start, start)
    for (extent, stride) in zip(extents, strides) {
      if stride < 0 { low += stride * (extent - 1) } else { high += stride * (extent - 1) }
    }
    return low >= 0 && high < count
  }

  private func run<T: BitwiseCopyable>(_: T.Type, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer) {
    let inner = extents.count - 1
    // The plane that is copied at once: the innermost axis, and the one that the source is contiguous along or else the
    // next one outwards.
    let tiled = from[inner] == 1 || from[inner] == 0 ? nil : from[..<inner].lastIndex(of: 1)
    let second = tiled ?? inner - 1
    let plane = Plane(
      rows: second < 0 ? 1 : extents[second], columns: extents[inner],
      from: (second < 0 ? 0 : from[second], from[inner]), to: (second < 0 ? 0 : to[second], to[inner]))
    let outer = extents.indices.filter { $0 != inner && $0 != second }
    let width = MemoryLayout<T>.stride
    var position = outer.map { _ in 0 }
    var (a, b) = (0, 0)
    while true {
      if tiled == nil {
        plane.copyRows(T.self, source + a * width, target + b * width)
      } else {
        plane.copyTiles(T.self, source + a * width, target + b * width)
      }
      var digit = outer.count - 1
      while digit >= 0 {
        let axis = outer[digit]
        position[digit] += 1
        a += from[axis]
        b += to[axis]
        if position[digit] < extents[axis] { break }
        a -= from[axis] * extents[axis]
        b -= to[axis] * extents[axis]
        position[digit] = 0
        digit -= 1
      }
      if digit < 0 { return }
    }
  }

  private struct Plane {
    let rows: Int
    let columns: Int
    let from: (row: Int, column: Int)
    let to: (row: Int, column: Int)

    @inline(__always)
    func copyRows<T: BitwiseCopyable>(_: T.Type, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer) {
      let width = MemoryLayout<T>.stride
      for row in 0..<rows {
        let (a, b) = (source + row * from.row * width, target + row * to.row * width)
        if from.column == 1 && to.column == 1 && columns * width >= 32 {
          b.copyMemory(from: a, byteCount: columns * width)
        } else if from.column == 0 && to.column == 1 {
          let value = a.loadUnaligned(as: T.self)
          for i in 0..<columns { b.storeBytes(of: value, toByteOffset: i * width, as: T.self) }
        } else {
          Plane.copyLine(T.self, a, from.column * width, b, to.column * width, columns)
        }
      }
    }

    @inline(__always)
    func copyTiles<T: BitwiseCopyable>(_: T.Type, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer) {
      let width = MemoryLayout<T>.stride
      // A narrow plane is walked along its long side.
      let (tall, wide) = columns < 16 ? (512, 1) : (16, 16)
      var top = 0
      while top < rows {
        let height = min(tall, rows - top)
        var left = 0
        while left < columns {
          let a = source + (top * from.row + left * from.column) * width
          let b = target + (top * to.row + left * to.column) * width
          if wide == 1 {
            Plane.copyLine(T.self, a, from.row * width, b, to.row * width, height)
          } else {
            let count = min(wide, columns - left)
            for row in 0..<height {
              Plane.copyLine(
                T.self, a + row * from.row * width, from.column * width, b + row * to.row * width, to.column * width,
                count)
            }
          }
          left += wide
        }
        top += tall
      }
    }

    @inline(__always)
    private static func copyLine<T: BitwiseCopyable>(
      _: T.Type, _ source: UnsafeRawPointer, _ from: Int, _ target: UnsafeMutableRawPointer, _ to: Int, _ count: Int
    ) {
      var (a, b) = (source, target)
      for _ in 0..<count {
        b.storeBytes(of: a.loadUnaligned(as: T.self), as: T.self)
        a += from
        b += to
      }
    }
  }
}
