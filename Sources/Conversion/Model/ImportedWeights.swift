import CNNArchitectures
import CNNFormats
import CNNGraphs
import CNNTensors

/// What a file that holds weights alone says, and what was made of it.
public struct ImportedWeights: Sendable {
  /// The kind of file in words, such as `PyTorch archive`.
  public let container: String
  /// The architecture that the weights were recognized as.
  public let architecture: RecognizedArchitecture
  /// Whose names the keys are, such as `torchvision`.
  public let spelling: String
  /// The version that PyTorch's class asks for, if it asks for one.
  public let stateVersion: Int?
  /// All tensors of the state dict in its order under the architecture's own keys, those that inference does not use
  /// among them.
  public let entries: [StateDictionary.Entry]
  /// What a user should know: where the weights were found, what was left out, and what they cannot tell.
  public let remarks: [Remark]
  /// What was taken because weights cannot tell it.
  public let assumptions: [Remark]
}
