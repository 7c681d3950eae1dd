import CNNFormats
import CNNGraphs

extension ConversionError {
  /// The error of a file format, an operator or a tensor as the outside sees it.
  package init(outside error: any Error, at location: Location = Location()) {
    guard let format = error as? any FormatFault else {
      self.init(error, at: location)
      return
    }
    let code: Code = format.isLimit ? .limit : format.isUnsupported ? .unsupported : .badInput
    var location = location
    // The format's own words name the tensor already.
    if format.message.hasPrefix("tensor '") { location.tensor = nil }
    let isMemory = (format as? FormatError)?.isMemoryLimit ?? false
    self.init(code, format.message, at: location, remedy: isMemory ? .raiseMemoryLimit : nil, cause: format)
  }
}
