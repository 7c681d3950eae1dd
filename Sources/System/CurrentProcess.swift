/// The running process.
package enum CurrentProcess {
  /// Its number.
  package static var number: Int32 { SystemCalls.processNumber }
  /// The most memory that it has had, mapped files among it, in bytes.
  package static var peakMemory: Int { SystemCalls.peakMemory }
  /// The file of its program; `nil` if the system does not tell.
  package static var program: String? { SystemCalls.programPath }
  /// What the system tells of the processor's name and abilities; `nil` if it does not.
  package static var processor: String? { SystemCalls.processor }

  /// An environment variable.
  package static func variable(_ name: String) -> String? { SystemCalls.variable(name) }

  /// Lets writing to a closed pipe fail instead of ending the process by a signal.
  package static func ignoreBrokenPipes() { SystemCalls.ignoreBrokenPipes() }

  /// Ends the process.
  package static func end(_ status: Int32) -> Never { SystemCalls.end(status) }
}
