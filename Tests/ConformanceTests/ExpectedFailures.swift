import Foundation
import TestSupport

/// What `Fixtures/expected-failures.txt` lists: the cases that a runner gets wrong, and why.
struct ExpectedFailures: Sendable {
  struct Entry: Hashable, Sendable {
    let runner: String
    let name: String
  }

  /// Reasons by runner and case.
  let reasons: [Entry: String]
  /// Lines that say nothing of the kind, or the same as one before.
  let odd: [String]

  /// What the file lists.
  static let listed: ExpectedFailures = {
    let path = FixtureFolders.path("expected-failures.txt")
    return ExpectedFailures((try? String(contentsOfFile: path, encoding: .utf8)) ?? "the file is missing")
  }()

  /// Reads lines of a runner, a case and a reason; those that begin with `#` are notes.
  init(_ text: String) {
    var reasons: [Entry: String] = [:]
    var odd: [String] = []
    for line in text.split(separator: "\n").map(String.init) where !line.hasPrefix("#") {
      let words = line.split(separator: " ", maxSplits: 2).map(String.init)
      guard words.count == 3, reasons[Entry(runner: words[0], name: words[1])] == nil else {
        odd.append(line)
        continue
      }
      reasons[Entry(runner: words[0], name: words[1])] = words[2]
    }
    (self.reasons, self.odd) = (reasons, odd)
  }

  /// Why a runner is expected to fail on a case; `nil` if it is not.
  func reason(_ runner: Runner, _ name: String) -> String? { reasons[Entry(runner: runner.rawValue, name: name)] }
}
