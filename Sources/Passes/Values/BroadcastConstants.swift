import CNNGraphs
import CNNTensors

extension GraphView {
  /// True if a constant, broadcast with a value, leaves that value's shape as it is.
  package func broadcasts(_ constant: Tensor, within id: ValueID?) -> Bool {
    if constant.rank == 0 { return true }
    guard let shape = shape(id), constant.rank <= shape.count else { return false }
    return zip(constant.shape, shape.suffix(constant.rank)).allSatisfy { $0 == 1 || $1 == .fixed($0) }
  }

  /// The only number of a constant that, broadcast with a value, leaves that value's shape as it is.
  package func scalar(_ id: ValueID?, within other: ValueID?) -> Double? {
    guard let tensor = constant(id), tensor.count == 1, broadcasts(tensor, within: other) else { return nil }
    return scalar(id)
  }

  /// The number that all elements of a small constant are.
  package func uniform(_ id: ValueID?) -> Double? {
    guard let tensor = constant(id), tensor.count > 0, tensor.count <= 1 << 16, tensor.strings == nil,
      let values = try? tensor.values(as: Double.self), values.allSatisfy({ $0 == values[0] })
    else { return nil }
    return values[0]
  }

  /// The rank of a value.
  package func rank(_ id: ValueID?) -> Int? { shape(id)?.count }
}
