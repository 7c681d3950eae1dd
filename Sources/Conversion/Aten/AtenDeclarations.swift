import CNNTensors

/// PyTorch's declarations of the operators that are known here, by name.
enum AtenDeclarations {
  /// All overloads of each name. They never change, and none has a tensor among its defaults.
  nonisolated(unsafe) static let all: [String: [AtenDeclaration]] = {
    var all: [String: [AtenDeclaration]] = [:]
    for line in AtenDeclarationText.lines.split(separator: "\n") {
      let declaration = AtenDeclaration(line)
      all[declaration.name, default: []].append(declaration)
    }
    return all
  }()

  /// The call that a program means, its arguments bound to their names.
  /// - Parameters:
  ///   - name: such as `aten::add`; an operator in place goes by its own name without the underscore.
  ///   - overload: such as `Tensor`; `nil` for the first that takes the arguments.
  /// - Returns: `nil` if no overload takes them.
  static func call(
    _ name: String, overload: String?, positional: [AtenValue], keyword: [(name: String, value: AtenValue)]
  ) -> AtenCall? {
    for declaration in all[name] ?? [] where overload == nil || overload == declaration.overload {
      guard let arguments = declaration.bind(positional, keyword, takesNumbers: overload != nil)
      else { continue }
      return AtenCall(
        name: name, overload: declaration.overload, arguments: arguments,
        first: declaration.arguments.first?.name ?? "")
    }
    return nil
  }
}
