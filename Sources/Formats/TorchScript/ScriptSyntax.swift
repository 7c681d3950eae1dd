/// An expression of TorchScript's source, and the line it stands on.
package struct ScriptExpression: Sendable {
  /// What it is.
  package let kind: Kind
  /// The line, counted from 1.
  package let line: Int

  /// The kinds of expressions.
  package indirect enum Kind: Sendable {
    case none
    case boolean(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    case name(String)
    case attribute(ScriptExpression, String)
    case call(ScriptExpression, [ScriptExpression], keywords: [(name: String, value: ScriptExpression)])
    case subscription(ScriptExpression, [ScriptExpression])
    case list([ScriptExpression])
    case tuple([ScriptExpression])
    case dictionary([(key: ScriptExpression, value: ScriptExpression)])
  }

  /// The name that a chain of names and attributes spells, such as `torch.conv2d`; `nil` for anything else.
  package var dottedName: String? {
    switch kind {
    case .name(let name): name
    case .attribute(let base, let name): base.dottedName.map { "\($0).\(name)" }
    default: nil
    }
  }
}

/// A statement of TorchScript's source, and the line it begins on.
package struct ScriptStatement: Sendable {
  /// What it is.
  package let kind: Kind
  /// The line, counted from 1.
  package let line: Int

  /// The kinds of statements.
  package indirect enum Kind: Sendable {
    /// `a = x`, `a, b = x, y`: as many values as names.
    case assign([String], [ScriptExpression])
    /// `a, b, = x`: one value that is taken apart.
    case unpack([String], ScriptExpression)
    /// `object.name = value`
    case set(ScriptExpression, String, ScriptExpression)
    case evaluate(ScriptExpression)
    case branch(ScriptExpression, then: [ScriptStatement], else: [ScriptStatement])
    case whileLoop(ScriptExpression, [ScriptStatement])
    /// `for name in range(count):`
    case countedLoop(String, ScriptExpression, [ScriptStatement])
    /// `with object:`, `with object as name:`
    case scope(ScriptExpression, String?, [ScriptStatement])
    case giveBack(ScriptExpression)
    case fail(ScriptExpression)
  }
}

/// A function, or a method of a class.
package final class ScriptFunction: Sendable {
  /// A parameter; its default is evaluated at each call.
  package struct Parameter: Sendable {
    package let name: String
    package let type: ScriptExpression?
    package let value: ScriptExpression?
  }

  /// Module and name, for messages: `__torch__.net.Net.forward`.
  package let name: String
  /// The module whose source defines it.
  package let module: String
  package let parameters: [Parameter]
  package let body: [ScriptStatement]
  package let line: Int

  init(name: String, module: String, parameters: [Parameter], body: [ScriptStatement], line: Int) {
    (self.name, self.module, self.parameters, self.body, self.line) = (name, module, parameters, body, line)
  }
}

/// A class: a module, a named tuple, an enumeration or a plain class.
package final class ScriptClass: Sendable {
  /// Module and name.
  package let name: String
  /// `Module`, `NamedTuple`, `Enum`, `Interface` or empty.
  package let base: String
  /// Attributes and their types in order.
  package let attributes: [(name: String, type: ScriptExpression)]
  /// Attributes whose values stand in the source.
  package let constants: [String: ScriptExpression]
  package let parameters: Set<String>
  package let buffers: Set<String>
  package let methods: [String: ScriptFunction]

  init(
    name: String, base: String, attributes: [(name: String, type: ScriptExpression)],
    constants: [String: ScriptExpression], parameters: Set<String>, buffers: Set<String>,
    methods: [String: ScriptFunction]
  ) {
    (self.name, self.base, self.attributes, self.constants) = (name, base, attributes, constants)
    (self.parameters, self.buffers, self.methods) = (parameters, buffers, methods)
  }
}

/// What one source file defines.
package struct ScriptSource: Sendable {
  package var classes: [String: ScriptClass] = [:]
  package var functions: [String: ScriptFunction] = [:]
}
