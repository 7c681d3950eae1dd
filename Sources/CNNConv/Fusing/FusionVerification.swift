import CNNGraphs
import CNNOperators
import CNNTensors

/// The outcome of comparing a model with the one it was made of, value by value and as a whole.
public struct FusionVerification: Encodable, Sendable {
  /// One run.
  public struct Case: Encodable, Sendable {
    /// The inputs' shapes.
    public let inputs: [String: [Int]]
    /// The outputs of both models, each run as it is.
    public let outputs: [Comparison]
  }

  /// True if every value is as near as rounding allows.
  public let agrees: Bool
  /// How many values were compared, each computed anew from the original's values before it.
  public let values: Int
  /// The runs.
  public let cases: [Case]
  /// The outputs, each from the run in which it differs most.
  public let outputs: [Comparison]
  /// Outputs that hold NaN on both sides, which proves nothing of them, each with how many.
  public var undecided: [(name: String, count: Int)] {
    outputs.filter { $0.nonFiniteExpected.nan > 0 }.map { ($0.name, $0.nonFiniteExpected.nan) }
  }
  /// The first value that departs, in words.
  public let firstDifference: String?

  private enum CodingKeys: String, CodingKey {
    case agrees, values, cases, outputs
    case firstDifference = "first_difference"
  }

  /// The largest error of an output relative to its largest element.
  public var largestError: Double {
    outputs.map { $0.maxExpected > 0 ? $0.maxAbsoluteError / $0.maxExpected : $0.maxAbsoluteError }.max() ?? 0
  }
}

extension Model {
  /// Compares a rewritten model with this one on seeded inputs, at two shapes if dimensions are free.
  ///
  /// Each value that both have is computed in `Double` both ways, from earlier values of the original. The two may differ
  /// by the rounding of stored numbers, propagated through the nodes between. Then both models are run as a whole.
  /// - Parameter progress: called before each comparison with its number, how many there are, and the value's name.
  /// - Throws: ``ConversionError`` if the original itself cannot be run; code `limit` if that takes more than
  ///   ``Limits/standard(forBytes:)`` allows both models.
  public func verify(
    fused result: Model, seed: UInt64 = 0, progress: @escaping (Int, Int, String) -> Void = { _, _, _ in }
  ) throws -> FusionVerification {
    try Limits.standard(forBytes: byteCount.saturatingAdded(to: result.byteCount)).run {
      try compare(with: result, seed, progress)
    }
  }

  private func compare(
    with result: Model, _ seed: UInt64, _ progress: @escaping (Int, Int, String) -> Void
  ) throws -> FusionVerification {
    var cases: [FusionVerification.Case] = []
    var departure: String?
    var count = 0
    let trials = try TrialInputs(of: self).draw(seed: seed)
    for (index, inputs) in trials.enumerated() {
      do {
        let comparison = LockstepComparison(graph, result.graph)
        count = comparison.count
        let arguments = graph.inputs.map { id in inputs[graph[id].name].map { RuntimeValue.tensor($0) } }
        let (expected, first) = try comparison.run(arguments, progress: progress)
        departure = first?.words
        guard departure == nil else { break }
        let actual = try ownRun(of: result, inputs)
        let own = actual.byName
        let outputs = zip(graph.outputs, expected).compactMap { id, value -> Comparison? in
          let name = graph[id].name
          let tolerance = Tolerance(relative: 0, absolute: .infinity)
          return own[name].map { Comparison(name, actual: $0, expected: value, tolerance: tolerance) }
        }
        cases.append(FusionVerification.Case(inputs: inputs.mapValues(\.shape), outputs: outputs))
        let roundoff = graph.roundoff
        departure = outputs.lazy.compactMap { $0.departure(roundoff: roundoff) }.first
        if departure != nil, try magnifies(inputs, expected, outputs) { departure = nil }
      } catch {
        let isLast = index == trials.count - 1 && cases.isEmpty
        // A size at which the original itself does not run proves nothing.
        if !isLast, ConversionError(error).code == .badInput, (try? ownRun(of: self, inputs)) == nil { continue }
        throw ConversionError(error, at: .init(file: path))
      }
      if departure != nil { break }
    }
    let outputs =
      (cases.first?.outputs.indices).map {
        $0.map { index in
          cases.map { $0.outputs[index] }.max { $0.maxAbsoluteError < $1.maxAbsoluteError } ?? cases[0].outputs[index]
        }
      } ?? []
    return FusionVerification(
      agrees: departure == nil, values: count, cases: cases, outputs: outputs, firstDifference: departure)
  }
}

extension Model {
  /// Runs a rewritten model. The original runs with the same inputs: if the result does not, its making was wrong.
  private func ownRun(of result: Model, _ inputs: [String: Tensor]) throws -> Session.Outputs {
    do { return try Session(result, options: .reference).run(inputs) } catch {
      throw ConversionError(error).asInternalFault
    }
  }

  /// True if the network itself magnifies roundings so much that its outputs are that far from the exact ones, which
  /// the same network gives in 64 bits.
  private func magnifies(_ inputs: [String: Tensor], _ actual: [RuntimeValue], _ outputs: [Comparison]) throws -> Bool {
    guard let wide = try? graph.widened(), outputs.allSatisfy({ $0.reason == nil }) else { return false }
    let arguments = try graph.inputs.map { id in
      try inputs[graph[id].name].map {
        RuntimeValue.tensor($0.elementType.isFloatingPoint ? try $0.converted(to: .float64) : $0)
      }
    }
    guard let exact = try? ReferenceEvaluator(wide).run(arguments) else { return false }
    var own: [String: Double] = [:]
    for (id, pair) in zip(graph.outputs, zip(actual, exact)) {
      guard let narrow = try pair.0.tensor?.converted(to: .float64) else { continue }
      let error = Comparison(
        "", actual: .tensor(narrow), expected: pair.1, tolerance: Tolerance(relative: 0, absolute: .infinity))
      own[graph[id].name] = error.maxAbsoluteError
    }
    return outputs.allSatisfy { $0.maxAbsoluteError <= 16 * (own[$0.name] ?? 0) }
  }
}

extension Graph {
  /// The graph computing in 64 bits with the numbers that are stored.
  fileprivate func widened() throws -> Graph {
    var graph = self
    for id in graph.valueIDs {
      guard let tensor = graph[id].constant, [.float32, .float16, .bfloat16].contains(tensor.elementType) else {
        continue
      }
      graph[id].constant = try tensor.converted(to: .float64)
    }
    return graph
  }
}

extension LockstepComparison.Departure {
  /// The value and what is wrong with it.
  fileprivate var words: String {
    if let reason { return "\(value.quoted): \(reason)" }
    return "\(value.quoted) departs by \(Float(difference)), where rounding explains \(Float(bound))"
  }
}

extension Comparison {
  /// What is wrong with a whole output beyond the adding up of roundings: another shape or type, or too large an error.
  fileprivate func departure(roundoff: Double) -> String? {
    if let reason { return "output \(name.quoted): \(reason)" }
    // Value by value nothing departs, so that this is left to how much a network magnifies roundings.
    guard !(maxAbsoluteError <= 16384 * roundoff * maxExpected), maxAbsoluteError != 0 else { return nil }
    return "output \(name.quoted) differs by \(Float(maxAbsoluteError)), the largest being \(Float(maxExpected))"
  }
}

extension Graph {
  /// The unit roundoff of the coarsest floating-point numbers that the graph computes with.
  fileprivate var roundoff: Double {
    let types = Set(values.compactMap { $0.type.tensor?.elementType })
    return types.contains(.bfloat16) ? 0x1p-8 : types.contains(.float16) ? 0x1p-11 : 0x1p-24
  }
}
