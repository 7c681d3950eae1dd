import CNNGraphs
import CNNTensors

/// Adds up the differences of two values.
struct ComparisonTally {
  let tolerance: Tolerance
  private(set) var absolute = 0.0
  private(set) var relative = 0.0
  private(set) var largest = 0.0
  private(set) var mismatches = 0
  private(set) var count = 0
  private(set) var reason: String?
  private(set) var worst: Comparison.Element?
  private(set) var passingAbsolute = 0.0
  private(set) var passingRelative = 0.0
  private(set) var found = Comparison.NonFinite()
  private(set) var expected = Comparison.NonFinite()
  private var worstExcess = -Double.infinity

  init(tolerance: Tolerance) { self.tolerance = tolerance }

  mutating func compare(_ actual: RuntimeValue, _ expected: RuntimeValue) {
    if tolerance.isScaled { measure(expected) }
    compare(actual, expected, [])
    guard !tolerance.allowsNonFinite, found != .init() || self.expected != .init() else { return }
    fail("\(found.words) of \(count) elements found, \(self.expected.words) expected", [])
  }

  /// The largest expected magnitude, by which the tolerance is scaled.
  private mutating func measure(_ expected: RuntimeValue) {
    switch expected {
    case .sequence(let elements, _): elements.forEach { measure($0) }
    case .tensor(let tensor) where tensor.strings == nil:
      let largest = try? tensor.withNumbers { numbers in
        numbers.reduce(0.0) { $1.isFinite ? max($0, $1.magnitude) : $0 }
      }
      self.largest = max(self.largest, largest ?? 0)
    case .tensor, .none: break
    }
  }

  private mutating func compare(_ actual: RuntimeValue, _ expected: RuntimeValue, _ element: [Int]) {
    switch (actual, expected) {
    case (.tensor(let a), .tensor(let b)): compare(a, b, element)
    case (.sequence(let a, _), .sequence(let b, _)):
      guard a.count == b.count else { return fail("\(b.count) elements expected, \(a.count) found", element) }
      for (index, pair) in zip(a, b).enumerated() { compare(pair.0, pair.1, element + [index]) }
    case (.none, .none): break
    default: fail("another kind of value expected", element)
    }
  }

  private mutating func fail(_ what: String, _ element: [Int]) {
    guard reason == nil else { return }
    reason = element.isEmpty ? what : "\(element.map { "[\($0)]" }.joined()): \(what)"
  }

  private mutating func compare(_ actual: Tensor, _ expected: Tensor, _ element: [Int]) {
    guard actual.elementType == expected.elementType else {
      return fail("\(expected.elementType) expected, \(actual.elementType) found", element)
    }
    guard actual.shape == expected.shape else {
      return fail("shape \(expected.shape) expected, \(actual.shape) found", element)
    }
    count += actual.count
    if let a = actual.strings, let b = expected.strings {
      mismatches += zip(a, b).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }
      return
    }
    do {
      let worst =
        if actual.elementType.isFloatingPoint || actual.elementType.isComplex {
          try actual.withNumbers { a in try expected.withNumbers { b in floats(a, b) } }
        } else {
          try integers(actual, expected)
        }
      if let worst, worst.excess > worstExcess {
        worstExcess = worst.excess
        let shape = actual.elementType.isComplex ? expected.shape + [2] : expected.shape
        self.worst = Comparison.Element(
          index: element + shape.indices(at: worst.position), found: worst.found, expected: worst.expected)
      }
    } catch {
      fail("\(ConversionError(error))", element)
    }
  }

  // MARK: Numbers

  /// The element of one tensor that is farthest beyond its tolerance.
  private typealias Farthest = (position: Int, found: Double, expected: Double, excess: Double)

  private mutating func floats(
    _ actual: UnsafeBufferPointer<Double>, _ expected: UnsafeBufferPointer<Double>
  ) -> Farthest? {
    let applied = tolerance.applied(to: largest)
    var farthest: Farthest?
    for position in expected.indices {
      let (x, y) = (actual[position], expected[position])
      if !x.isFinite { found.add(x) }
      if y.isFinite { largest = max(largest, y.magnitude) } else { self.expected.add(y) }
      if x == y || x.isNaN && y.isNaN { continue }
      let isFinite = x.isFinite && y.isFinite
      let difference = isFinite ? (x - y).magnitude : .infinity
      take(difference, of: y, applied)
      let excess = isFinite ? difference - applied.allowance(y) : .infinity
      if !(excess <= 0) { mismatches += 1 }
      if excess > farthest?.excess ?? -.infinity { farthest = (position, x, y, excess) }
    }
    return farthest
  }

  /// Integers and truth values, exactly: 64 bits do not fit a `Double`.
  private mutating func integers(_ actual: Tensor, _ expected: Tensor) throws -> Farthest? {
    if actual.elementType == .uint64 {
      return try actual.withValues(as: UInt64.self) { a in
        try expected.withValues(as: UInt64.self) { b in
          integers(a, b) { $0 > $1 ? $0 - $1 : $1 - $0 }
        }
      }
    }
    return try actual.withValues(as: Int64.self) { a in
      try expected.withValues(as: Int64.self) { b in
        integers(a, b) { UInt64(bitPattern: $0 > $1 ? $0 &- $1 : $1 &- $0) }
      }
    }
  }

  private mutating func integers<T: BinaryInteger>(
    _ actual: UnsafeBufferPointer<T>, _ expected: UnsafeBufferPointer<T>, _ distance: (T, T) -> UInt64
  ) -> Farthest? {
    let applied = tolerance.integersAreExact ? Tolerance(relative: 0, absolute: 0) : tolerance.applied(to: largest)
    var farthest: Farthest?
    for position in expected.indices {
      let (x, y) = (actual[position], expected[position])
      largest = max(largest, Double(y).magnitude)
      guard x != y else { continue }
      let difference = Double(distance(x, y))
      take(difference, of: Double(y), applied)
      let excess = difference - applied.allowance(Double(y))
      if excess > 0 { mismatches += 1 }
      if excess > farthest?.excess ?? -.infinity { farthest = (position, Double(x), Double(y), excess) }
    }
    return farthest
  }

  private mutating func take(_ difference: Double, of expected: Double, _ applied: Tolerance) {
    absolute = max(absolute, difference)
    passingAbsolute = max(passingAbsolute, difference - applied.relative * expected.magnitude)
    if expected != 0, expected.isFinite {
      relative = max(relative, difference / expected.magnitude)
      passingRelative = max(passingRelative, (difference - applied.absolute) / expected.magnitude)
    } else if difference > applied.absolute {
      passingRelative = .infinity
    }
  }
}

extension Comparison.NonFinite {
  fileprivate mutating func add(_ value: Double) {
    if value.isNaN { nan += 1 } else { infinite += 1 }
  }

  /// Such as `3 NaN and 1 infinite`.
  fileprivate var words: String {
    switch (nan, infinite) {
    case (0, 0): "none"
    case (_, 0): "\(nan) NaN"
    case (0, _): "\(infinite) infinite"
    default: "\(nan) NaN and \(infinite) infinite"
    }
  }
}

extension Tensor {
  /// The elements as `Double`; the parts of complex ones one after the other.
  fileprivate func withNumbers<R>(_ body: (UnsafeBufferPointer<Double>) throws -> R) throws -> R {
    guard elementType.isComplex, let storage else { return try withValues(as: Double.self, body) }
    let part: ElementType = elementType == .complex64 ? .float32 : .float64
    return try Tensor(part, shape: shape + [2], storage: storage).withValues(as: Double.self, body)
  }
}

extension ElementType {
  fileprivate var isComplex: Bool { self == .complex64 || self == .complex128 }
}

extension [Int] {
  /// The index along each axis of the element at a position in row-major order.
  func indices(at position: Int) -> [Int] {
    var rest = position
    var index = [Int](repeating: 0, count: count)
    for axis in indices.reversed() where self[axis] > 0 {
      index[axis] = rest % self[axis]
      rest /= self[axis]
    }
    return index
  }
}
