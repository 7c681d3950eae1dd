import CNNFormats

/// A file format of models. A format is one folder: it says here what it is, and reads and writes what it can.
///
/// Nothing outside that folder asks which format a model came from: what only the format understands travels in
/// ``FormatNotes``. A format that can read is a ``ReadableModelFormat``, one that can write a ``WritableModelFormat``.
public protocol ModelFormat: Sendable {
  /// A short name, unique among formats, such as `onnx`.
  var name: String { get }
  /// What one file is called in a sentence, such as `an ONNX model`.
  var title: String { get }
  /// The endings of its files' names in lower case, such as `.onnx`, the usual one first.
  var endings: [String] { get }
  /// Whether a file brings a graph along or weights alone.
  var content: ModelContent { get }
  /// True if the file has a key for each tensor, under which it can be written into a file of weights.
  var keepsKeys: Bool { get }
  /// True if each layer keeps names and weights of its own in the file, so that rewriting must not merge layers.
  var keepsLayersApart: Bool { get }
}

/// What a file of a format holds.
public enum ModelContent: Sendable {
  /// A graph with its weights.
  case graph
  /// Weights by key; the graph is recognised from them.
  case weights
}

/// A format that models are read from.
public protocol ReadableModelFormat: ModelFormat {
  /// The settings that reading heeds; others are refused.
  var readingOptions: [any FormatOption.Type] { get }
  /// Tells by its content, never by its name, whether a file or folder is of this format. Reads a few bytes.
  func recognize(_ input: ModelFile) -> Recognition
  /// Reads a model. Weights stay in the mapped file.
  /// - Throws: `ConversionError`, or a `FormatFault` saying what is wrong and where.
  func read(_ input: ModelFile, options: FormatOptions) throws -> ImportedModel
  /// The tensors under the names that they have in the file; the graph's constants if a format says nothing else. The
  /// tensors themselves are not read.
  /// - Throws: `ConversionError`, or a `FormatFault` saying what is wrong and where.
  func readTensors(_ input: ModelFile, options: FormatOptions) throws -> StoredTensors
}

/// A format that models are written in.
public protocol WritableModelFormat: ModelFormat {
  /// The settings that writing heeds; others are refused.
  var writingOptions: [any FormatOption.Type] { get }
  /// Writes a model; the file or folder appears whole or not at all.
  /// - Returns: what a user should know of it, one line each.
  /// - Throws: `ConversionError`, or a `FormatFault` saying what is wrong and where.
  func write(_ model: ExportedModel, to path: String, options: FormatOptions) throws -> [String]
  /// The files that a model at `path` consists of, those that exist and those that may.
  func files(of path: String) -> [String]
  /// True for a format that knows fewer operators than a graph may have, and no batch: it is given a graph for one image,
  /// with shapes computed and operators recognised.
  var writesPlainGraphs: Bool { get }
}

extension ModelFormat {
  /// False for graphs, true for weights alone.
  public var keepsLayersApart: Bool { content == .weights }
  /// False for graphs, true for weights alone.
  public var keepsKeys: Bool { content == .weights }
}

extension ReadableModelFormat {
  /// None.
  public var readingOptions: [any FormatOption.Type] { [] }
}

extension WritableModelFormat {
  /// None.
  public var writingOptions: [any FormatOption.Type] { [] }
  /// One file.
  public func files(of path: String) -> [String] { [path] }
  /// False.
  public var writesPlainGraphs: Bool { false }
}

extension WritableModelFormat {
  /// True if writing heeds a setting.
  public func takes(_ option: any FormatOption.Type) -> Bool { writingOptions.contains { $0 == option } }
}
