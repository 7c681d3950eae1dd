import CNNFormats
import CNNGraphs

extension ConversionError {
  /// The error of a file format, an operator or a tensor as the outside sees it.
  public init(outside error: any Error, at location: Location = Location()) {
    guard let format = error as? FormatError else {
      self.init(error, at: location)
      return
    }
    let code: Code = format.isLimit ? .limit : format.isUnsupported ? .unsupported : .badInput
    self.init(code, format.message, at: location, cause: format)
  }
}
