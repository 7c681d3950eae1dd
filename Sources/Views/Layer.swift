import CNNGraphs

/// A line of a ``LayerTable``: a node, or several that belong to one module.
public struct Layer: Encodable, Sendable {
  /// The node's name or that of its first output, or the module's path.
  public let name: String
  /// The operator, such as `Conv`; `nil` for a module.
  public let `operator`: String?
  /// How many nodes the line stands for.
  public var nodes = 1
  /// The outputs; for a module those of its last node.
  public var outputs: [Output]
  /// Elements of the learned constants that nothing before it reads.
  public var parameters = 0
  /// Elements of running means and variances, likewise.
  public var buffers = 0
  /// Bytes of all its constants, likewise.
  public var weightBytes = 0
  /// Multiplications followed by an addition; `nil` if an extent is not known.
  public var macs: Int?
  /// Its part of the multiplications of all layers, from 0 to 1; `nil` if they are not known.
  public internal(set) var share: Double?
  /// Bytes of the outputs; `nil` if an extent is not known.
  public var outputBytes: Int?

  /// A value that a layer makes.
  public struct Output: Encodable, Sendable {
    /// Its name.
    public let name: String
    /// The element type, such as `float32`; `nil` if it is not known or the value is no tensor.
    public let type: String?
    /// The extents; `nil` if the rank is not known.
    public let shape: [Extent]?
  }

  private enum CodingKeys: String, CodingKey {
    case name, `operator`, nodes, outputs, parameters, buffers, macs, share
    case weightBytes = "weight_bytes"
    case outputBytes = "output_bytes"
  }
}

/// An extent of a shape: in JSON a number, or the name of a free one.
public struct Extent: Encodable, Hashable, Sendable, CustomStringConvertible {
  /// The extent.
  public let dimension: Dimension

  /// An extent.
  public init(_ dimension: Dimension) { self.dimension = dimension }

  /// The number or the name.
  public var description: String { dimension.description }

  /// Writes a number or a name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let number = dimension.value { try container.encode(number) } else { try container.encode("\(dimension)") }
  }
}
