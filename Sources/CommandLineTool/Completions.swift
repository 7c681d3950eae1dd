import ArgumentParser
import CNNConv

// What shells complete the values of options with. They ask the program, so that lists are made when they are needed.

extension CompletionKind {
  /// The networks of the zoo.
  static var networks: CompletionKind { .custom { _, _, _ in Zoo.entries.map(\.name) } }

  /// The passes that `fuse` applies, several of them with commas between.
  static var passes: CompletionKind {
    .custom { words, index, _ in
      let word = words.indices.contains(index) ? words[index] : ""
      let begun = word.lastIndex(of: ",").map { String(word[...$0]) } ?? ""
      let taken = begun.split(separator: ",").map(String.init)
      return PassSelection.rules.map(\.name).filter { !taken.contains($0) }.map { begun + $0 }
    }
  }
}
