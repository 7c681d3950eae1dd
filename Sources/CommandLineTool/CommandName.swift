import ArgumentParser
import CNNConv

/// The name of a command, as the first argument of the program.
enum CommandName {
  /// - Throws: ``ConversionError`` for a word that is no command, with those that it may have been meant for.
  static func check(_ word: String?) throws(ConversionError) {
    guard let word, !word.isEmpty, !word.hasPrefix("-") else { return }
    let names = Cnnconv.configuration.subcommands.compactMap { $0.configuration.commandName }
    guard word != "help", !names.contains(word) else { return }
    let meant = word.closest(among: names)
    guard meant.isEmpty else {
      throw ConversionError(.usage, "there is no command \(word.quoted)", remedy: .chooseName(among: meant))
    }
    throw ConversionError(
      .usage, "there is no command \(word.quoted); the commands are \(names.joined(separator: ", "))")
  }
}
