import CNNConv

extension ModelFormats {
  /// The library's formats and those of these tests, one line each.
  static let tested = ModelFormats.standard
    .adding(HexadecimalFormat())
}
