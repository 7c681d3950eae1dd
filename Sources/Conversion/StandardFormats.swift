extension ModelFormats {
  /// The formats of this library, one line each.
  public static let standard = ModelFormats([
    OnnxFormat(),
    TorchExportFormat(),
    TorchScriptFormat(),
    TorchFormat(),
    SafetensorsFormat(),
    ShardsFormat(),
    NumpyFormat(),
    NcnnFormat(),
  ])
}
