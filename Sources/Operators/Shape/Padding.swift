import CNNGraphs
import CNNTensors

/// Puts elements before and after the input along each axis, or takes them away if a pad is negative. Inputs: data,
/// pads `[2 × axes]` (all befores, then all afters), the value (0), the axes (all). Attributes before version 11.
public struct Padding: NonnegativeLinearOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "Pad", versions: [1, 2, 11, 13, 18, 19, 21, 23, 24, 25], inputs: 2...4)

  /// What is put beside the input.
  public enum Mode: String, Sendable {
    /// One value.
    case constant
    /// The input mirrored at its first and last element.
    case reflect
    /// The first or last element again and again.
    case edge
    /// The input over again.
    case wrap
  }

  /// What is put beside the input.
  public let mode: Mode

  /// Makes the operator with these settings.
  public init(mode: Mode = .constant) { self.mode = mode }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    mode = try node.choice("mode", default: Mode.constant)
    guard node.version < 11 else { return }
    let name = node.version == 1 ? "paddings" : "pads"
    try node.addInput(1, node.require(name, node.ints(name)))
    // 0 is left out: the value is the data's type, which is not known here.
    if let value = try node.float("value"), value != 0 { node.addInput(2, try Tensor(scalar: value)) }
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    if mode == .wrap { try node.require(version: 19, for: "mode 'wrap'") }
    node.set("mode", mode.rawValue, unless: "constant")
    if node.hasInput(3) { try node.require(version: 18, for: "padding of some axes") }
    guard node.version < 11 else { return }
    try node.setInts(node.version == 1 ? "paddings" : "pads", fromInput: 1)
    try node.setFloat("value", fromInput: 2)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let data = context.shape(0) else { return [.tensor(context.elementType(0), nil)] }
    try context.require(2, count: 1)
    let axisCount = context.has(3) ? context.elementCount(3) : data.count
    if let pads = context.elementCount(1), let axisCount, pads != 2 * axisCount {
      throw Padding.mismatch(pads, axisCount)
    }
    guard let pads = context.contents(1), let given = context.has(3) ? context.integers(3) : Array(data.indices) else {
      return [.tensor(context.elementType(0), .unknown(data.count))]
    }
    let axes = try given.axes(ofRank: data.count)
    guard pads.count == 2 * axes.count else { throw Padding.mismatch(pads.count, axes.count) }
    var result = data
    for (index, axis) in axes.enumerated() {
      guard case .fixed(let before) = pads[index], case .fixed(let after) = pads[index + axes.count] else {
        result[axis] = .unknown
        continue
      }
      result[axis] = try data[axis].plus(before).plus(after)
      if before != 0, before == 0 &- after { result[axis] = data[axis] }
      if let value = result[axis].value, value < 0 { throw OperatorError.invalid("pads \(pads) of \(data)") }
    }
    return [.tensor(context.elementType(0), result)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    let pads = try context.integers(1)
    let axes = try (context.optionalIntegers(3) ?? Array(data.shape.indices)).axes(ofRank: data.rank)
    guard pads.count == 2 * axes.count else { throw Padding.mismatch(pads.count, axes.count) }
    var before = data.shape.map { _ in 0 }
    var shape = data.shape
    for (index, axis) in axes.enumerated() {
      let (first, last) = (pads[index], pads[index + axes.count])
      guard abs(clamping: first) < 1 << 56, abs(clamping: last) < 1 << 56 else {
        throw OperatorError.limit("pads \(pads)")
      }
      before[axis] = first
      shape[axis] += first + last
    }
    _ = try Tensor.elementCount(of: shape, data.elementType)
    if mode == .constant {
      return [.tensor(try data.padded(before: before, shape: shape, with: filler(context, data.elementType)))]
    }
    guard !shape.contains(0) else { return [.tensor(try Tensor.zeros(data.elementType, shape: shape))] }
    try Tensor.checkTables(shape)
    let tables = try shape.indices.map { axis in
      // What a negative pad takes away is no longer there to be mirrored or repeated.
      let first = max(0, -before[axis])
      let last = min(data.shape[axis], shape[axis] - before[axis])
      guard first < last else { throw OperatorError.invalid("nothing is left of axis \(axis) to pad with") }
      return (0..<shape[axis]).map { first + mode.index($0 - before[axis] - first, of: last - first) }
    }
    return [.tensor(try data.gathered(along: tables))]
  }

  private func filler(_ context: EvaluationContext, _ type: ElementType) throws -> Tensor? {
    guard let value = try context.optionalTensor(2) else { return nil }
    guard value.count == 1 else { throw OperatorError.input(2, expected: "one value") }
    return value.elementType == type ? value : try value.converted(to: type)
  }

  fileprivate static func mismatch(_ pads: Int, _ axes: Int) -> OperatorError {
    .invalid("\(pads) pads for \(axes) axes")
  }
}

extension Padding.Mode {
  /// The element of an axis that stands at an index beside it.
  fileprivate func index(_ index: Int, of extent: Int) -> Int {
    switch self {
    case .constant: return index
    case .edge: return min(max(index, 0), extent - 1)
    case .wrap: return (index % extent + extent) % extent
    case .reflect:
      let period = max(2 * (extent - 1), 1)
      let within = (index % period + period) % period
      return min(within, period - within) % extent
    }
  }
}

/// The magnitude; that of the least integer is the greatest.
private func abs(clamping value: Int) -> Int { value == .min ? .max : value.magnitude == 0 ? 0 : Int(value.magnitude) }

extension Tensor {
  /// Element `i` of an axis goes to `before[axis] + i`, if `shape` has that index; the rest is `filler`, or zero.
  package func padded(before: [Int], shape: [Int], with filler: Tensor? = nil) throws -> Tensor {
    if before.allSatisfy({ $0 == 0 }) && shape == self.shape { return self }
    let count = try Tensor.elementCount(of: shape, elementType)
    let first = before.map { max($0, 0) }
    let last = shape.indices.map { min(shape[$0], self.shape[$0] + before[$0]) }
    if elementType == .string {
      try Tensor.checkStrings(count)
      guard count > 0 else { return try Tensor(strings: [], shape: shape) }
      try Tensor.checkTables(shape)
      let tables = shape.indices.map { axis in
        (0..<shape[axis]).map { $0 >= first[axis] && $0 < last[axis] ? $0 - before[axis] : -1 }
      }
      return try gathered(along: tables, filler: filler)
    }
    if elementType.bitWidth < 8 {
      let wide = try filler?.converted(to: elementType.byteWideType)
      return try unpacked { try $0.padded(before: before, shape: shape, with: wide) }
    }
    let width = elementType.bitWidth / 8
    return try Tensor(elementType, shape: shape) { target in
      if let filler {
        filler.withBytes {
          StridedCopy(extents: shape, from: shape.map { _ in 0 }, to: shape.strides).run(
            width: width, from: $0, to: target)
        }
      } else {
        target.initializeMemory(as: UInt8.self, repeating: 0)
      }
      let extents = shape.indices.map { max(last[$0] - first[$0], 0) }
      let (from, to) = (self.shape.strides, shape.strides)
      let start = shape.indices.reduce(0) { $0 + (first[$1] - before[$1]) * from[$1] }
      let targetStart = shape.indices.reduce(0) { $0 + first[$1] * to[$1] }
      guard !extents.contains(0) else { return }
      withBytes {
        StridedCopy(extents: extents, from: from, to: to)
          .run(width: width, from: $0, start: start, to: target, targetStart: targetStart)
      }
    }
  }
}
