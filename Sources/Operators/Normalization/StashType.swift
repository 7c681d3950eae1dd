import CNNGraphs
import CNNTensors

/// The attribute `stash_type`: the type a normalisation computes its statistics in. Kernels here compute at least that
/// precisely; it decides the type of statistics that are outputs.
package enum StashType: Int, Hashable, Sendable {
  case float32 = 1
  case float16 = 10
  case float64 = 11
  case bfloat16 = 16

  package init(from node: inout NodeReader) throws {
    let number = try node.int("stash_type", default: 1)
    guard let type = StashType(rawValue: number) else {
      throw OperatorError.unsupported("stash_type \(number)")
    }
    self = type
  }

  package func write(to node: inout NodeWriter) { node.set("stash_type", rawValue, unless: 1) }

  package var elementType: ElementType {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .float64: .float64
    case .bfloat16: .bfloat16
    }
  }
}
