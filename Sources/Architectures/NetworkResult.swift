/// An output of a network as its architecture declares it.
package struct NetworkResult: Sendable, Equatable {
  /// What it is called.
  package let name: String
  /// Its extents behind the batch.
  package let extents: [Int]

  package init(_ name: String = "output", extents: [Int]) { (self.name, self.extents) = (name, extents) }
}
