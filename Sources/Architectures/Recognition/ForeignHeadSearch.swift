import CNNGraphs

extension ForeignHead {
  /// Finds the head that a state dict has in place of the drawn one.
  /// - Returns: `nil` if the difference is not one of heads, or if the head cannot be drawn.
  init?(in weights: [(key: String, shape: [Int])], inPlaceOf blueprint: Blueprint, _ difference: KeyDifference) {
    guard let head = blueprint.head, let features = head.features.dropFirst().first?.value else { return nil }
    let own = Set(blueprint.weights[head.weights].map(\.key))
    guard difference.missing.allSatisfy(own.contains), difference.reshaped.allSatisfy({ own.contains($0.key) }) else {
      return nil
    }
    let drawn = Set(blueprint.weights.map(\.key)).subtracting(own)
    let rest = weights.filter { !drawn.contains($0.key) && !KeyDifference.isIgnored($0.key) }
    guard let modules = Self.modules(rest) else { return nil }
    var branches: [Branch] = []
    var widths: [Int] = []
    for (layer, inputs) in modules {
      let root = Self.root(of: layer.path)
      if let current = branches.last, current.name == root, widths.last == inputs {
        branches[branches.count - 1].layers.append(layer)
        widths[widths.count - 1] = layer.outputs
      } else if inputs == features || layer.kind == .linear && head.features.count == 4 && inputs % features == 0 {
        branches.append(Branch(name: root, layers: [layer]))
        widths.append(layer.outputs)
      } else if branches.count == 1, widths.last == inputs {
        // A head spread over several names, one behind the other.
        branches[0].layers.append(layer)
        widths[0] = layer.outputs
      } else {
        return nil
      }
    }
    guard Set(branches.map(\.name)).count == branches.count else { return nil }
    self.branches = branches
  }

  /// The first component of a key that is no number, or the first two if heads lie in one module.
  private static func root(of path: String) -> String {
    let parts = path.split(separator: ".")
    let named = parts.prefix { Int($0) == nil }
    return named.isEmpty ? String(parts.first ?? "head") : named.joined(separator: ".")
  }

  /// The modules of a head in their order; `nil` if one cannot be drawn.
  private static func modules(_ weights: [(key: String, shape: [Int])]) -> [(layer: Layer, inputs: Int)]? {
    var order: [String] = []
    var parameters: [String: [String: [Int]]] = [:]
    for (key, shape) in weights {
      guard let dot = key.lastIndex(of: ".") else { return nil }
      let module = String(key[..<dot])
      if parameters[module] == nil { order.append(module) }
      parameters[module, default: [:]][String(key[key.index(after: dot)...])] = shape
    }
    var modules: [(layer: Layer, inputs: Int)] = []
    for path in order {
      let own = parameters[path] ?? [:]
      guard let shape = own["weight"], shape.allSatisfy({ 1...(1 << 24) ~= $0 }), let outputs = shape.first else {
        return nil
      }
      let kind: Layer.Kind
      switch shape.count {
      case 2: kind = .linear
      case 4 where shape[2...].allSatisfy { $0 == 1 }: kind = .pointwise
      case 1 where own["running_mean"] != nil: kind = .batchNormalization
      case 1 where own["bias"] != nil: kind = .layerNormalization
      default: return nil
      }
      let layer = Layer(kind: kind, path: path, outputs: outputs, hasBias: own["bias"] != nil)
      modules.append((layer, shape.count > 1 ? shape[1] : outputs))
    }
    return modules
  }
}
