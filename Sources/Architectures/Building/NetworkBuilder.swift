import CNNGraphs
import CNNOperators
import CNNTensors

/// Makes a ``Blueprint`` of a network while an ``Architecture`` draws it.
///
/// Drawing never throws, so that it reads like the figure it copies. The first mistake is kept, and calls after it have
/// no effect; ``blueprint(of:batch:inputShape:name:admitting:)`` throws it.
package final class NetworkBuilder {
  private var graph: Graph
  private var weights: [WeightDescription] = []
  private var indices: [String: Int] = [:]
  private var scales: [ValueID: Int] = [:]
  /// The values that the input leads to.
  private var computed: Set<ValueID> = []
  private var failure: ConversionError?
  /// True once a mistake was made: what is drawn from then on has no effect, and need not be worked out. Every layer asks,
  /// so it stands by itself beside the error, which is large.
  private(set) var hasFailed = false
  private let admits: ((LayerShape) -> Bool)?
  /// The head to draw in place of the network's own; `nil` for its own.
  let foreignHead: ForeignHead?
  private var head: Blueprint.Head?
  private var results: [(name: String, value: ValueID)] = []

  private init(name: String, head: ForeignHead?, admitting admits: ((LayerShape) -> Bool)?) {
    graph = Graph(name: name)
    foreignHead = head
    self.admits = admits
  }

  /// Draws a network.
  /// - Parameters:
  ///   - batch: the extent of the input's first axis.
  ///   - inputShape: the extents of one input; the architecture's own if it is `nil`.
  ///   - head: what stands in place of the architecture's own head; `nil` for its own.
  ///   - name: the graph's name.
  /// - Throws: ``ConversionError`` if layers do not fit on one another.
  package static func blueprint(
    of architecture: any Architecture, batch: Dimension = .symbol("N"), inputShape: [Int]? = nil,
    head: ForeignHead? = nil, name: String
  ) throws(ConversionError) -> Blueprint {
    try blueprint(of: architecture, batch: batch, inputShape: inputShape, head: head, name: name, admitting: nil)
  }

  /// Draws a network, but gives up at the first layer that is not admitted.
  static func blueprint(
    of architecture: any Architecture, batch: Dimension = .symbol("N"), inputShape: [Int]? = nil,
    head: ForeignHead? = nil, name: String, admitting admits: ((LayerShape) -> Bool)?
  ) throws(ConversionError) -> Blueprint {
    let builder = NetworkBuilder(name: name, head: head, admitting: admits)
    let extents = inputShape ?? architecture.inputShape
    let type = ValueType.tensor(.float32, [batch] + extents.map(Dimension.fixed))
    let input = try builder.graph.addValue(Value("input", type: type))
    builder.graph[input].declaredType = type
    builder.graph.inputs = [input]
    builder.computed.insert(input)
    let root = ModulePath(builder: builder, path: "")
    let result = architecture.build(root, FeatureMap(builder: builder, id: input, origin: ""))
    if let failure = builder.failure { throw failure }
    guard result.id != input else { throw ConversionError(.badInput, "the network \(name.quoted) has no layers") }
    let results = builder.results.isEmpty ? [(name: "output", value: result.id)] : builder.results
    for (name, value) in results {
      if builder.graph[value].name != name { builder.graph.rename(value, to: builder.graph.uniqueName(name)) }
      builder.graph[value].declaredType = builder.graph[value].type
    }
    builder.graph.outputs = results.map(\.value)
    return Blueprint(graph: builder.graph, weights: builder.weights, head: builder.head)
  }

  /// Names the results of a network that has several.
  func finish(with results: [(name: String, map: FeatureMap)]) {
    guard !hasFailed else { return }
    self.results = results.map { (name: $0.name, value: $0.map.id) }
  }

  /// Draws the network's own head, and notes what belongs to it.
  func drawHead(_ features: FeatureMap, _ draw: (FeatureMap) -> FeatureMap) -> FeatureMap {
    let first = weights.count
    let result = draw(features)
    if !hasFailed { head = Blueprint.Head(weights: first..<weights.count, features: features.shape) }
    return result
  }

  /// The extents of a value. After a mistake, when nothing is worked out any more, there are enough of them for every
  /// drawing to go on.
  func shape(of id: ValueID) -> [Dimension] {
    hasFailed ? [Dimension](repeating: 1, count: 8) : graph[id].type.tensor?.shape ?? []
  }

  /// Gives up with a reason.
  func refuse(_ reason: String) { fail(reason) }

  /// Gives up if a layer on a value is not admitted. What no image leads to is no layer of a graph: it can be worked out
  /// once and for all.
  func meet(_ layer: @autoclosure () -> LayerShape, on x: ValueID) {
    guard let admits, !hasFailed, computed.contains(x), !admits(layer()) else { return }
    fail("another layer is expected")
  }

  /// The value of a weight. The same key asked for twice is one weight, used twice.
  func weight(_ key: String, _ shape: [Int], _ role: WeightDescription.Role) -> ValueID {
    guard !hasFailed else { return graph.inputs[0] }
    if let index = indices[key] {
      if weights[index].shape != shape { fail("\(key.quoted) is used as \(weights[index].shape) and as \(shape)") }
      return weights[index].value
    }
    do {
      let type = ValueType.tensor(.float32, shape.map(Dimension.fixed))
      let value = try graph.addValue(Value(key, type: type))
      indices[key] = weights.count
      weights.append(WeightDescription(key: key, shape: shape, role: role, value: value))
      return value
    } catch {
      fail(error)
      return graph.inputs[0]
    }
  }

  /// The value of a list of whole numbers that the drawing itself knows, such as axes.
  func constant(_ numbers: [Int64], hint: String) -> ValueID {
    constant(hint) { try Tensor(numbers, shape: [numbers.count]) }
  }

  /// The value of numbers that the drawing itself knows.
  func numbers(_ numbers: [Float], shape: [Int], hint: String) -> ValueID {
    constant(hint) { try Tensor(numbers, shape: shape) }
  }

  /// The value of a number that the drawing itself knows.
  func scalar(_ number: Float, hint: String) -> ValueID { constant(hint) { try Tensor(scalar: number) } }

  private func constant(_ hint: String, _ tensor: () throws -> Tensor) -> ValueID {
    guard !hasFailed else { return graph.inputs[0] }
    do {
      return graph.addConstant(try tensor(), hint: hint)
    } catch {
      fail(ConversionError(error, at: .init(tensor: hint)))
      return graph.inputs[0]
    }
  }

  /// Adds a node with one output.
  /// - Parameter origin: the path after which what follows is named; by default, the node's own.
  func apply(
    _ operation: any Operator, _ operands: [ValueID], named name: String, to x: FeatureMap, origin: String? = nil
  ) -> FeatureMap {
    guard !hasFailed else { return x }
    // "output" is kept for the network's result.
    let name = graph.uniqueName(name == "output" ? "output_1" : name)
    do {
      let inputs = operands.map {
        InferredValue(graph[$0].type, contents: contents(of: $0), constant: graph[$0].constant)
      }
      let context = InferenceContext(inputs: inputs, outputCount: 1) { _, _ in [] }
      let type = try operation.infer(context).first?.type ?? .unknown
      let output = try graph.addValue(Value(name, type: type))
      graph.nodes.append(Node(name, operation, inputs: operands, outputs: [output]))
      if operands.contains(where: computed.contains) { computed.insert(output) }
      if let scale = operands.lazy.compactMap({ self.scale($0) }).first { scales[output] = scale }
      return FeatureMap(builder: self, id: output, origin: origin ?? name)
    } catch {
      fail(ConversionError(error, at: .init(node: "node \(name.quoted) (\(operation.signature.name))")))
      return x
    }
  }

  /// Notes that a value ends a residual branch: the scale it comes from, if it comes from one, is that of a branch.
  func endResidualBranch(_ branch: FeatureMap) {
    if let scale = scales[branch.id] { weights[scale].role = .residualScale }
  }

  private func contents(of id: ValueID) -> [Dimension]? {
    if let contents = graph[id].contents { return contents }
    guard let constant = graph[id].constant, constant.elementType == .int64, constant.count <= 64 else { return nil }
    return try? constant.elements(as: Int64.self).map { .fixed(Int($0)) }
  }

  private func scale(_ id: ValueID) -> Int? {
    guard let index = indices[graph[id].name], weights[index].role == .scale else { return nil }
    return index
  }

  private func fail(_ message: @autoclosure () -> String) {
    if !hasFailed { fail(ConversionError(.badInput, message())) }
  }

  private func fail(_ error: ConversionError) {
    guard !hasFailed else { return }
    (failure, hasFailed) = (error, true)
  }
}
