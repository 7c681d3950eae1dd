/// Numbers for the free extents of a graph's inputs. Equal symbols stand for equal extents.
package struct DimensionBinding: Sendable {
  private var symbols: [String: Int] = [:]
  private let batch: Int?
  private let others: Int?

  /// Nothing is bound yet.
  package init() { (batch, others) = (nil, nil) }

  /// Binds the first axis of each input that must be given, and with it every axis that bears the same symbol.
  /// - Parameters:
  ///   - batch: the extent of the first axes.
  ///   - others: the extent of all other free axes, which stay free if it is `nil`.
  package init(inputsOf graph: Graph, batch: Int, others: Int? = nil) {
    (self.batch, self.others) = (batch, others)
    for id in graph.requiredInputs {
      if case .symbol(let name)? = graph[id].type.tensor?.shape?.first { symbols[name] = batch }
    }
  }

  /// A shape with the extents that are bound.
  package func bound(_ shape: [Dimension]) -> [Dimension] {
    shape.enumerated().map { axis, extent in
      let size: Int? =
        switch extent {
        case .fixed(let size): size
        case .symbol(let name): symbols[name] ?? others
        case .unknown: axis == 0 ? batch : others
        }
      return size.map(Dimension.fixed) ?? extent
    }
  }

  /// Binds the symbols of a declared shape to the extents of one that is given, whatever they were bound to.
  package mutating func rebind(_ declared: [Dimension], to given: [Int]) {
    guard given.count == declared.count else { return }
    for case (let size, .symbol(let name)) in zip(given, declared) { symbols[name] = size }
  }

  /// Takes the extents of a shape that is given for one that is declared.
  /// - Returns: false if they contradict each other, or what was taken before.
  package mutating func take(_ given: [Int], for declared: [Dimension]) -> Bool {
    guard given.count == declared.count else { return false }
    for (size, extent) in zip(given, declared) {
      switch extent {
      case .fixed(let expected): guard size == expected else { return false }
      case .symbol(let name): guard symbols.updateValue(size, forKey: name) ?? size == size else { return false }
      case .unknown: break
      }
    }
    return true
  }
}

extension Graph {
  /// Binds free extents of the inputs that must be given. What follows from them is left to type inference.
  package mutating func bindInputs(by binding: DimensionBinding) {
    for id in requiredInputs {
      if let shape = self[id].type.tensor?.shape { declare(id, shape: binding.bound(shape)) }
    }
  }

  /// Declares another shape for an input, its element type being what it was.
  package mutating func declare(_ input: ValueID, shape: [Dimension]) {
    let type = ValueType.tensor((self[input].declaredType ?? self[input].type).tensor?.elementType, shape)
    self[input].declaredType = type
    self[input].type = type
  }
}
