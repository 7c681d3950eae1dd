import CNNGraphs
import CNNTensors

/// What two nodes must have in common to compute the same from the same inputs: the operator and its attributes.
struct OperatorIdentity: Hashable {
  private let signature: OperatorSignature
  private let attributes: [String]
  private let tensors: [TensorIdentity]

  /// `nil` if the operator has graphs, types or large tensors, or cannot be written in its newest form.
  init?(_ operation: any Operator) {
    guard operation.bodies.isEmpty, !(operation is ForeignOperator) else { return nil }
    var writer = NodeWriter(version: .max, inputs: [])
    do { try operation.write(to: &writer) } catch { return nil }
    var words: [String] = []
    var tensors: [TensorIdentity] = []
    for (name, value) in writer.attributes.sorted(by: { $0.name < $1.name }) {
      switch value {
      case .float(let value): words.append("\(name)=f\(value.bitPattern)")
      case .int(let value): words.append("\(name)=\(value)")
      case .string(let bytes): words.append("\(name)=s\(bytes)")
      case .floats(let values): words.append("\(name)=f\(values.map(\.bitPattern))")
      case .ints(let values): words.append("\(name)=\(values)")
      case .strings(let values): words.append("\(name)=s\(values)")
      case .tensor(let tensor):
        guard let identity = TensorIdentity(contentsOf: tensor) else { return nil }
        words.append(name)
        tensors.append(identity)
      default: return nil
      }
    }
    (signature, attributes, self.tensors) = (operation.signature, words, tensors)
  }
}
