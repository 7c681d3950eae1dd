import CNNFormats
import CNNGraphs
import CNNTensors

/// The formats that a program knows. ``standard`` are this library's; a program may add its own.
///
/// ```swift
/// let formats = ModelFormats.standard.adding(TableFormat())
/// try Model(contentsOf: "resnet50.onnx").write(to: "resnet50.table", formats: formats)
/// ```
public struct ModelFormats: Sendable {
  /// All formats. Of two that claim a file with the same certainty, or the same ending, the first takes it.
  public let all: [any ModelFormat]

  /// Formats in the order in which they are asked.
  public init(_ all: [any ModelFormat]) { self.all = all }

  /// These formats and one more, which is asked last.
  public func adding(_ format: any ModelFormat) -> ModelFormats { ModelFormats(all + [format]) }

  /// The formats that models can be read from.
  public var readable: [any ReadableModelFormat] { all.compactMap { $0 as? any ReadableModelFormat } }

  /// The formats that models can be written in.
  public var writable: [any WritableModelFormat] { all.compactMap { $0 as? any WritableModelFormat } }

  /// The format of a file or folder, told by its content; `nil` if no format claims it.
  public func format(of input: ModelFile) -> (any ReadableModelFormat)? {
    var best: (format: any ReadableModelFormat, recognition: Recognition)?
    for format in readable {
      let recognition = format.recognize(input)
      if recognition > best?.recognition ?? .none { best = (format, recognition) }
      if recognition == .certain { break }
    }
    return best?.format
  }

  /// The format that a file's name asks for.
  /// - Throws: `ConversionError` of code `usage`, listing the endings, if none does.
  public func format(writing path: String) throws(ConversionError) -> any WritableModelFormat {
    let name = path.lowercased()
    if let format = writable.first(where: { $0.endings.contains { name.hasSuffix($0) } }) { return format }
    throw ConversionError(
      .usage, "the format of this name is not known; name it \(writableEndings.listed(with: "or"))",
      at: .init(file: path))
  }

  /// The endings of the names of files that can be written.
  public var writableEndings: [String] { writable.flatMap(\.endings) }

  /// The endings of the names of files that can be written, of graphs or of weights alone.
  public func writableEndings(of content: ModelContent) -> [String] {
    writable.filter { $0.content == content }.flatMap(\.endings)
  }

  /// The names of the settings that reading the file or folder at a path heeds; none if no format claims it.
  public func readingOptions(of path: String) -> [String] {
    guard let input = try? ModelFile(path: path) else { return [] }
    return format(of: input)?.readingOptions.map { $0.name } ?? []
  }

  /// Reads a model from the file or folder at a path.
  /// - Throws: `ConversionError`, `FileError`, or a `FormatFault`.
  public func read(_ path: String, options: FormatOptions = FormatOptions()) throws -> ImportedModel {
    let input = try ModelFile(path: path)
    guard let format = format(of: input) else {
      // What it is instead, and what to do.
      _ = try input.requireFile()
      throw FormatError.notWeights(input.kind ?? .unknown)
    }
    var options = options
    if !format.readingOptions.contains(where: { $0 == InputShapeOption.self }) { options[InputShapeOption.self] = nil }
    try options.check(format.readingOptions, of: format)
    return try format.read(input, options: options)
  }

  /// Writes a model in the format that the file's name asks for.
  /// - Returns: what a user should know of the file, one line each.
  /// - Throws: `ConversionError`, `FileError`, or a `FormatFault`.
  public func write(_ model: ExportedModel, to path: String, options: FormatOptions = FormatOptions()) throws
    -> [String]
  {
    let format = try format(writing: path)
    try options.check(format.writingOptions, of: format)
    return try format.write(model, to: path, options: options)
  }
}

extension [String] {
  /// The elements as a sentence lists them: `.onnx, .pth or .pt`.
  public func listed(with word: String) -> String {
    guard let last, count > 1 else { return first ?? "" }
    return "\(dropLast().joined(separator: ", ")) \(word) \(last)"
  }
}
