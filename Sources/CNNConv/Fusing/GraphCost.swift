import CNNGraphs
import CNNTensors

/// What a graph takes to store and to run once, at batch 1.
public struct GraphCost: Encodable, Sendable {
  /// Number of nodes.
  public let nodes: Int
  /// Operators by count.
  public let operators: [String: Int]
  /// Learned parameters: elements of weight constants, running statistics not counted.
  public let parameters: Int
  /// Multiply-accumulates; `nil` if a shape is not known.
  public let macs: Int?
  /// Bytes that nodes read and write, weights among them; `nil` if a shape is not known.
  public let memoryTraffic: Int?
  /// Bytes of the model's file; `nil` if it is not written.
  public internal(set) var fileBytes: Int?

  private enum CodingKeys: String, CodingKey {
    case nodes, operators, parameters, macs
    case memoryTraffic = "memory_traffic_bytes"
    case fileBytes = "file_bytes"
  }

  init(_ model: Model) {
    var survey = GraphSurvey()
    survey.visit(model.graph)
    nodes = survey.operators.values.reduce(0, +)
    operators = survey.operators
    parameters = survey.parameters
    let bound = try? model.bound(batch: 1)
    macs = bound?.multiplyAccumulates
    memoryTraffic = bound?.memoryTraffic
    fileBytes = model.fileByteCount > 0 ? model.fileByteCount + survey.externalBytes(than: model.path) : nil
  }
}

extension Graph {
  /// Bytes that the nodes read and write; `nil` if a size is not known.
  fileprivate var memoryTraffic: Int? {
    var total = 0
    for id in nodes.flatMap({ $0.inputs + $0.outputs }).compactMap(\.self) {
      guard let type = self[id].type.tensor, let shape = type.fixedShape, let element = type.elementType,
        let count = try? Tensor.elementCount(of: shape, element), let bytes = element.byteCount(of: count)
      else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(bytes)
      guard !overflow else { return nil }
      total = sum
    }
    return total
  }
}
