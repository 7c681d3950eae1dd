import ArgumentParser
import CNNConv

extension ConversionError.Code {
  /// The status with which the program ends; those from 64 on are those of BSD's `sysexits.h`.
  var exitStatus: Int32 {
    switch self {
    case .differs: 1
    case .usage: 64
    case .badInput: 65
    case .notFound: 66
    case .unsupported: 69
    case .internalFault: 70
    case .cannotCreate: 73
    case .inputOutput: 74
    case .limit: 75
    }
  }
}

extension ExitCode {
  /// The status of a kind of failure, for a command that has told all there is to tell.
  init(_ code: ConversionError.Code) { self.init(code.exitStatus) }
}
