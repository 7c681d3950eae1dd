/// The deployment passes in the order in which they run, and why in this order.
package enum Pipeline {
  /// All passes. They are run again until nothing changes, so that the order decides on speed and names alone.
  package static let deployment: [any Pass] =
    // A clean graph shows its affine regions: constants stand where they are computed, and nothing lies in between.
    cleaning + [
      // Whole branches become one convolution.
      CollapseAffineRegions(),
      // What is left of normalizations and scales moves into linear maps further away.
      AbsorbScales(),
      FoldScalesIntoProducts(),
    ] + finishing
}
