import CNNConv

/// What `cnnconv draw` wrote.
struct DrawReport: Encodable {
  let model: String
  let output: String
  let format = "svg"
  let bytes: Int
  let nodes: Int
  let nodesLeftOut: Int
  let boxes: Int
  let frames: Int
  let width: Int
  let height: Int

  private enum CodingKeys: String, CodingKey {
    case model, output, format, bytes, nodes, boxes, frames, width, height
    case nodesLeftOut = "nodes_left_out"
  }

  init(_ model: String, _ output: String, _ diagram: Diagram, bytes: Int) {
    (self.model, self.output, self.bytes) = (model, output, bytes)
    (nodes, nodesLeftOut, boxes, frames) = (diagram.nodes, diagram.leftOut, diagram.boxes, diagram.frames)
    (width, height) = (diagram.width, diagram.height)
  }
}
