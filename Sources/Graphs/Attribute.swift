import CNNTensors

/// A parameter of an operator as a file states it.
public enum Attribute: Sendable {
  /// A 32-bit floating-point number.
  case float(Float)
  /// An integer.
  case int(Int)
  /// Bytes, usually UTF-8.
  case string([UInt8])
  /// A constant.
  case tensor(Tensor)
  /// A sparse constant.
  case sparseTensor(SparseTensor)
  /// A body that the operator runs.
  case graph(Graph)
  /// A type.
  case type(ValueType)
  /// Several numbers.
  case floats([Float])
  /// Several integers.
  case ints([Int])
  /// Several byte strings.
  case strings([[UInt8]])
  /// Several constants.
  case tensors([Tensor])
  /// Several sparse constants.
  case sparseTensors([SparseTensor])
  /// Several bodies.
  case graphs([Graph])
  /// Several types.
  case types([ValueType])
  /// Inside a function body: the attribute of the call that is meant. `kind` is the file format's type number.
  case reference(String, kind: Int)

  /// What the attribute holds, in words.
  public var kind: String {
    switch self {
    case .float: "a float"
    case .int: "an integer"
    case .string: "a string"
    case .tensor: "a tensor"
    case .sparseTensor: "a sparse tensor"
    case .graph: "a graph"
    case .type: "a type"
    case .floats: "floats"
    case .ints: "integers"
    case .strings: "strings"
    case .tensors: "tensors"
    case .sparseTensors: "sparse tensors"
    case .graphs: "graphs"
    case .types: "types"
    case .reference: "a reference to an attribute of the function"
    }
  }

  /// The graphs the attribute holds.
  public var graphs: [Graph] {
    switch self {
    case .graph(let graph): [graph]
    case .graphs(let graphs): graphs
    default: []
    }
  }
}
