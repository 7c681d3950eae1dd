/// What is written of a rule in the documentation, and what it is called on the command line.
package struct PassDescription: Sendable {
  /// The name that `--passes` and `--skip` take, such as `collapse-affine-regions`.
  package let name: String
  /// The rule: what it replaces by what, and why that is the same.
  package let law: String
  /// When it refuses.
  package let guards: [String]
  /// Where the rule comes from.
  package let source: String

  package init(_ name: String, law: String, guards: [String], source: String) {
    (self.name, self.law, self.guards, self.source) = (name, law, guards, source)
  }
}
