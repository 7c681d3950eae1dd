import CNNTensors

/// What can be wrong with the program in a TorchScript archive.
package enum TorchScriptFault: FormatFault, Hashable {
  /// The source is not of TorchScript's language: where, and what is wrong.
  case syntax(ScriptPlace, String)
  /// The source uses a part of the language that is not read.
  case language(ScriptPlace, String)
  /// Expressions or blocks are nested too deep.
  case tooDeep(ScriptPlace, limit: Int)
  /// The sources have more expressions and statements than any network.
  case tooLarge(ScriptPlace, limit: Int)
  /// The sources unpack to more bytes than any network's.
  case tooMuchSource(bytes: Int, limit: Int)
  /// No source file defines a class or function.
  case undefined(String)
  /// An object of the module tree contains itself, or is nested too deep.
  case endlessObject(String)
  /// The archive has no module.
  case noModule

  /// What is wrong and where.
  package var message: String {
    switch self {
    case .syntax(let place, let what): "\(place): \(what)"
    case .language(let place, let what): "\(place): \(what) is not supported"
    case .tooDeep(let place, let limit): "\(place): nested more than \(limit) deep"
    case .tooLarge(let place, let limit): "\(place): more than \(limit) expressions in the archive's source"
    case .tooMuchSource(let bytes, let limit):
      "the archive's source unpacks to \(bytes) bytes, at most \(limit) are allowed"
    case .undefined(let name): "no source of the archive defines \(name.quoted)"
    case .endlessObject(let path):
      "the module tree is endless or nested too deep" + (path.isEmpty ? "" : " at \(path.quoted)")
    case .noModule: "the archive's data.pkl holds no module"
    }
  }

  /// True for what another program may well write.
  package var isUnsupported: Bool { if case .language = self { true } else { false } }

  /// True if a limit was hit.
  package var isLimit: Bool {
    switch self {
    case .tooDeep, .tooLarge, .tooMuchSource: true
    default: false
    }
  }
}

/// A line of a source in a TorchScript archive.
package struct ScriptPlace: Hashable, Sendable, CustomStringConvertible {
  /// The module, such as `__torch__.torch.nn.modules.conv`.
  package let module: String
  /// The line, counted from 1.
  package let line: Int

  package init(module: String, line: Int) { (self.module, self.line) = (module, line) }

  /// Such as `code/__torch__/net.py line 12`.
  package var description: String {
    "code/\(module.split(separator: ".").joined(separator: "/").inSentence).py line \(line)"
  }
}
