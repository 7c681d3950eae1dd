import CNNTensors

/// How far a run has come. A step is a kernel of the engine, or a node of the reference evaluation.
public struct RunProgress: Hashable, Sendable {
  /// Steps that are done.
  public let completedSteps: Int
  /// Steps of the whole run.
  public let stepCount: Int
  /// The part of the steps that are done, from 0 to 1. Steps take different times.
  public var fraction: Double { stepCount == 0 ? 1 : Double(completedSteps) / Double(stepCount) }
}

/// Is told how far a run has come, and ends it if the work has to end.
package final class RunMonitor: Sendable {
  private let report: (@Sendable (RunProgress) -> Void)?

  package init(report: (@Sendable (RunProgress) -> Void)? = nil) { self.report = report }

  /// Tells how far the run has come.
  /// - Throws: `CancellationError` and ``LimitError`` if it is to stop here, see ``WorkBudget``.
  package func pass(_ completedSteps: Int, of stepCount: Int) throws {
    try WorkBudget.current.check()
    report?(RunProgress(completedSteps: completedSteps, stepCount: stepCount))
  }
}
