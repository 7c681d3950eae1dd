import CNNGraphs
import CNNOperators
import CNNTensors

/// A node that multiplies each channel of a value by a number and adds another: a normalization with the statistics of
/// training, or a product, quotient, sum or difference with constants.
struct ChannelScale {
  /// The value that is scaled.
  let input: ValueID
  /// One factor a channel.
  let scale: [Double]
  /// One summand a channel.
  let shift: [Double]
  /// Numbers that are stored for it.
  let stored: Int

  private init(_ input: ValueID, _ scale: [Double], _ shift: [Double], stored: Int) {
    (self.input, self.scale, self.shift, self.stored) = (input, scale, shift, stored)
  }

  /// Reads a node; `nil` if it is none.
  /// - Throws: ``Refusal`` for a normalization that cannot be read as one.
  init?(of node: Node, in view: GraphView) throws {
    switch node.operator {
    case let normalization as BatchNormalization: try self.init(normalization, node, in: view)
    case let product as Multiply where product.legacyAxis == nil: try self.init(node, in: view) { ($0, 0) }
    case let sum as Add where sum.legacyAxis == nil: try self.init(node, in: view) { (1, $0) }
    case let quotient as Divide where quotient.legacyAxis == nil:
      try self.init(node, in: view, data: [0]) { (1 / $0, 0) }
    case let difference as Subtract where difference.legacyAxis == nil:
      // c - x is a scale, too. A difference of two constants is x - c.
      if node.inputs.count == 2, view.constant(node, 0) != nil, view.constant(node, 1) == nil {
        try self.init(node, in: view, data: [1]) { (-1, $0) }
      } else {
        try self.init(node, in: view, data: [0]) { (1, -$0) }
      }
    case is Negate:
      guard let input = node.inputs[0], let channels = view.channels(input), channels <= AffineAxis.largest else {
        return nil
      }
      self.init(input, Array(repeating: -1, count: channels), Array(repeating: 0, count: channels), stored: 0)
    default: return nil
    }
  }

  private init?(_ normalization: BatchNormalization, _ node: Node, in view: GraphView) throws {
    guard let input = node.inputs[0], let channels = view.channels(input) else { return nil }
    guard !normalization.isTraining else { throw Refusal.form(.training) }
    guard normalization.isSpatial else { throw Refusal.form(.parametersPerPosition) }
    guard node.outputs.dropFirst().allSatisfy({ $0 == nil }) else { return nil }
    var parameters: [[Double]] = []
    for index in 1...4 {
      guard let tensor = view.constant(node, index) else {
        let name = node.inputs[index].map { view.graph[$0].name } ?? ""
        let isInput = node.inputs[index].map(view.isInput) ?? false
        throw Refusal.notConstant(name, isInput: isInput)
      }
      guard tensor.count == channels else { return nil }
      parameters.append(try tensor.values(as: Double.self))
    }
    let (scale, shift) = normalization.channelAffine(
      gamma: parameters[0], beta: parameters[1], mean: parameters[2], variance: parameters[3])
    if let channel = scale.indices.first(where: { !scale[$0].isFinite || !shift[$0].isFinite }) {
      throw Refusal.numbers(.variance(parameters[3][channel], channel: channel))
    }
    self.init(input, scale, shift, stored: 4 * channels)
  }

  /// A constant with one number for each channel, or one for all.
  /// - Parameter data: which inputs the step may take for the value; the constant is the other one.
  private init?(
    _ node: Node, in view: GraphView, data candidates: [Int] = [0, 1], _ step: (Double) -> (Double, Double)
  ) throws {
    guard node.inputs.count == 2 else { return nil }
    for data in candidates {
      let constant = 1 - data
      guard let tensor = view.constant(node, constant), tensor.elementType.isFloatingPoint,
        let input = node.inputs[data], let shape = view.shape(input), shape.count >= 2, let channels = shape[1].value,
        channels > 0, channels <= AffineAxis.largest, tensor.rank <= shape.count
      else { continue }
      // Aligned from the back; every axis but that of the channels has one element.
      let extents = Array(repeating: 1, count: shape.count - tensor.rank) + tensor.shape
      guard extents.enumerated().allSatisfy({ $0.element == 1 || $0.offset == 1 && $0.element == channels }) else {
        continue
      }
      let numbers = try tensor.values(as: Double.self)
      let steps = (0..<channels).map { step(numbers[numbers.count == 1 ? 0 : $0]) }
      guard steps.allSatisfy({ $0.0.isFinite && $0.1.isFinite }) else {
        throw Refusal.numbers(.notFinite(node.inputs[constant].map { view.graph[$0].name } ?? ""))
      }
      self.init(input, steps.map(\.0), steps.map(\.1), stored: numbers.count)
      return
    }
    return nil
  }
}
