import CNNTensors

/// What a kept plan is found by, and what it is read with.
package struct PlanKey: Sendable {
  /// Everything that the plan depends on, in words. A file that holds other words is not read.
  package let words: [String]
  /// What files are authenticated with.
  package let secret: PlanSecret
  /// The constants of the model by number: the weights that a plan reads where they lie are among them.
  let constants: [Int: Tensor]
  /// The inputs that the plan must take, by name and shape.
  let inputs: [String: [Int]]
  /// The extents of the outputs as far as they are known.
  let outputs: [[Int?]?]
  private let check: @Sendable () -> Bool

  /// - Parameter isStill: tells whether the words still hold, before a file appears under the key.
  package init(
    words: [String], secret: PlanSecret, constants: [Int: Tensor], inputs: [String: [Int]], outputs: [[Int?]?],
    isStill: @escaping @Sendable () -> Bool = { true }
  ) {
    (self.words, self.secret, self.inputs, self.outputs, check) = (words, secret, inputs, outputs, isStill)
    self.constants = constants.filter { Weights($0.value) != nil }
  }

  var isStill: Bool { check() }

  /// Numbers of single precision in a file.
  struct Weights: Hashable {
    private let source: Storage.Source
    private let offset: Int
    private let count: Int

    /// `nil` for a tensor that lies in no file, or is of another type.
    init?(_ tensor: Tensor) {
      guard tensor.elementType == .float32, let storage = tensor.storage, storage.fileRange != nil else { return nil }
      (source, offset, count) = (storage.place.source, storage.place.offset, tensor.count)
    }
  }

  /// The number of each constant that a plan may refer to.
  var weightNumbers: [Weights: Int] {
    var numbers: [Weights: Int] = [:]
    for (number, tensor) in constants { if let weights = Weights(tensor) { numbers[weights] = number } }
    return numbers
  }
}
