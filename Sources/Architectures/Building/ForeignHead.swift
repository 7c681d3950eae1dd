import CNNGraphs

/// A head that a network was given in place of its own: none, or layers behind one another, once or several times.
package struct ForeignHead: Sendable, Equatable {
  /// A layer of a head.
  struct Layer: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
      case linear
      case pointwise
      case batchNormalization
      case layerNormalization
    }

    let kind: Kind
    /// The module's key.
    let path: String
    let outputs: Int
    let hasBias: Bool
  }

  /// Layers that read the features one behind the other.
  struct Branch: Sendable, Equatable {
    /// What the output is called if there are several.
    let name: String
    var layers: [Layer]

    /// For each layer whether an activation is taken before it: if an earlier one multiplies, and if the modules' numbers
    /// leave room for one.
    var activations: [Bool] {
      var isPending = false
      return layers.enumerated().map { index, layer in
        guard layer.multiplies else { return false }
        let isAdjacent = index > 0 && layers[index - 1].isNext(to: layer)
        defer { isPending = true }
        return isPending && !isAdjacent
      }
    }
  }

  /// Empty if the features are the output.
  let branches: [Branch]

  /// Draws the head.
  func draw(on features: FeatureMap, _ net: ModulePath) -> FeatureMap {
    guard !branches.isEmpty else { return features }
    let results = branches.map { (name: $0.name, map: draw($0, on: features, net)) }
    return results.count == 1 ? results[0].map : net.results(results)
  }

  private func draw(_ branch: Branch, on features: FeatureMap, _ net: ModulePath) -> FeatureMap {
    zip(branch.layers, branch.activations).reduce(features) { x, next in
      let (layer, isActivated) = next
      let module = net[layer.path]
      let x = isActivated ? x.relu() : x
      let isMap = x.shape.count > 2
      switch layer.kind {
      case .linear: return module.linear(isMap ? x.flattened() : x, layer.outputs, bias: layer.hasBias)
      case .pointwise: return module.convolution(x, layer.outputs, kernel: 1, bias: layer.hasBias)
      case .batchNormalization: return module.batchNormalization(x)
      case .layerNormalization: return module.layerNormalization(x)
      }
    }
  }
}

extension ForeignHead.Layer {
  /// True if an activation before it makes sense.
  fileprivate var multiplies: Bool { kind == .linear || kind == .pointwise }

  /// True if nothing has room between this layer and another one: they have consecutive numbers in one module.
  fileprivate func isNext(to other: Self) -> Bool {
    let (mine, others) = (path.split(separator: "."), other.path.split(separator: "."))
    guard mine.dropLast() == others.dropLast(), let number = mine.last.flatMap({ Int($0) }),
      let next = others.last.flatMap({ Int($0) })
    else { return false }
    return next &- number == 1
  }
}

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

extension ForeignHead {
  /// What there is to say of the head.
  var remark: Remark {
    if branches.isEmpty { return "there is no head: the features are the output" }
    let list = branches.map { "\($0.name.quoted) (\($0.layers.last?.outputs ?? 0))" }.joined(separator: ", ")
    return branches.count == 1 ? "another head than the published one: \(list)" : "several heads: \(list)"
  }

  /// What was assumed; `nil` if weights tell all.
  var assumption: Remark? {
    guard let branch = branches.first(where: { $0.activations.contains(true) }) else { return nil }
    return "weights cannot tell the activations of the head \(branch.name.quoted): ReLU is taken between its layers"
  }
}
