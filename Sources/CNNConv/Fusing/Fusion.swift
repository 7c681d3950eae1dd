import CNNConversion
import CNNGraphs
import CNNPasses
import CNNTensors

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
  /// What a user should know of the model, though it was rewritten.
  public let remarks: [Remark]
}

extension Model {
  /// The model rewritten for deployment by exact rules: normalizations and branches become plain convolutions, and
  /// nothing is left that a run does not need. Names of inputs, outputs and surviving weights stay.
  /// - Parameters:
  ///   - selection: which passes run.
  ///   - operatorSet: the version of ONNX's operators that the result may use; the model's own if it is `nil`.
  ///   - freezesInputs: true if inputs with a default become constants, so that they can be folded.
  /// - Throws: ``ConversionError``; code `limit` if it takes more than ``Limits/standard(forBytes:)`` allows the model.
  public func fused(
    _ selection: PassSelection = PassSelection(), operatorSet: Int? = nil, freezesInputs: Bool = false
  ) throws -> Fusion {
    try fused(by: selection.passes, operatorSet: operatorSet, freezesInputs: freezesInputs)
  }

  /// The model rewritten by passes of the caller's choice.
  package func fused(
    by passes: [any Pass], operatorSet: Int? = nil, freezesInputs: Bool = false
  ) throws -> Fusion {
    var graph = graph
    if metadata.listsConstantsAsInputs || freezesInputs { graph.storeDefaults() }
    do {
      return try Limits.standard(forBytes: byteCount).run { try fuse(by: passes, &graph, operatorSet) }
    } catch {
      throw ConversionError(error, at: .init(file: path))
    }
  }

  private func fuse(by passes: [any Pass], _ graph: inout Graph, _ operatorSet: Int?) throws -> Fusion {
    let report = try PassDriver(passes, operatorSet: operatorSet ?? metadata.operatorSet).run(&graph)
    let model = Model(self, rewrittenAs: graph)
    var remarks = try notANumberWeights().map { Remark($0) }
    let replaceable = graph.inputs.filter { graph[$0].isConstant }
    if let first = replaceable.first {
      let others = replaceable.count > 1 ? " and \(replaceable.count - 1) more" : ""
      remarks.append(
        Remark(
          "input \(graph[first].name.quoted)\(others) have a default that a caller may replace, so they are not folded",
          remedy: .freezeInputs))
    }
    return Fusion(
      model: model, before: GraphCost(self), after: GraphCost(model),
      passes: report.fired.map { Fusion.FiredPass(name: $0.name, fired: $0.count) },
      refusals: report.refusals.map(Fusion.Refused.init), remarks: remarks)
  }

  /// The stored tensors that hold NaN, which no comparison can prove anything of.
  private func notANumberWeights() throws -> [String] {
    try graph.values.compactMap { value in
      guard let constant = value.constant, constant.elementType.isFloatingPoint else { return nil }
      let count = try constant.withValues(as: Float.self) { $0.reduce(0) { $0 + ($1.isNaN ? 1 : 0) } }
      return count == 0 ? nil : "\(value.name.quoted) holds \(count) NaN of \(constant.count) values"
    }
  }
}
