import CNNGraphs
import CNNTensors

/// A value of a PyTorch program while a graph is made of it.
///
/// What PyTorch knows when it traces or compiles (sizes, flags, types) is a plain value here; what it knows only when it
/// runs is a value of the graph.
enum AtenValue {
  /// A tensor.
  case tensor(AtenTensor)
  /// A number or flag that only a run knows, such as a free batch size: a value of the graph without extents.
  case scalar(ValueID)
  /// `None`.
  case none
  /// An integer.
  case int(Int)
  /// A real number.
  case float(Double)
  /// A flag.
  case bool(Bool)
  /// A text, such as a padding mode.
  case string(String)
  /// A `dtype`.
  case elementType(ElementType)
  /// A list or tuple.
  case list([AtenValue])
  /// What a graph has no use for, such as a device, a layout or a memory format: its name.
  case setting(String)
}

extension AtenValue {
  /// What it is, in words.
  var kind: String {
    switch self {
    case .tensor: "a tensor"
    case .scalar: "a number that only a run knows"
    case .none: "None"
    case .int(let value): "the integer \(value)"
    case .float(let value): "the number \(value)"
    case .bool(let value): "\(value)"
    case .string(let text): text.quoted
    case .elementType(let type): "the type \(type)"
    case .list: "a list"
    case .setting(let name): name.inSentence
    }
  }

  /// True for `None`.
  var isNone: Bool { if case .none = self { true } else { false } }

  /// True for a tensor.
  var isTensor: Bool { if case .tensor = self { true } else { false } }

  /// True for a number or a flag.
  var isNumber: Bool {
    switch self {
    case .scalar, .int, .float, .bool: true
    default: false
    }
  }

  /// The number if it is known now.
  var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .float(let value): value
    case .bool(let value): value ? 1 : 0
    default: nil
    }
  }

  /// The integer if it is known now.
  var integer: Int? {
    switch self {
    case .int(let value): value
    case .bool(let value): value ? 1 : 0
    default: nil
    }
  }
}
