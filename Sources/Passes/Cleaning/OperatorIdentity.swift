import CNNGraphs
import CNNTensors

/// What two nodes must have in common to compute the same from the same inputs: the operator and its attributes.
struct OperatorIdentity: Hashable {
  private let signature: OperatorSignature
  private let attributes: [String]
  private let tensors: [TensorIdentity]

  /// `nil` where the operator has graphs, types or large tensors, or cannot be written in its newest form.
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

/// What makes two stored tensors one: their bytes where they are few, otherwise the place where these lie.
struct TensorIdentity: Hashable {
  /// Larger tensors are not compared byte by byte.
  private static let limit = 4096

  private let type: ElementType
  private let shape: [Int]
  private let bytes: [UInt8]
  private let source: Storage.Source?
  private let offset: Int

  /// By type, shape and bytes; `nil` for strings and large tensors.
  init?(contentsOf tensor: Tensor) {
    guard tensor.strings == nil, tensor.byteCount <= Self.limit else { return nil }
    (type, shape, bytes) = (tensor.elementType, tensor.shape, tensor.withBytes { Array($0) })
    (source, offset) = (nil, 0)
  }

  /// By contents where the tensor is small, otherwise by the place of its bytes; `nil` for strings.
  init?(_ tensor: Tensor) {
    if let small = TensorIdentity(contentsOf: tensor) {
      self = small
      return
    }
    guard let place = tensor.storage?.place else { return nil }
    (type, shape, bytes) = (tensor.elementType, tensor.shape, [])
    (source, offset) = (place.source, place.offset)
  }
}
