import CNNTensors

extension Tensor {
  /// Floating-point elements in a type that may be narrower.
  /// - Throws: ``Refusal`` if a number is finite, but not in that type.
  func rounded(to type: ElementType) throws -> Tensor {
    if type == elementType { return self }
    let result = try converted(to: type)
    try withValues(as: Double.self) { wide in
      try result.withValues(as: Double.self) { narrow in
        for index in 0..<wide.count where wide[index].isFinite && !narrow[index].isFinite {
          throw Refusal.numbers(.tooLarge(type))
        }
      }
    }
    return result
  }
}
