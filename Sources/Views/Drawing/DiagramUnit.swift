/// A range of vertices that is drawn as one: a box, or a frame around the first of several equal blocks.
struct DiagramUnit {
  enum Content {
    /// A box with a row for each vertex.
    case rows
    /// A box for a whole module.
    case module
    /// A frame.
    case block([DiagramUnit])
  }

  /// The vertices that it shows.
  var range: Range<Int>
  var content: Content
  /// Equal for units that look alike.
  var token: Int
  /// How many times it stands for.
  var times = 1
  /// Nodes in one of these times.
  var nodes: Int
  /// The modules that it stands for, such as `layer1.1–2`.
  var title = ""
  /// How many modules the whole of it lies in.
  var known = 0
}
