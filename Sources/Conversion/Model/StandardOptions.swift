import CNNFormats
import CNNTensors

// The settings that this library's commands offer.

/// The version of ONNX's operators to write.
public struct OperatorSetOption: FormatOption {
  /// What is set.
  public static let name = "operator set"
  /// What has it.
  public static let scope = "is for ONNX files"
  /// What others lack.
  public static func absence(in format: any ModelFormat) -> String { "\(format.title) has no operators" }
  /// The version.
  public let version: Int

  /// Asks for a version.
  public init(_ version: Int) { self.version = version }
}

/// Whether weights go into a file of their own.
public struct ExternalDataOption: FormatOption {
  /// What is set.
  public static let name = "external data"
  /// What has it.
  public static let scope = "is for ONNX files"
  /// What others lack.
  public static func absence(in format: any ModelFormat) -> String { "\(format.title) keeps all weights in one file" }
  /// When they do.
  public let policy: ExternalDataPolicy

  /// Asks for a policy.
  public init(_ policy: ExternalDataPolicy) { self.policy = policy }
}

/// The architecture to take for weights, by the zoo's name.
public struct ArchitectureOption: FormatOption {
  /// What is set.
  public static let name = "architecture"
  /// What has it.
  public static let scope = "is for files that hold weights alone"
  /// What others lack.
  public static func absence(in format: any ModelFormat) -> String { "this one brings its graph along" }
  /// The zoo's name, such as `resnet50`.
  public let architecture: String
  /// The name.
  public var words: String? { architecture }

  /// Asks for an architecture.
  public init(_ architecture: String) { self.architecture = architecture }
}

/// Which of several state dicts in a file to take.
public struct StateDictionaryOption: FormatOption {
  /// What is set.
  public static let name = "state dict"
  /// What has it.
  public static let scope = "is for files that hold weights alone"
  /// What others lack.
  public static func absence(in format: any ModelFormat) -> String { "this one brings its graph along" }
  /// The way to it, joined by dots, such as `model_ema`.
  public let path: String
  /// The way to it.
  public var words: String? { path }

  /// Asks for a state dict.
  public init(_ path: String) { self.path = path }
}

/// The type in which weights are stored.
public struct PrecisionOption: FormatOption {
  /// What is set.
  public static let name = "precision"
  /// What has it.
  public static let scope = "is for networks of ncnn"
  /// What others lack.
  public static func absence(in format: any ModelFormat) -> String { "\(format.title) keeps the types as they are" }
  /// The type.
  public let elementType: ElementType
  /// The type's name.
  public var words: String? { elementType.description }

  /// Asks for a type.
  public init(_ elementType: ElementType) { self.elementType = elementType }
}
