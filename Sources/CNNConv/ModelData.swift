import CNNConversion
import CNNFormats
import CNNOperators
import CNNSystem
import FoundationEssentials

extension Model {
  /// Reads a model from bytes, such as those of a download, as ``init(contentsOf:architecture:stateDictionary:inputShapes:isStrict:operators:formats:)`` reads a file.
  ///
  /// The bytes go into a file in the system's folder for passing files (`TMPDIR`, or `/tmp`), so that weights can be mapped as those
  /// of any file; it goes with the model. External data cannot be given this way.
  ///
  /// ```swift
  /// let model = try Model(data: try Data(contentsOf: address))
  /// ```
  /// - Throws: ``ConversionError`` saying what is wrong and where.
  public init(
    data: Data, architecture: String? = nil, stateDictionary: String? = nil, inputShapes: [InputShape] = [],
    isStrict: Bool = false, operators: OperatorRegistry = .standard, formats: ModelFormats = .standard
  ) throws {
    let told = CurrentProcess.variable("TMPDIR").flatMap { $0.isEmpty ? nil : $0 }
    let folder: PassingFolder
    let path: String
    do {
      folder = try PassingFolder(in: told ?? "/tmp")
      path = folder.place("model")
      let file = try AtomicFile(path: path)
      try data.withUnsafeBytes { try file.write($0) }
      try AtomicFile.publish(file)
    } catch { throw ConversionError(outside: error) }
    try self.init(
      reading: path, of: folder, architecture, stateDictionary, inputShapes, isStrict: isStrict, operators, formats)
  }
}
