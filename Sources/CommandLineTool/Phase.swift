import CNNSystem
import Synchronization

/// What a command does right now, on one line of a terminal: shown once it takes longer than a moment, and gone before
/// anything else is printed.
enum Phase {
  private struct State {
    var words = ""
    var start = 0.0
    var isShown = false
    var isWatched = false
  }

  /// So long a phase may take before it is shown, in milliseconds.
  private static let moment = 400.0
  private static let state = Mutex(State())
  private static let isWanted = Terminal.isInteractive && !CurrentProcess.arguments.contains("--quiet")

  /// Another phase begins.
  static func begin(_ words: String) {
    guard isWanted else { return }
    let isFirst = state.withLock { state in
      clear(&state)
      (state.words, state.start) = (TemporaryPlace.named(words).printable.shortened(to: 60), SystemClock.milliseconds)
      defer { state.isWatched = true }
      return !state.isWatched
    }
    guard isFirst else { return }
    _ = BackgroundThread.start {
      while true {
        SystemClock.pause(microseconds: 200_000)
        state.withLock { show(&$0) }
      }
    }
  }

  /// The line goes, if there is one; until the next phase begins there is none.
  static func end() {
    guard isWanted else { return }
    state.withLock { state in
      clear(&state)
      state.words = ""
    }
  }

  private static func show(_ state: inout State) {
    let time = SystemClock.milliseconds - state.start
    guard !state.words.isEmpty, time >= moment else { return }
    StandardStream.note("\r\u{1B}[K\(state.words) … \(Int(time / 1000)) s")
    state.isShown = true
  }

  private static func clear(_ state: inout State) {
    if state.isShown { StandardStream.note("\r\u{1B}[K") }
    state.isShown = false
  }
}
