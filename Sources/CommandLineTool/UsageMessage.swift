import ArgumentParser
import CNNConv
import CNNSystem

/// The one line for arguments that the parser refuses.
struct UsageMessage: CustomStringConvertible {
  let description: String

  /// - Parameters:
  ///   - message: what the parser says.
  ///   - arguments: what was typed.
  init(_ message: String, for arguments: [String]) {
    var text = message.split(separator: "\n").joined(separator: " ")
    while text.hasSuffix(".") { text.removeLast() }
    text = text.replacing(". Did you mean", with: "; did you mean").replacing(". Please provide", with: "; provide")
    if let meant = Self.value(meantIn: text) { text += "; did you mean \(meant)?" }
    if let option = Self.option(before: text, in: arguments) {
      text += "; one that begins with a hyphen is written \(option)"
    }
    if let option = Self.option(leftOutIn: text, arguments) { text += "; write \(option)" }
    description = text.hasSuffix("?") ? text : "\(text); see '\(Self.help(for: arguments))'"
  }

  /// `--option=value` for an option whose value looks like an option.
  private static func option(before text: String, in arguments: [String]) -> String? {
    guard text.hasPrefix("Missing value for '"),
      let index = arguments.indices.dropLast().first(where: { index in
        text.hasPrefix("Missing value for '\(arguments[index]) ") && arguments[index + 1].hasPrefix("-")
          && Double(arguments[index + 1]) != nil
      })
    else { return nil }
    return "\(arguments[index])=\(arguments[index + 1])"
  }

  /// The option that belongs before a file that was typed without it, and the file.
  private static func option(leftOutIn text: String, _ arguments: [String]) -> String? {
    if text.hasPrefix("Missing expected argument '-o "), arguments.count == 3, !arguments[2].hasPrefix("-") {
      return "-o before \(arguments[2].quoted)"
    }
    guard arguments.first == "run", text.hasPrefix("Unexpected argument '"),
      let file = arguments.first(where: { text == "Unexpected argument '\($0)'" }), Path.exists(file)
    else { return nil }
    return "\(ImageFile.kind(of: file) == nil ? "--input" : "--image") before it"
  }

  /// The one of some possible values that is close to the one that was typed.
  private static func value(meantIn text: String) -> String? {
    guard text.hasPrefix("The value '"), let list = text.firstRange(of: "; provide one of ") else { return nil }
    let words = text.split(separator: "'", omittingEmptySubsequences: false)
    let possible = text[list.upperBound...].split(separator: "'", omittingEmptySubsequences: false)
    let values = possible.indices.filter { $0 % 2 == 1 }.map { String(possible[$0]) }
    return words.count > 1 ? String(words[1]).closest(among: values).first : nil
  }

  /// How to ask for the help of the command that was typed.
  private static func help(for arguments: [String]) -> String {
    let command = Cnnconv.configuration.subcommands.lazy.compactMap { $0.configuration.commandName }
      .first { $0 == arguments.first }
    return command.map { "cnnconv \($0) --help" } ?? "cnnconv --help"
  }
}
