import CNNTensors

/// What an operator finds wrong with its attributes, inputs or shapes. The node and file are added on the way out.
public enum OperatorError: Error, Hashable, Sendable {
  /// Valid, but not something this program computes.
  case unsupported(String)
  /// Against the operator's definition.
  case invalid(String)
  /// A value that has to be a tensor, a sequence … and is not, or is missing.
  case input(Int, expected: String)
  /// An input of the wrong element type.
  case elementType(input: Int, found: ElementType)
  /// An input of the wrong rank.
  case rank(input: Int, expected: String, found: Int)
  /// An attribute of the wrong kind or value.
  case attribute(String, String)
  /// Attributes that the operator's version does not have.
  case unknownAttributes([String])
  /// A result that would be larger than a limit allows.
  case limit(String)
  /// Fewer outputs than the node has: a fault of the operator's own.
  case missingOutputs(expected: Int, found: Int)
}

extension OperatorError: CustomStringConvertible {
  /// What is wrong, in one line.
  public var description: String {
    switch self {
    case .unsupported(let what): what
    case .invalid(let what): what
    case .input(let index, let expected): "input \(index): \(expected) expected"
    case .elementType(let input, let found): "input \(input): element type \(found) is not allowed here"
    case .rank(let input, let expected, let found): "input \(input): rank \(expected) expected, \(found) found"
    case .attribute(let name, let reason): "attribute \(name.quoted): \(reason)"
    case .unknownAttributes(let names):
      "unknown attribute\(names.count == 1 ? "" : "s") " + names.quoted()
    case .limit(let what): what
    case .missingOutputs(let expected, let found): "the operator made \(found) of \(expected) outputs"
    }
  }
}

extension OperatorError {
  /// The kind of failure as the outside sees it.
  var code: ConversionError.Code {
    switch self {
    case .unsupported, .unknownAttributes: .unsupported
    case .limit: .limit
    case .missingOutputs: .internalFault
    case .invalid, .input, .elementType, .rank, .attribute: .badInput
    }
  }
}
