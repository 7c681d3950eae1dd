import CNNGraphs

/// The operators of PyTorch that are known, each with the function that builds it of this program's operators.
enum AtenOperators {
  /// Builds a call: nodes of the graph, and the values that stand for the results.
  typealias Build = @Sendable (AtenCall, inout AtenGraphBuilder) throws -> [AtenValue]

  /// Operators that belong together.
  struct Family {
    /// Such as `Convolution`.
    let name: String
    /// The builders by name.
    let operators: [String: Build]
  }

  /// One line each.
  static let families: [Family] = [
    AtenConvolution.family, AtenNormalization.family, AtenActivation.family, AtenPooling.family,
    AtenArithmetic.family, AtenFunctions.family, AtenComparison.family, AtenViews.family, AtenShapes.family,
    AtenSlices.family, AtenJoining.family, AtenIndexing.family, AtenSelection.family, AtenReduction.family,
    AtenLinearAlgebra.family,
    AtenAttention.family, AtenResampling.family, AtenCreation.family, AtenRecurrent.family, AtenNumbers.family,
  ]

  /// All builders by name. An operator that ends in `_` and is not here is that without the underscore, in place.
  static let table: [String: Build] = families.reduce(into: [:]) { table, family in
    table.merge(family.operators) { first, _ in first }
  }

  /// Operators whose form in place changes a tensor's shape rather than its contents, which no graph can say.
  static let reshaping: Set<String> = [
    "aten::squeeze", "aten::unsqueeze", "aten::transpose", "aten::t", "aten::swapaxes", "aten::swapdims",
    "aten::as_strided",
  ]

  /// Builders of one result.
  static func singles(
    _ builders: [String: @Sendable (AtenCall, inout AtenGraphBuilder) throws -> ValueID]
  ) -> [String: Build] {
    builders.mapValues { build in { call, builder in [.tensor(AtenTensor(try build(call, &builder)))] } }
  }

  /// Builders of any number of results.
  static func several(_ builders: [String: Build]) -> [String: Build] { builders }

  /// Builders of views.
  static func views(
    _ builders: [String: @Sendable (AtenCall, inout AtenGraphBuilder) throws -> AtenTensor]
  ) -> [String: Build] {
    builders.mapValues { build in { call, builder in [.tensor(try build(call, &builder))] } }
  }
}
