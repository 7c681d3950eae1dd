import Testing

/// Expects that work on four times as much takes less than eight times as long. What is linear takes four times as long,
/// what is quadratic sixteen times.
///
/// A tenth of a second is too short to tell. A machine that is busy with something else gets more tries.
package func expectNearlyLinear(
  from count: Int, sourceLocation: SourceLocation = #_sourceLocation, _ work: (Int) throws -> Void
) rethrows {
  func seconds(_ count: Int) throws -> Double {
    let begin = ContinuousClock.now
    try work(count)
    return begin.duration(to: .now) / .seconds(1)
  }
  var ratio = Double.infinity
  for _ in 0..<3 where ratio >= 8 {
    let large = try seconds(4 * count)
    if large < 0.8 { return }
    ratio = large / max(try seconds(count), 0.1)
  }
  #expect(ratio < 8, "four times as much takes \(ratio) times as long", sourceLocation: sourceLocation)
}
