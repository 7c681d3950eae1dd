import Synchronization

/// How far a run has come. A step is a kernel of the engine, or a node of the reference evaluation.
public struct RunProgress: Hashable, Sendable {
  /// Steps that are done.
  public let completedSteps: Int
  /// Steps of the whole run.
  public let stepCount: Int
  /// The part of the steps that are done, from 0 to 1. Steps take different times.
  public var fraction: Double { stepCount == 0 ? 1 : Double(completedSteps) / Double(stepCount) }
}

/// Watches over one run: is told how far it has come, and stops it between two steps.
package final class RunMonitor: Sendable {
  private let isStopped = Atomic<Bool>(false)
  private let report: (@Sendable (RunProgress) -> Void)?

  package init(report: (@Sendable (RunProgress) -> Void)? = nil) { self.report = report }

  /// Asks the run to stop before its next step.
  package func stop() { isStopped.store(true, ordering: .relaxed) }

  /// - Throws: `CancellationError` if the run is to stop.
  package func check() throws { if isStopped.load(ordering: .relaxed) { throw CancellationError() } }

  /// Tells how far the run has come.
  /// - Throws: `CancellationError` if it is to stop here.
  package func pass(_ completedSteps: Int, of stepCount: Int) throws {
    try check()
    report?(RunProgress(completedSteps: completedSteps, stepCount: stepCount))
  }
}
