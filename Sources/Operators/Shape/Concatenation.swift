import CNNGraphs
import CNNTensors

/// Joins tensors along one axis.
public struct Concatenation: NonnegativeLinearOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "Concat", versions: [1, 4, 11, 13], inputs: 1...OperatorSignature.any)

  /// The axis, negative ones counted from the back.
  public let axis: Int

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    axis = try node.version < 4 ? node.int("axis", default: 1) : node.require("axis", node.int("axis"))
  }

  /// Makes the operator with these settings.
  public init(axis: Int) { self.axis = axis }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("axis", node.axis(axis)) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let shapes = context.inputs.indices.compactMap { context.shape($0) }
    guard shapes.count == context.inputs.count, var shape = shapes.first else {
      return [.tensor(context.elementType(0), nil)]
    }
    let axis = try axis.axis(ofRank: shape.count)
    for other in shapes.dropFirst() {
      guard other.count == shape.count else {
        throw OperatorError.invalid("ranks \(shape.count) and \(other.count) cannot be joined")
      }
      for (index, extent) in other.enumerated() {
        if index == axis {
          guard case .fixed(let a) = shape[index], case .fixed(let b) = extent else {
            shape[index] = .unknown
            continue
          }
          let (sum, overflow) = a.addingReportingOverflow(b)
          guard !overflow else { throw OperatorError.limit("the joined axis overflows") }
          shape[index] = .fixed(sum)
        } else if case .fixed(let a) = shape[index], case .fixed(let b) = extent {
          guard a == b else {
            throw OperatorError.invalid("shapes \(shape) and \(other) cannot be joined along axis \(axis)")
          }
        } else if shape[index].value == nil, extent != .unknown {
          shape[index] = extent
        }
      }
    }
    let parts = context.inputs.indices.compactMap { context.contents($0) }
    let contents = shape.count == 1 && parts.count == context.inputs.count ? Array(parts.joined()) : nil
    return [.tensor(context.elementType(0), shape, contents: contents)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let parts = try context.inputs.indices.map { try context.tensor($0) }
    return [.tensor(try Tensor.concatenating(parts, axis: axis))]
  }
}

extension Tensor {
  /// Joins tensors of one type along an axis; the other extents must agree.
  package static func concatenating(_ parts: [Tensor], axis: Int) throws -> Tensor {
    guard let first = parts.first else { throw OperatorError.invalid("nothing to join") }
    let axis = try axis.axis(ofRank: first.rank)
    var shape = first.shape
    shape[axis] = 0
    for (index, part) in parts.enumerated() {
      guard part.elementType == first.elementType else {
        throw OperatorError.elementType(input: index, found: part.elementType)
      }
      var other = part.shape
      guard other.count == shape.count else {
        throw OperatorError.rank(input: index, expected: "\(shape.count)", found: other.count)
      }
      shape[axis] += other[axis]
      other[axis] = shape[axis]
      guard other == shape else {
        throw OperatorError.invalid("shapes \(first.shape) and \(part.shape) cannot be joined along axis \(axis)")
      }
    }
    let outer = shape[..<axis].reduce(1, *)
    if first.elementType == .string {
      try Tensor.checkStrings(Tensor.elementCount(of: shape))
      let rows = parts.map { $0.shape[axis...].reduce(1, *) }
      let strings = (0..<outer).flatMap { row in
        zip(parts, rows).flatMap { Array($0.strings![row * $1..<(row + 1) * $1]) }
      }
      return try Tensor(strings: strings, shape: shape)
    }
    guard first.elementType.bitWidth >= 8 else {
      let wide = first.elementType.byteWideType
      return try concatenating(parts.map { try $0.converted(to: wide) }, axis: axis).converted(to: first.elementType)
    }
    let inner = shape[(axis + 1)...].reduce(1, *) * first.elementType.bitWidth / 8
    return try Tensor(first.elementType, shape: shape) { target in
      var start = 0
      for part in parts {
        let width = part.shape[axis] * inner
        guard width > 0 else { continue }
        part.withBytes { source in
          for row in 0..<outer {
            let first = row * shape[axis] * inner + start
            target[first..<first + width].copyBytes(from: source[row * width..<(row + 1) * width])
          }
        }
        start += width
      }
    }
  }
}
