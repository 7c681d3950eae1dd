import ArgumentParser
import CNNConv
import CNNSystem

/// Runs the command and turns its result or error into one line and an exit code.
@main
struct Entry {
  static func main() {
    CurrentProcess.begin(
      exhaustion: "cnnconv: out of memory or threads: the system gives no more; raise its limits\n",
      status: ConversionError.Code.limit.exitStatus)
    do {
      let arguments = Array(CurrentProcess.arguments.dropFirst())
      try CommandName.check(arguments.first)
      var command = try Cnnconv.parseAsRoot(arguments)
      if let limited = command as? any LimitedCommand {
        try limited.limits.run { try command.run() }
      } else {
        try command.run()
      }
      Terminal.finish()
    } catch let error as ConversionError {
      Terminal.fail(error)
    } catch let code as ExitCode {
      Terminal.finish(code.rawValue)
    } catch {
      switch Cnnconv.exitCode(for: error) {
      case .success:
        Terminal.print(page: Cnnconv.fullMessage(for: error))
        Terminal.finish()
      case .validationFailure:
        let message = Cnnconv.message(for: error).split(separator: "\n").joined(separator: " ")
        Terminal.fail("\(message); see cnnconv --help", code: ConversionError.Code.usage.exitStatus)
      default: Terminal.fail(ConversionError(outside: error))
      }
    }
  }
}
