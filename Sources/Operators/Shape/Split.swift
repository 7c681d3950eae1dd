import CNNGraphs
import CNNTensors

/// Cuts the input along one axis into parts, one an output. Inputs: data and, if the parts are not equal, their
/// extents `[outputs]` (an attribute from version 2 to 12, either in version 1).
public struct Split: NonnegativeLinearOperator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "Split", versions: [1, 2, 11, 13, 18], inputs: 1...2, outputs: 1...OperatorSignature.any)

  /// The axis, negative ones counted from the back.
  public let axis: Int
  /// How many parts if their extents are not given: equal ones, except the last, which may be shorter.
  public let partCount: Int?
  /// False if the last part is known to be no shorter, as before version 18.
  let mayBeUneven: Bool

  /// Without `partCount`, the parts' extents are the second input.
  public init(axis: Int, partCount: Int? = nil) {
    (self.axis, self.partCount, mayBeUneven) = (axis, partCount, partCount != nil)
  }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    axis = try node.int("axis", default: 0)
    if node.version >= 18 {
      partCount = try node.int("num_outputs")
      mayBeUneven = partCount != nil
      return
    }
    let extents = try node.version < 13 ? node.ints("split") : nil
    if let extents { try node.addInput(1, extents) }
    partCount = extents == nil && node.inputCount < 2 ? node.outputCount : nil
    mayBeUneven = false
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    if node.version == 1 {
      node.set("axis", axis)
    } else {
      node.set("axis", node.axis(axis), unless: 0)
    }
    // Without extents the older versions make equal parts of whatever the number of outputs is.
    if node.version >= 18, !node.hasInput(1), let partCount { node.set("num_outputs", partCount) }
    if node.version < 13 { try node.setInts("split", fromInput: 1) }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let (type, count) = (context.elementType(0), context.outputCount)
    guard let shape = context.shape(0) else { return Array(repeating: .tensor(type, nil), count: count) }
    let axis = try axis.axis(ofRank: shape.count)
    let parts: [Dimension]
    if context.has(1) {
      parts = context.contents(1) ?? Array(repeating: .unknown, count: count)
    } else if let extent = shape[axis].value {
      parts = try equalParts(of: extent, count).map(Dimension.fixed)
    } else {
      parts = Array(repeating: count == 1 ? shape[axis] : .unknown, count: count)
    }
    guard parts.count == count else { throw OperatorError.invalid("\(parts.count) parts for \(count) outputs") }
    for case .fixed(let part) in parts where part < 0 { throw OperatorError.invalid("a part of \(part)") }
    let ends = parts.compactMap(\.value).reduce(into: [0]) { ends, part in
      ends.append(ends[ends.count - 1].addingReportingOverflow(part).partialValue)
    }
    return parts.enumerated().map { index, part in
      var result = shape
      result[axis] = part
      var contents: [Dimension]?
      if shape.count == 1, ends.count == parts.count + 1, let all = context.contents(0), ends[index] >= 0,
        ends[index] <= ends[index + 1], ends[index + 1] <= all.count
      {
        contents = Array(all[ends[index]..<ends[index + 1]])
      }
      return .tensor(type, result, contents: contents)
    }
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    let axis = try axis.axis(ofRank: data.rank)
    let parts = try context.optionalIntegers(1) ?? equalParts(of: data.shape[axis], context.outputCount)
    guard parts.count == context.outputCount else {
      throw OperatorError.invalid("\(parts.count) parts for \(context.outputCount) outputs")
    }
    return try data.split(into: parts, along: axis).map(RuntimeValue.tensor)
  }

  private func equalParts(of extent: Int, _ count: Int) throws -> [Int] {
    guard partCount ?? count == count, count > 0 else {
      throw OperatorError.invalid("\(partCount ?? 0) parts for \(count) outputs")
    }
    let part = extent / count + (extent % count == 0 ? 0 : 1)
    let last = extent - part * (count - 1)
    guard last >= 0 else { throw OperatorError.invalid("an extent of \(extent) cannot be cut into \(count) parts") }
    return Array(repeating: part, count: count - 1) + [last]
  }
}

extension Tensor {
  /// Parts of the given extents along an axis, which must add up to the axis' own.
  package func split(into parts: [Int], along axis: Int) throws -> [Tensor] {
    var start = 0
    let ranges = try parts.map { part in
      guard part >= 0, part <= shape[axis] - start else {
        throw OperatorError.invalid("parts \(parts) of an extent of \(shape[axis])")
      }
      defer { start += part }
      return start..<start + part
    }
    guard start == shape[axis] else { throw OperatorError.invalid("parts \(parts) of an extent of \(shape[axis])") }
    return try ranges.map { try part($0, along: axis) }
  }

  /// The positions `range` of an axis.
  package func part(_ range: Range<Int>, along axis: Int) throws -> Tensor {
    if range == 0..<shape[axis] { return self }
    var part = shape
    part[axis] = range.count
    let strides = shape.strides
    return try strided(shape: part, strides: strides, start: range.lowerBound * strides[axis])
  }
}
