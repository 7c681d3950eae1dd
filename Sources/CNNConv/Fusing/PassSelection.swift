import CNNGraphs
import CNNPasses
import CNNTensors

/// Which of the deployment passes run.
public struct PassSelection: Sendable {
  /// The names of the passes to run; all if it is `nil`.
  public var only: [String]?
  /// The names of passes not to run.
  public var skipped: [String]

  /// All passes but some, or some alone.
  public init(only: [String]? = nil, skipped: [String] = []) { (self.only, self.skipped) = (only, skipped) }

  /// What is written of a pass.
  public struct Rule: Sendable {
    /// The name that a selection takes.
    public let name: String
    /// What it replaces by what, and why that is the same.
    public let law: String
    /// When it refuses.
    public let guards: [String]
    /// Where it comes from.
    public let source: String
  }

  /// All passes in the order in which they run.
  public static var rules: [Rule] {
    Pipeline.deployment.map(\.description).map {
      Rule(name: $0.name, law: $0.law, guards: $0.guards, source: $0.source)
    }
  }

  /// The names of all passes in their order.
  public static var names: [String] { rules.map(\.name) }

  /// True if every layer keeps its own weights, so that each finds its keys in a state dict.
  private var keepsLayers = false

  /// The selection for a result that is written as a state dict: every layer keeps its keys.
  public var keepingLayers: PassSelection {
    var selection = self
    selection.keepsLayers = true
    return selection
  }

  /// - Throws: ``ConversionError`` of code `usage` for a name that no pass has.
  var passes: [any Pass] {
    get throws {
      for name in (only ?? []) + skipped where !Self.names.contains(name) {
        let meant = name.closest(among: Self.names)
        throw ConversionError(
          .usage, "there is no pass \(name.quoted)", remedy: meant.isEmpty ? .listPasses : .chooseName(among: meant))
      }
      return Pipeline.deployment.filter { pass in
        only?.contains(pass.description.name) ?? true && !skipped.contains(pass.description.name)
          && !(keepsLayers && pass.traits.contains(.stacksLayers))
      }
    }
  }
}
