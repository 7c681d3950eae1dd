import ArgumentParser
import CNNConv
import CNNSystem

/// The names of commands, as the first arguments of the program.
enum CommandName {
  /// - Throws: ``ConversionError`` for a word that is no command, with those that it may have been meant for.
  static func check(_ arguments: [String]) throws(ConversionError) {
    var words = arguments[...]
    if words.first == "help" { words.removeFirst() }
    try check(words, of: Cnnconv.self, "", others: ["help"])
  }

  private static func check(
    _ words: ArraySlice<String>, of parent: any ParsableCommand.Type, _ path: String, others: [String] = []
  ) throws(ConversionError) {
    let commands = parent.configuration.subcommands
    guard !commands.isEmpty, let word = words.first, !word.isEmpty, !word.hasPrefix("-") else { return }
    if let command = commands.first(where: { $0.configuration.commandName == word }) {
      return try check(words.dropFirst(), of: command, "\(path)\(word) ")
    }
    guard !others.contains(word) else { return }
    guard !Path.exists(word) else {
      throw ConversionError(
        .usage, "\(word.quoted) is a file, not a command",
        remedy: .chooseName(among: ["cnnconv import \(word.inSentence)"]))
    }
    let names = commands.filter { $0.configuration.shouldDisplay }.compactMap { $0.configuration.commandName } + others
    let meant = word.closest(among: names)
    guard meant.isEmpty else {
      throw ConversionError(
        .usage, "there is no command \(("\(path)\(word)").quoted)", remedy: .chooseName(among: meant))
    }
    throw ConversionError(
      .usage, "there is no command \(("\(path)\(word)").quoted); the commands are \(names.joined(separator: ", "))")
  }
}
