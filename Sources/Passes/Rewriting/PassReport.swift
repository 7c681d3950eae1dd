/// What the passes did to a graph.
package struct PassReport: Sendable {
  /// How often each pass fired, in the pipeline's order.
  package var fired: [(name: String, count: Int)] = []
  /// What did not apply to the graph as it is now, and why.
  package var refusals: [RefusalLog.Entry] = []
  /// True if anything changed.
  package var changed: Bool { fired.contains { $0.count > 0 } }
}
