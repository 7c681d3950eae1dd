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
