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
    let arguments = Array(CurrentProcess.arguments.dropFirst())
    do {
      try CommandName.check(arguments)
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
        let message = UsageMessage(Cnnconv.message(for: error), for: arguments)
        Terminal.fail(message.description, code: ConversionError.Code.usage.exitStatus)
      default: Terminal.fail(ConversionError(outside: error))
      }
    }
  }
}
