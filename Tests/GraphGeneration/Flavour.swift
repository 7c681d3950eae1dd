/// What kind of graph is drawn.
package enum Flavour: Sendable, CaseIterable {
  /// Layers of networks on 32-bit images, of ordinary numbers.
  case network
  /// Any operators on any types, of ordinary numbers.
  case anything
  /// Any operators, with NaN, infinities, negative zeros, subnormals, huge and tiny numbers.
  case wild
}
