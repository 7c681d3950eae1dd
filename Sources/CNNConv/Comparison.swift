import CNNGraphs
import CNNTensors

/// The outcome of comparing one output.
public struct Comparison: Encodable, Sendable {
  /// The output's name.
  public let name: String
  /// True if every element is within the tolerance.
  public let agrees: Bool
  /// The largest absolute difference.
  public let maxAbsoluteError: Double
  /// The largest difference relative to its expected element, those that are 0 left out.
  public let maxRelativeError: Double
  /// The largest expected magnitude.
  public let maxExpected: Double
  /// Elements that are not within the tolerance.
  public let mismatches: Int
  /// Elements compared.
  public let count: Int
  /// What differs, if more than numbers do.
  public let reason: String?

  private enum CodingKeys: String, CodingKey {
    case name
    case agrees = "passed"
    case maxAbsoluteError = "max_abs_error"
    case maxRelativeError = "max_rel_error"
    case maxExpected = "max_abs_expected"
    case mismatches, count, reason
  }

  /// Compares what a model gave with what is expected.
  public init(_ name: String, actual: RuntimeValue, expected: RuntimeValue, tolerance: Tolerance) {
    var tally = Tally(tolerance: tolerance)
    tally.compare(actual, expected, "")
    self.name = name
    agrees = tally.reason == nil && tally.mismatches == 0
    maxAbsoluteError = tally.absolute
    maxRelativeError = tally.relative
    maxExpected = tally.largest
    mismatches = tally.mismatches
    count = tally.count
    reason = tally.reason
  }

  /// Why the comparison failed; `nil` if it did not.
  public var failure: String? {
    if agrees { return nil }
    return reason ?? "\(mismatches) of \(count) elements differ, by up to \(maxAbsoluteError)"
  }
}

/// Adds up differences.
private struct Tally {
  let tolerance: Tolerance
  var absolute = 0.0
  var relative = 0.0
  var largest = 0.0
  var mismatches = 0
  var count = 0
  var reason: String?

  mutating func compare(_ actual: RuntimeValue, _ expected: RuntimeValue, _ place: String) {
    switch (actual, expected) {
    case (.tensor(let a), .tensor(let b)): compare(a, b, place)
    case (.sequence(let a, _), .sequence(let b, _)):
      guard a.count == b.count else { return fail("\(b.count) elements expected, \(a.count) found", place) }
      for (index, pair) in zip(a, b).enumerated() { compare(pair.0, pair.1, "\(place)[\(index)]") }
    case (.none, .none): break
    default: fail("another kind of value expected", place)
    }
  }

  private mutating func fail(_ what: String, _ place: String) {
    if reason == nil { reason = place.isEmpty ? what : "\(place): \(what)" }
  }

  private mutating func compare(_ actual: Tensor, _ expected: Tensor, _ place: String) {
    guard actual.elementType == expected.elementType else {
      return fail("\(expected.elementType) expected, \(actual.elementType) found", place)
    }
    guard actual.shape == expected.shape else {
      return fail("shape \(expected.shape) expected, \(actual.shape) found", place)
    }
    count += actual.count
    if let a = actual.strings, let b = expected.strings {
      mismatches += zip(a, b).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }
      return
    }
    do {
      if actual.elementType == .complex64 || actual.elementType == .complex128 {
        let part: ElementType = actual.elementType == .complex64 ? .float32 : .float64
        try numbers(parts(of: actual, part), parts(of: expected, part))
      } else {
        try numbers(actual, expected)
      }
    } catch {
      fail("\(ConversionError(error))", place)
    }
  }

  private func parts(of tensor: Tensor, _ type: ElementType) throws -> Tensor {
    guard let storage = tensor.storage else { return tensor }
    return try Tensor(type, shape: tensor.shape + [2], storage: storage)
  }

  private mutating func numbers(_ actual: Tensor, _ expected: Tensor) throws {
    // 64-bit integers do not fit a Double: equal ones are equal whatever the rounding says.
    try actual.withValues(as: Double.self) { a in
      try expected.withValues(as: Double.self) { b in
        for (x, y) in zip(a, b) { compare(x, y) }
      }
    }
  }

  private mutating func compare(_ x: Double, _ y: Double) {
    if y.isFinite { largest = max(largest, y.magnitude) }
    if x == y || (x.isNaN && y.isNaN) { return }
    guard x.isFinite, y.isFinite else {
      mismatches += 1
      absolute = .infinity
      return
    }
    let difference = (x - y).magnitude
    absolute = max(absolute, difference)
    if y != 0 { relative = max(relative, difference / y.magnitude) }
    if difference > tolerance.absolute + tolerance.relative * y.magnitude { mismatches += 1 }
  }
}
