import CNNTensors

/// A sparse constant in coordinate form.
public struct SparseTensor: Sendable {
  /// The non-zero values, `[NNZ]`.
  public let values: Tensor
  /// Linear indices `[NNZ]` or coordinates `[NNZ, rank]`, `int64`.
  public let indices: Tensor
  /// The dense tensor's extents.
  public let shape: [Int]

  /// Puts the parts together; they are checked when the tensor is made dense.
  public init(values: Tensor, indices: Tensor, shape: [Int]) {
    (self.values, self.indices, self.shape) = (values, indices, shape)
  }

  /// The dense tensor, zero where nothing is stored.
  public func dense() throws -> Tensor {
    let count = try Tensor.elementCount(of: shape)
    let places = try indices.values(as: Int64.self)
    let stored = values.count
    guard let width = Optional(values.elementType.bitWidth / 8), width > 0 else {
      throw OperatorError.unsupported("a sparse tensor of \(values.elementType)")
    }
    let linear: [Int]
    if indices.rank == 2 {
      guard indices.shape[0] == stored, indices.shape[1] == shape.count else {
        throw OperatorError.invalid(
          "sparse indices of shape \(indices.shape) for \(stored) values of rank \(shape.count)")
      }
      linear = try (0..<stored).map { row in
        var index = 0
        for (axis, extent) in shape.enumerated() {
          let place = Int(places[row * shape.count + axis])
          guard place >= 0, place < extent else {
            throw OperatorError.invalid("sparse index \(place) outside 0..<\(extent)")
          }
          index = index * extent + place
        }
        return index
      }
    } else {
      linear = places.map(Int.init)
    }
    guard linear.count == stored, linear.allSatisfy({ $0 >= 0 && $0 < count }) else {
      throw OperatorError.invalid("sparse indices outside the tensor")
    }
    return try Tensor(values.elementType, shape: shape) { bytes in
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
      values.withBytes { source in
        for (position, index) in linear.enumerated() {
          for byte in 0..<width { bytes[index * width + byte] = source[position * width + byte] }
        }
      }
    }
  }
}

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
