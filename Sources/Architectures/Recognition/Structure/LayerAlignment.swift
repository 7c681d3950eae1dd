import CNNGraphs

/// Finds which layer of a graph is which one of a network's drawing: the one-to-one assignment under which forms, padding
/// and all ways between layers are equal.
struct LayerAlignment {
  private let drawn: LayerGraph
  private let found: LayerGraph
  private let title: String

  /// - Parameter title: the network's name in prose.
  init(of drawn: LayerGraph, with found: LayerGraph, title: String) {
    (self.drawn, self.found, self.title) = (drawn, found, title)
  }

  /// For each layer of the drawing, that of the graph.
  /// - Throws: ``ConversionError`` that says what does not fit.
  func counterparts() throws(ConversionError) -> [Int] {
    if let stranger = found.stranger {
      throw differs("this one computes with constants that have no place there", atNode: stranger)
    }
    let forms = try numberedForms()
    // Exporters that write pooling or concatenation in a way of their own leave at least the ends of each way alone.
    let bare = (found: found.arrivals.map(\.bare), drawn: drawn.arrivals.map(\.bare))
    var result = try assigned(forms, found.arrivals, drawn.arrivals)
    if result == nil { result = try assigned(forms, bare.found, bare.drawn) }
    guard let result else { throw disconnection(forms, bare.found + bare.drawn) }
    for (layer, counterpart) in result.enumerated() {
      let (expected, padding) = (drawn.layers[layer].padding, found.layers[counterpart].padding)
      if let expected, let padding, expected != padding {
        throw differs("padding is \(padding), not \(expected)\(drawn.key(of: layer))", at: counterpart)
      }
    }
    if let layer = drawn.last.sorted().first(where: { !found.last.contains(result[$0]) }) {
      throw differs("what comes out here is no result of the graph", at: result[layer])
    }
    return result
  }

  /// The assignment by forms and ways; `nil` if they are not equal.
  private func assigned(
    _ forms: [Int], _ foundWays: [[LayerPath]], _ drawnWays: [[LayerPath]]
  ) throws(ConversionError) -> [Int]? {
    var colors = LayerColors(forms: forms, arrivals: foundWays + drawnWays)
    try colors.refine()
    while colors.agree, let tie = colors.ties.first {
      let pair: (found: Int, drawn: Int)
      if let named = namesakes(tie) { pair = named } else { pair = try symmetric(colors.ties, foundWays) }
      colors.single(out: pair.found, pair.drawn)
      try colors.refine()
    }
    guard colors.agree else { return nil }
    let places = Dictionary(
      zip(colors.colors[..<colors.count], 0..<colors.count), uniquingKeysWith: { first, _ in first })
    let result = colors.colors[colors.count...].compactMap { places[$0] }
    let isExact = result.enumerated().allSatisfy { layer, counterpart in
      drawn.layers[layer].form == found.layers[counterpart].form
        && drawnWays[layer].map { $0.moved(to: result[$0.layer]) }.sorted() == foundWays[counterpart]
    }
    return isExact ? result : nil
  }

  /// Layers that stand alike, of which two have weights of the same name.
  private func namesakes(_ tie: LayerColors.Tie) -> (found: Int, drawn: Int)? {
    for layer in tie.drawn {
      guard let key = drawn.layers[layer - drawn.layers.count].name(in: drawn.graph) else { continue }
      let namesake = tie.found.first { found.layers[$0].name(in: found.graph).map { $0.isKey(key) } ?? false }
      if let namesake { return (namesake, layer) }
    }
    return nil
  }

  /// Layers that stand alike because the network is symmetric there, so that any of them will do.
  private func symmetric(
    _ ties: [LayerColors.Tie], _ ways: [[LayerPath]]
  ) throws(ConversionError) -> (found: Int, drawn: Int) {
    var isUncertain = [Bool](repeating: false, count: ways.count)
    for (layer, paths) in ways.enumerated() {
      for path in paths where !path.hasPlace { (isUncertain[layer], isUncertain[path.layer]) = (true, true) }
    }
    if let layer = ties.flatMap(\.found).filter({ isUncertain[$0] }).min() {
      throw differs("this one cannot be told from another layer beside it", at: layer)
    }
    return (ties[0].found[0], ties[0].drawn[0])
  }

  // MARK: What does not fit

  /// A number for the form of each layer, those of the graph and of the drawing behind one another.
  private func numberedForms() throws(ConversionError) -> [Int] {
    var numbers: [WeightedLayer.Form: Int] = [:]
    let forms = (found.layers + drawn.layers).map { layer in
      numbers[layer.form]
        ?? {
          numbers[layer.form] = numbers.count
          return numbers.count - 1
        }()
    }
    var surplus = [Int](repeating: 0, count: numbers.count)
    for form in forms[..<found.layers.count] { surplus[form] += 1 }
    for form in forms[found.layers.count...] { surplus[form] -= 1 }
    let lacking = drawn.layers.indices.filter { surplus[forms[found.layers.count + $0]] < 0 }
    if let layer = found.layers.indices.first(where: { surplus[forms[$0]] > 0 }) {
      let form = found.layers[layer].form
      guard form.kind != .operation else {
        throw differs("this one computes with constants that have no place there", at: layer)
      }
      let like = lacking.first { drawn.layers[$0].form.hasWeights(of: form) }
      guard let like else { throw differs("it has no \(form)", at: layer) }
      let difference = form.difference(from: drawn.layers[like].form)
      throw differs("\(difference)\(drawn.key(of: like))", at: layer)
    }
    if let layer = lacking.first {
      throw differs("a \(drawn.layers[layer].form) is missing\(drawn.key(of: layer))", atNode: nil)
    }
    return forms
  }

  /// The first layer that stands elsewhere.
  private func disconnection(_ forms: [Int], _ ways: [[LayerPath]]) -> ConversionError {
    var colors = LayerColors(forms: forms, arrivals: ways)
    colors.sweepForward()
    if let layer = colors.firstStranger { return differs("what leads here comes from other layers there", at: layer) }
    colors.sweepBack()
    if let layer = colors.firstStranger { return differs("what comes out here goes to other layers there", at: layer) }
    return differs("layers are connected otherwise", atNode: nil)
  }

  private func differs(_ what: String, at layer: Int) -> ConversionError {
    differs(what, atNode: found.layers[layer].node)
  }

  private func differs(_ what: String, atNode node: Int?) -> ConversionError {
    ConversionError(
      .unsupported, "the graph has the layers of \(title), but \(what)",
      at: .init(node: node.map { found.graph.describe(found.graph.nodes[$0]) }))
  }
}

extension LayerGraph {
  /// The key of a layer's weights as a message tells it.
  fileprivate func key(of layer: Int) -> String { layers[layer].name(in: graph).map { " (\($0.quoted))" } ?? "" }
}

extension WeightedLayer {
  /// The name of the layer's weights.
  fileprivate func name(in graph: Graph) -> String? {
    (weight ?? normalization?.scale ?? operands.first).map { graph[$0].name }
  }
}

extension WeightedLayer.Form: CustomStringConvertible {
  var description: String {
    guard kind == .operation else { return "\(kind.rawValue) with weights of shape \(weights)" }
    return "\(operation) with constants of shape \(operands.map { "\($0.shape)" }.joined(separator: ", "))"
  }

  fileprivate func hasWeights(of other: Self) -> Bool { kind == other.kind && weights == other.weights }

  /// What is not the same in a layer with equal weights.
  fileprivate func difference(from other: Self) -> String {
    [
      groups == other.groups ? nil : "groups are \(groups), not \(other.groups)",
      strides == other.strides ? nil : "strides are \(strides), not \(other.strides)",
      dilations == other.dilations ? nil : "dilations are \(dilations), not \(other.dilations)",
    ].compactMap(\.self).joined(separator: ", ")
  }
}

extension String {
  /// True if this is a key, or a key behind a prefix.
  func isKey(_ key: String) -> Bool {
    hasSuffix(key) && (utf8.count == key.utf8.count || dropLast(key.count).hasSuffix("."))
  }
}
