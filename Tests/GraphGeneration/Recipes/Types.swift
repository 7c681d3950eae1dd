import CNNGraphs
import CNNTensors

extension [ElementType] {
  /// Real numbers.
  static let floats: [ElementType] = [.float32, .float32, .float32, .float64, .float16, .bfloat16]
  /// Real numbers that most of the field computes with.
  static let singles: [ElementType] = [.float32, .float32, .float32, .float64]
  /// Integers of whole bytes.
  static let integers: [ElementType] = [.int64, .int32, .int8, .int16, .uint8, .uint16, .uint32, .uint64]
  /// Numbers.
  static let numbers: [ElementType] = [.float32, .float32, .float32, .float32] + floats + integers
  /// What can be moved about.
  static let all: [ElementType] = [.float32, .float32, .float32, .float32] + floats + integers + [.bool, .string]
  /// What can be moved and computed with, or is true or false.
  static let numbersAndTruths: [ElementType] = numbers + [.bool]
  /// Places.
  static let places: [ElementType] = [.int64, .int32]
}

extension Attribute {
  /// A string.
  static func text(_ text: String) -> Attribute { .string(Array(text.utf8)) }
  /// A flag.
  static func flag(_ value: Bool) -> Attribute { .int(value ? 1 : 0) }
}

extension [Int] {
  /// The product of all.
  var product: Int { reduce(1, *) }
}
