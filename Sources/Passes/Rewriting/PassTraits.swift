/// What a pass does to a model beside computing the same. Whoever runs passes chooses by it.
package struct PassTraits: OptionSet, Sendable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// Outputs of the graph may go.
  package static let dropsOutputs = PassTraits(rawValue: 1)
  /// Weights of several layers are stacked in one. No layer keeps a key of its own in a state dict.
  package static let stacksLayers = PassTraits(rawValue: 2)
}
