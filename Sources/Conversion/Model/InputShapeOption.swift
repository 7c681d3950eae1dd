import CNNGraphs

/// Shapes of inputs that a format needs to know while it reads. Formats that do not list the setting take no notice of it:
/// for them the shapes are set afterwards.
public struct InputShapeOption: FormatOption {
  /// What is set.
  public static let name = "input shape"
  /// What has it.
  public static let scope = "is for programs whose graph depends on it"
  /// What others lack.
  public static func absence(in format: any ModelFormat) -> String { "\(format.title) has none" }
  /// The extents by the input's name, `nil` for the only input.
  public let shapes: [(input: String?, extents: [Dimension])]

  /// Asks for shapes.
  public init(_ shapes: [(input: String?, extents: [Dimension])]) { self.shapes = shapes }
}
