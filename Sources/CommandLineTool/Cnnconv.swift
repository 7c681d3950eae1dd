import ArgumentParser

struct Cnnconv: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cnnconv",
    abstract: "Reads convolutional networks, checks, runs and converts them for deployment.",
    usage: "cnnconv <command> [<options>]",
    discussion: """
      Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 compared and differs, 64 wrong usage, \
      65 bad input data, 66 input not found, 69 not supported, 70 a fault of the program, 73 cannot create the \
      output, 74 read or write failed, 75 a limit was hit; 129, 130 or 143 if SIGHUP, SIGINT or SIGTERM ended it.

      Examples:
        cnnconv import model.onnx
        cnnconv run model.onnx --seed 1
        cnnconv export checkpoint.pth -o model.onnx
        cnnconv help fuse
      """,
    version: "0.1.0",
    subcommands: [
      ImportCommand.self, LayersCommand.self, TensorsCommand.self, DiffCommand.self, FuseCommand.self,
      ExportCommand.self, EditCommand.self, DrawCommand.self, ReportCommand.self, RunCommand.self, VerifyCommand.self,
      ZooCommand.self,
      BenchCommand.self, OperatorsCommand.self, PassesCommand.self, CacheCommand.self, ManualCommand.self,
    ])
}
