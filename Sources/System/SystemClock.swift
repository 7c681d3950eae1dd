/// Time.
package enum SystemClock {
  /// Milliseconds since some moment, which never go back.
  package static var milliseconds: Double { Double(SystemCalls.nanoseconds) / 1e6 }
  /// Seconds since 1970.
  package static var date: Int { SystemCalls.date }
  /// The time of day, which files' times are taken from.
  package static var now: FileStatus.Moment { SystemCalls.now }
  /// Lets the thread sleep.
  package static func pause(microseconds: UInt32) { SystemCalls.pause(microseconds: microseconds) }
}
