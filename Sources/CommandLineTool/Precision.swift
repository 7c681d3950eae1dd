import ArgumentParser
import CNNConv

/// A type of numbers that weights can be stored in.
enum Precision: String, CaseIterable, ExpressibleByArgument {
  case float32, float16, bfloat16

  /// The type.
  var elementType: ElementType {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    }
  }
}
