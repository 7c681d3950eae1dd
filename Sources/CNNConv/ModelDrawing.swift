import CNNGraphs
import CNNSystem
import CNNViews

extension Model {
  /// A picture of the graph.
  /// - Throws: ``ConversionError`` with the code `limit` if it is too large to be drawn.
  public func diagram(_ detail: Diagram.Detail = .automatic) throws(ConversionError) -> Diagram {
    do { return try Diagram(graph, title: title, detail: detail) } catch {
      throw ConversionError(error, at: .init(file: path))
    }
  }

  /// What a page about the model is called: the file's name, and the architecture if it is known.
  var title: String {
    let name = path.map { Path.split($0).name } ?? graph.name
    guard let architecture else { return name.isEmpty ? "model" : name }
    return name.isEmpty ? architecture.title : "\(name) · \(architecture.title)"
  }
}
