import CNNTensors

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

/// A computation that a node can stand for. One operator is one file, which knows everything of it.
///
/// In memory an operator always has the form of its newest version: older forms are brought up to it when they are read
/// (see ``NodeReader``) and taken back when an older version is written (see ``NodeWriter``).
public protocol Operator: Sendable {
  /// Name, versions and arity.
  static var signature: OperatorSignature { get }

  /// Reads the attributes; an attribute that is not read is an error.
  init(from node: inout NodeReader) throws

  /// Writes the attributes for the version asked for.
  func write(to node: inout NodeWriter) throws

  /// The outputs' types from what is known of the inputs, one for each output the node has.
  func infer(_ context: InferenceContext) throws -> [InferredValue]

  /// The outputs, one for each output the node has; extra ones are ignored. Plain and right for every type.
  func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue]

  /// Name and version history of this very operator; differs from the static one only for foreign operators.
  var signature: OperatorSignature { get }

  /// Graphs the operator runs.
  var bodies: [Graph] { get }

  /// Inputs that hold running statistics, which are counted apart from learned parameters.
  var statisticsInputs: [Int] { get }

  /// False where two runs may give different results.
  var isDeterministic: Bool { get }

  /// Multiplications followed by an addition that one run takes, from the input and output types; `nil` where a
  /// dimension is not known. 0 for everything but convolutions and matrix products.
  func multiplyAccumulates(inputs: [ValueType?], outputs: [ValueType?]) -> Int?
}

extension Operator {
  /// The static signature.
  public var signature: OperatorSignature { Self.signature }
  /// None.
  public var bodies: [Graph] { [] }
  /// None.
  public var statisticsInputs: [Int] { [] }
  /// True.
  public var isDeterministic: Bool { true }
  /// Nothing to write.
  public func write(to node: inout NodeWriter) throws {}
  /// None.
  public func multiplyAccumulates(inputs: [ValueType?], outputs: [ValueType?]) -> Int? { 0 }
}

/// A value while a graph runs.
public indirect enum RuntimeValue: Sendable {
  /// A tensor.
  case tensor(Tensor)
  /// A list; `element` is what its elements would be where it is empty.
  case sequence([RuntimeValue], element: ValueType = .unknown)
  /// An optional without a value.
  case none

  /// The tensor, where it is one.
  public var tensor: Tensor? { if case .tensor(let tensor) = self { tensor } else { nil } }
}

/// What inference knows of a value.
public struct InferredValue: Sendable {
  /// The type.
  public var type: ValueType
  /// The integers it holds, as far as they are known, for a 1-D (or 0-D) integer tensor.
  public var contents: [Dimension]?
  /// The value itself where it is known.
  public var constant: Tensor?

  /// Describes a value.
  public init(_ type: ValueType, contents: [Dimension]? = nil, constant: Tensor? = nil) {
    (self.type, self.contents, self.constant) = (type, contents, constant)
  }

  /// A tensor of a type and shape.
  public static func tensor(_ type: ElementType?, _ shape: [Dimension]?, contents: [Dimension]? = nil) -> InferredValue
  {
    InferredValue(.tensor(type, shape), contents: contents)
  }

  /// A value of which nothing is known.
  public static var unknown: InferredValue { InferredValue(.unknown) }
}
