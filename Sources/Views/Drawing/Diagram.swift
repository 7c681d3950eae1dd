import CNNGraphs

/// A picture of a graph: boxes on ranks, lines between them, equal blocks folded.
public struct Diagram: Sendable {
  /// How much is shown.
  public enum Detail: Hashable, Sendable {
    /// Layers with what follows them in one box, equal blocks once; modules if there is more than can be read.
    case automatic
    /// A box for each module: the first parts of the names' paths.
    case modules(depth: Int)
    /// A box for each node.
    case full
  }

  /// The picture as an SVG document, in light or dark as its reader prefers.
  public let svg: String
  /// The picture as an element of a page that has its colours.
  let element: String
  /// Boxes that are drawn.
  public let boxes: Int
  /// Frames around blocks that stand for several.
  public let frames: Int
  /// Nodes that the boxes stand for.
  public let nodes: Int
  /// Nodes that work out shapes or constants, which are not drawn.
  public let leftOut: Int
  /// In pixels.
  public let width: Int
  /// In pixels.
  public let height: Int

  /// Boxes that can be read without zooming for long.
  private static let readable = 400
  /// The most boxes.
  private static let mostBoxes = 20_000
  /// The most boxes and ranks that lines pass.
  private static let mostVertices = 400_000

  /// Draws a graph whose types are inferred.
  /// - Parameter title: what stands above it.
  /// - Throws: ``ConversionError`` with the code `limit` if it is too large to be drawn.
  public init(_ graph: Graph, title: String, detail: Detail = .automatic) throws(ConversionError) {
    let vertices = DiagramVertices(graph, isComplete: detail == .full)
    let folding = Self.folding(vertices, detail)
    let remedy: Remedy? = detail == .full ? .foldPicture : nil
    let count = folding.units.boxCount
    guard count <= Self.mostBoxes else {
      throw ConversionError(
        .limit, "the picture would have \(count.grouped) boxes; \(Self.mostBoxes.grouped) are the most", remedy: remedy)
    }
    let layout: DiagramLayout
    do { layout = try DiagramLayout(folding, limit: Self.mostVertices) } catch {
      throw ConversionError(.limit, "the picture's lines would pass too many boxes", remedy: remedy)
    }
    var words = ["\(vertices.nodeCount.grouped) nodes"]
    if count < vertices.nodeCount { words.append("\(count.grouped) boxes") }
    if vertices.leftOut > 0 {
      words.append("\(vertices.leftOut.grouped) nodes that work out shapes or constants are not drawn")
    }
    let subtitle = words.joined(separator: ", ")
    let picture = DiagramPicture(layout, title: title, subtitle: subtitle, isAlone: true)
    svg = picture.svg
    element = DiagramPicture(layout, title: title, subtitle: subtitle, isAlone: false).svg
    (boxes, frames, nodes, leftOut) = (layout.boxes.count, layout.frames.count, vertices.nodeCount, vertices.leftOut)
    (width, height) = (Int(picture.width.rounded(.up)), Int(picture.height.rounded(.up)))
  }

  static func folding(_ vertices: DiagramVertices, _ detail: Detail) -> DiagramFolding {
    switch detail {
    case .full: return DiagramFolding(vertices, .nothing)
    case .modules(let depth): return DiagramFolding(vertices, .modules(depth: depth))
    case .automatic:
      var best = DiagramFolding(vertices, .blocks)
      let deepest = min(8, vertices.all.reduce(0) { max($0, $1.path.count - 1) })
      for depth in stride(from: deepest, to: 0, by: -1) where best.units.boxCount > readable {
        let folding = DiagramFolding(vertices, .modules(depth: depth))
        if folding.units.boxCount < best.units.boxCount { best = folding }
      }
      return best
    }
  }
}

extension [DiagramUnit] {
  /// Boxes, those in frames among them.
  var boxCount: Int {
    reduce(0) { sum, unit in
      if case .block(let children) = unit.content { sum + children.boxCount } else { sum + 1 }
    }
  }
}
