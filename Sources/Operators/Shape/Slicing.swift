import CNNGraphs
import CNNTensors

/// A part of the input along some axes, from `start` up to but not including `end` in steps. Inputs: data, starts,
/// ends, axes (all from the first on without it) and steps (1), each `[count]`; attributes before version 10, without
/// steps.
///
/// Negative starts and ends count from the back; both are clamped to what the axis has.
public struct Slicing: NonnegativeLinearOperator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Slice", versions: [1, 10, 11, 13], inputs: 3...5)

  /// Makes the operator.
  public init() {}

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    guard node.version < 10 else { return }
    try node.addInput(1, node.require("starts", node.ints("starts")))
    try node.addInput(2, node.require("ends", node.ints("ends")))
    try node.moveInts("axes", toInput: 3)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    guard node.version < 10 else { return }
    try node.setInts("starts", fromInput: 1)
    try node.setInts("ends", fromInput: 2)
    try node.setInts("axes", fromInput: 3)
    if let steps = try node.takeInput(4), try steps.values(as: Int64.self).contains(where: { $0 != 1 }) {
      throw OperatorError.unsupported("operator set \(node.version) cannot write steps")
    }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let shape = context.shape(0) else { return [.tensor(context.elementType(0), nil)] }
    let counts = (1...4).map { context.has($0) ? context.elementCount($0) : nil }
    let stated = counts.compactMap(\.self)
    guard stated.allSatisfy({ $0 == stated[0] }) else {
      throw OperatorError.invalid("starts, ends, axes and steps of \(stated) elements")
    }
    let (starts, ends) = (context.contents(1), context.contents(2))
    let count = starts?.count ?? ends?.count ?? context.shape(1)?.first?.value
    let axes = context.has(3) ? context.integers(3) : count.flatMap { $0 <= shape.count ? Array(0..<$0) : nil }
    guard let axes else { return [.tensor(context.elementType(0), shape.map { _ in .unknown })] }
    let steps = context.has(4) ? context.contents(4) : axes.map { _ in 1 }
    var result = shape
    for (index, axis) in try axes.axes(ofRank: shape.count).enumerated() {
      func known(_ values: [Dimension]?) -> Dimension {
        values.flatMap { index < $0.count ? $0[index] : nil } ?? .unknown
      }
      result[axis] = try Slicing.extent(of: shape[axis], known(starts), known(ends), known(steps))
    }
    return [.tensor(context.elementType(0), result, contents: try contents(context, axes, steps))]
  }

  private static func extent(
    of extent: Dimension, _ start: Dimension, _ end: Dimension, _ step: Dimension
  ) throws -> Dimension {
    guard case .fixed(let by) = step, case .fixed(let first) = start else { return .unknown }
    if case .fixed(let last) = end, case .fixed(let extent) = extent {
      return .fixed(try SliceRange(from: first, to: last, by: by, of: extent).count)
    }
    // The whole axis stays what it is, whatever that may be.
    let all = Int(Int32.max) - 1
    if by == 1, first == 0, end == extent || end.value ?? 0 >= all { return end == .unknown ? .unknown : extent }
    if by == -1, first == -1 || first >= all, end.value ?? 0 <= -all { return extent }
    return .unknown
  }

  /// The part of a shape, or of another small vector of which something is known.
  private func contents(_ context: InferenceContext, _ axes: [Int], _ steps: [Dimension]?) throws -> [Dimension]? {
    guard let values = context.contents(0), context.shape(0)?.count == 1, axes.count == 1,
      let start = context.integers(1)?.first, let end = context.integers(2)?.first, let step = steps?.first?.value
    else { return nil }
    let range = try SliceRange(from: start, to: end, by: step, of: values.count)
    return (0..<range.count).map { values[range.first + $0 * range.step] }
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    let (starts, ends) = (try context.integers(1), try context.integers(2))
    let axes = try context.optionalIntegers(3) ?? Array(0..<starts.count)
    let steps = try context.optionalIntegers(4) ?? axes.map { _ in 1 }
    guard starts.count == axes.count, ends.count == axes.count, steps.count == axes.count else {
      throw OperatorError.invalid(
        "\(starts.count) starts, \(ends.count) ends and \(steps.count) steps for \(axes.count) axes")
    }
    var (shape, strides) = (data.shape, data.shape.strides)
    var start = 0
    for (index, axis) in try axes.axes(ofRank: data.rank).enumerated() {
      let range = try SliceRange(from: starts[index], to: ends[index], by: steps[index], of: shape[axis])
      shape[axis] = range.count
      start += range.first * strides[axis]
      strides[axis] *= range.step
    }
    return [.tensor(try data.strided(shape: shape, strides: strides, start: start))]
  }
}

/// The positions of an axis that a slice takes.
package struct SliceRange: Sendable {
  /// The first position; 0 if there is none.
  package let first: Int
  /// How many positions.
  package let count: Int
  /// From one to the next; 1 if there are fewer than two.
  package let step: Int

  /// - Throws: ``OperatorError/invalid(_:)`` if the step is 0.
  package init(from start: Int, to end: Int, by step: Int, of extent: Int) throws {
    guard step != 0 else { throw OperatorError.invalid("a slice in steps of 0") }
    let (low, high) = step > 0 ? (0, extent) : (-1, extent - 1)
    func clamped(_ index: Int) -> Int { min(max(index < 0 ? index + extent : index, low), high) }
    let (from, to) = (clamped(start), clamped(end))
    let stride = max(step, -Int.max).magnitude
    let distance = step > 0 ? to - from : from - to
    count = distance <= 0 ? 0 : (distance - 1) / Int(clamping: stride) + 1
    first = count == 0 ? 0 : from
    self.step = count < 2 ? 1 : step
  }
}
