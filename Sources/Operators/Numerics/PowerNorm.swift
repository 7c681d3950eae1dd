/// The two steps of a p-norm.
package struct PowerNorm<T: FloatingScalar> {
  private let p: T
  package init(_ p: Float) { self.p = T(p) }

  /// `|x|^p`
  @inline(__always)
  package func power(_ x: T) -> T { p == 2 ? x * x : p == 1 ? x.magnitude : T.pow(x.magnitude, p) }

  /// `sum^(1/p)`
  @inline(__always)
  package func root(_ sum: T) -> T { p == 2 ? T.sqrt(sum) : p == 1 ? sum : T.pow(sum, 1 / p) }
}
