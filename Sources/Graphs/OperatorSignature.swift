/// What an operator is called, and how many inputs and outputs it has had since which version.
public struct OperatorSignature: Hashable, Sendable {
  /// The operator's name in its domain, such as `Conv`.
  public let name: String
  /// The domain; empty for ONNX's own.
  public let domain: String
  /// The operator-set versions that changed the operator, ascending; the first introduced it.
  public let versions: [Int]
  /// How many inputs, trailing ones that may be left out among them.
  public let inputs: ClosedRange<Int>
  /// How many outputs.
  public let outputs: ClosedRange<Int>

  /// An unbounded number of inputs or outputs.
  public static let any = Int(Int32.max)

  /// Describes an operator.
  public init(
    _ name: String, domain: String = "", versions: [Int], inputs: ClosedRange<Int>, outputs: ClosedRange<Int> = 1...1
  ) {
    (self.name, self.domain, self.versions) = (name, domain, versions)
    (self.inputs, self.outputs) = (inputs, outputs)
  }
}
