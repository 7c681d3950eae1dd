/// Whether a model's weights are written into the model's file or into a data file beside it.
public enum ExternalDataPolicy: Sendable, Hashable {
  /// Beside it if the model would otherwise pass protobuf's limit of 2 GiB.
  case automatic
  /// Beside it for initializers of `threshold` bytes and more.
  case always(threshold: Int = 1024)
  /// Never; a model beyond the limit is an error.
  case never
}
