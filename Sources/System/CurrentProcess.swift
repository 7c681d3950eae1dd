/// The running process.
package enum CurrentProcess {
  /// Its number.
  package static var number: Int32 { SystemCalls.processNumber }
  /// The number of the user for whom it acts.
  package static var user: UInt32 { SystemCalls.user }
  /// The most memory that it has had, mapped files among it, in bytes.
  package static var peakMemory: Int { SystemCalls.peakMemory }
  /// The file of its program; `nil` if the system does not tell.
  package static var program: String? { SystemCalls.programPath }
  /// What the system tells of the processor's name and abilities; `nil` if it does not.
  package static var processor: String? { SystemCalls.processor }

  /// An environment variable.
  package static func variable(_ name: String) -> String? { SystemCalls.variable(name) }

  /// The arguments with which the program was called, its own name first.
  package static var arguments: [String] { SystemCalls.arguments }

  /// For a program with a command line, at its very start: streams that are closed stay so, whatever is opened; writing to
  /// a closed pipe or beyond a size limit fails; SIGINT, SIGTERM and SIGHUP remove what is half written; and if the system
  /// gives neither memory nor a thread, the process ends as told.
  /// - Parameters:
  ///   - message: what is printed then.
  ///   - status: the status then.
  package static func begin(exhaustion message: StaticString, status: Int32) {
    SystemCalls.occupyStandardStreams()
    message.withUTF8Buffer { text in
      text.withMemoryRebound(to: CChar.self) { text in
        if let start = text.baseAddress { SystemCalls.handleSignals(exhaustion: start, status: status) }
      }
    }
    SystemLimits.economize()
    LostFiles.guardMappedFiles()
  }

  /// Ends the process, and removes what is half written.
  package static func end(_ status: Int32) -> Never { SystemCalls.end(status) }
}
