import CNNFormats

/// The variables of one call of a function.
final class ScriptFrame {
  let function: ScriptFunction
  /// The module whose method it is, after which nodes are named.
  let path: String
  var variables: [String: ScriptValue] = [:]

  init(_ function: ScriptFunction, path: String) { (self.function, self.path) = (function, path) }

  /// Where a line of the function stands.
  func place(_ line: Int) -> ScriptPlace { ScriptPlace(module: function.module, line: line) }
}

/// How a block of statements ends.
enum ScriptFlow {
  /// It was gone through.
  case done
  /// A value was given back.
  case returned(ScriptValue)
}
