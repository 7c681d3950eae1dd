import CNNSystem
import Synchronization

/// Lets the calls on files that a body makes go wrong at one step.
package final class FaultScript: Sendable {
  /// What happens at the step.
  package enum Event: Sendable, Hashable, CaseIterable {
    /// The call fails, as on a full disk.
    case failure
    /// The process is killed before the call: neither it nor any later one happens.
    case kill
    /// The process is killed in the middle of the call: a part is written, and no later call happens.
    case killWithin
  }

  private let step: Int
  private let event: Event
  private let count = Atomic<Int>(0)

  /// - Parameter step: the call at which it happens, from 0 on.
  package init(_ event: Event, at step: Int) { (self.event, self.step) = (event, step) }

  /// How many calls have been made.
  package var calls: Int { count.load(ordering: .relaxed) }
  /// Whether the body has made enough calls for the event to happen.
  package var happened: Bool { calls > step }

  /// Runs the body.
  /// - Parameter withoutUnnamedFiles: whether the file system has no files without names.
  package func run<R>(withoutUnnamedFiles: Bool = false, _ body: () throws -> R) rethrows -> R {
    try FileFaults.$answer.withValue(
      { call in
        let outcome = self.answer()
        return withoutUnnamedFiles && call == .createUnnamed ? .fails(FileFaults.unknownCall) : outcome
      }, operation: body)
  }

  private func answer() -> FileFaults.Outcome {
    let number = count.add(1, ordering: .relaxed).oldValue
    switch event {
    case .failure: return number == step ? .fails(FileFaults.diskIsFull) : .succeeds
    case .kill: return number >= step ? .fails(FileFaults.diskIsFull) : .succeeds
    case .killWithin: return number > step ? .fails(FileFaults.diskIsFull) : number == step ? .takes(100) : .succeeds
    }
  }
}
