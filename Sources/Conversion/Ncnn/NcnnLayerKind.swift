import CNNGraphs

/// What ncnn has for some operators of a graph, and what becomes of some of its layers in a graph. Each kind is one file,
/// with a line in ``NcnnLayers``.
protocol NcnnLayerKind: Sendable {
  /// The operators that become such layers.
  static var operators: [any Operator.Type] { get }
  /// The layers that are read.
  static var types: [String] { get }
  /// Writes a node as layers.
  /// - Throws: ``ConversionError`` of code `unsupported` saying what ncnn cannot do.
  static func write(_ node: NcnnNode) throws
  /// Reads a layer.
  /// - Throws: ``ConversionError``, ``NcnnFault``.
  static func read(_ layer: NcnnLayerReader) throws
}

extension NcnnLayerKind {
  /// None.
  static var operators: [any Operator.Type] { [] }
  /// None.
  static var types: [String] { [] }
  /// Nothing is written.
  static func write(_ node: NcnnNode) throws {}
  /// Nothing is read.
  static func read(_ layer: NcnnLayerReader) throws {}
}
