import CNNGraphs
import CNNOperators
import CNNTensors

/// Keeps only the last of two conversions in a row if the first one loses nothing.
package struct MergeCasts: NodePass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "merge-casts",
      law: "cast(cast(x, B), C) = cast(x, C) where B has every value of x's type.",
      guards: [
        "the first conversion loses values", "whole numbers become floating-point ones and then a smaller integer type",
        "strings, complex numbers, and 8-bit floating-point types whose rounding is chosen",
      ],
      source: "ONNX Cast 13, conversion table")
  }

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    let node = view.graph.nodes[index]
    guard let outer = node.operator as? Cast, let inner = view.producer(node.inputs[0], as: Cast.self),
      let source = inner.node.inputs[0], let type = view.elementType(source), let result = node.outputs[0],
      outer.rounding == CastRounding(), inner.operation.rounding == CastRounding()
    else { return nil }
    let middle = inner.operation.type
    guard middle.holds(type), outer.type.isPlain else { return nil }
    // A floating-point number beyond an integer type's range becomes anything, a whole number its low bits.
    if !type.isFloatingPoint, middle.isFloatingPoint, !outer.type.isFloatingPoint, !outer.type.holds(type) {
      return nil
    }
    let isAlone = view.soleUser(node.inputs[0]) == index
    var made = Patch.NewNode(node.name, outer, inputs: [.value(source)], outputs: [.value(result)])
    made.annotations = node.annotations
    return Patch(removing: isAlone ? [index, inner.index] : [index], adding: made)
  }
}

extension ElementType {
  /// True for the types between which conversion has one rule.
  fileprivate var isPlain: Bool {
    switch self {
    case .float32, .float64, .float16, .bfloat16, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64,
      .bool:
      true
    default: false
    }
  }

  /// True if every value of another type is one of this type.
  fileprivate func holds(_ other: ElementType) -> Bool {
    guard isPlain, other.isPlain else { return false }
    if self == other || other == .bool { return true }
    if self == .bool { return false }
    let (mine, theirs) = (digits, other.digits)
    if isFloatingPoint {
      return mine.digits >= theirs.digits && mine.exponents >= theirs.exponents
    }
    guard !other.isFloatingPoint else { return false }
    return mine.digits >= theirs.digits && (mine.isSigned || !theirs.isSigned)
  }

  /// Binary digits of the largest whole number below which none is missing, and the width of the exponent.
  private var digits: (digits: Int, exponents: Int, isSigned: Bool) {
    switch self {
    case .float64: (53, 11, true)
    case .float32: (24, 8, true)
    case .float16: (11, 5, true)
    case .bfloat16: (8, 8, true)
    case .int8, .int16, .int32, .int64: (bitWidth - 1, 0, true)
    default: (bitWidth, 0, false)
    }
  }
}
