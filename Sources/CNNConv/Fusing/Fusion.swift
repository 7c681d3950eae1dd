import CNNConversion
import CNNGraphs
import CNNPasses

/// Which of the deployment passes run.
public struct PassSelection: Sendable {
  /// The names of the passes to run; all where it is `nil`.
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
        throw ConversionError(
          .usage, "there is no pass '\(name.printable)'; the passes are \(Self.names.joined(separator: ", "))")
      }
      return Pipeline.deployment.filter { pass in
        only?.contains(pass.description.name) ?? true && !skipped.contains(pass.description.name)
          && !(keepsLayers && pass.traits.contains(.stacksLayers))
      }
    }
  }
}

/// A model in the form for deployment, and what was done to make it.
public struct Fusion: Sendable {
  /// A rule that fired.
  public struct FiredPass: Encodable, Sendable {
    /// The pass.
    public let name: String
    /// How often.
    public let fired: Int
  }

  /// A rule that did not apply.
  public struct Refused: Encodable, Sendable {
    /// The pass.
    public let pass: String
    /// The node.
    public let node: String
    /// Why, and what can be done about it.
    public var reason: Remark
    /// The kind of reason in a word, such as `in-use`, `border` or `cost`.
    public let kind: String

    init(_ entry: RefusalLog.Entry) {
      (pass, node, kind) = (entry.pass, entry.node, entry.reason.kind)
      reason = Remark(entry.reason.description, remedy: entry.reason.remedy)
    }
  }

  /// The model that computes the same.
  public let model: Model
  /// What the original takes.
  public let before: GraphCost
  /// What the result takes.
  public let after: GraphCost
  /// The passes in the order in which they run.
  public let passes: [FiredPass]
  /// What was not done, and why.
  public let refusals: [Refused]
}

extension Model {
  /// The model rewritten for deployment by exact rules: normalizations and branches become plain convolutions, and
  /// nothing is left that a run does not need. Names of inputs, outputs and surviving weights stay.
  /// - Parameters:
  ///   - selection: which passes run.
  ///   - operatorSet: the version of ONNX's operators that the result may use; the model's own where it is `nil`.
  /// - Throws: ``ConversionError``.
  public func fused(_ selection: PassSelection = PassSelection(), operatorSet: Int? = nil) throws -> Fusion {
    try fused(by: selection.passes, operatorSet: operatorSet)
  }

  /// The model rewritten by passes of the caller's choice.
  package func fused(by passes: [any Pass], operatorSet: Int? = nil) throws -> Fusion {
    var graph = graph
    if metadata.listsConstantsAsInputs { graph.storeDefaults() }
    do {
      let report = try PassDriver(passes, operatorSet: operatorSet ?? metadata.operatorSet).run(&graph)
      let model = Model(self, rewrittenAs: graph)
      return Fusion(
        model: model, before: GraphCost(self), after: GraphCost(model),
        passes: report.fired.map { Fusion.FiredPass(name: $0.name, fired: $0.count) },
        refusals: report.refusals.map(Fusion.Refused.init))
    } catch {
      throw ConversionError(error, at: .init(file: path))
    }
  }
}
