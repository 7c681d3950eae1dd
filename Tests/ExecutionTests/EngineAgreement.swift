import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import Testing

/// The instruction sets of this CPU.
let instructionSets = EngineOptions.InstructionSet.allCases.filter {
  $0.rawValue <= EngineOptions.InstructionSet.best.rawValue
}

/// Expects of every instruction set and of one and two threads what the reference evaluation gives in double precision.
///
/// Each engine is run on inputs that are no numbers first: nothing of a run may be left for the next one.
/// - Parameters:
///   - references: the nodes that have no kernel; any if it is `nil`.
///   - tolerance: the largest difference, relative to the output's largest magnitude.
///   - isWide: false to take single precision for the reference.
func expectAgreement(
  _ sample: Sample, references: [String]? = [], tolerance: Double = 2e-5, isWide: Bool = true, _ what: String = "",
  location: SourceLocation = #_sourceLocation
) throws {
  let expected = try sample.expected(isWide: isWide)
  let inputs = sample.inputs.map { RuntimeValue.tensor($0) }
  let poison = try sample.inputs.map { RuntimeValue.tensor(try $0.poisoned()) }
  for set in instructionSets {
    for threads in [1, 2] {
      let engine = try Engine(sample.graph, options: EngineOptions(threads: threads, instructionSet: set))
      if let references {
        #expect(engine.referenceSteps == references, "\(what)\n\(sample.graph.text)", sourceLocation: location)
      }
      _ = try engine.run(poison)
      let difference = try largestDifference(engine.run(inputs), expected)
      #expect(
        difference <= tolerance, "\(set), \(threads) threads: \(what)\n\(sample.graph.text)\(engine.description)",
        sourceLocation: location)
    }
  }
}

extension Sample {
  /// The results of the reference evaluation.
  /// - Parameter isWide: whether all numbers of single precision are taken for ones of double precision.
  func expected(isWide: Bool = true) throws -> [RuntimeValue] {
    var wide = graph
    var values = inputs
    if isWide {
      for id in graph.valueIDs {
        guard let constant = graph[id].constant, constant.elementType == .float32 else { continue }
        wide[id].constant = try constant.converted(to: .float64)
      }
      values = try inputs.map { $0.elementType == .float32 ? try $0.converted(to: .float64) : $0 }
    }
    return try ReferenceEvaluator(wide).run(values.map { RuntimeValue.tensor($0) })
  }
}

extension Tensor {
  /// A tensor of NaN; integers and truth values stay.
  fileprivate func poisoned() throws -> Tensor {
    guard elementType == .float32 else { return self }
    return try Tensor([Float](repeating: .nan, count: count), shape: shape)
  }
}

/// The largest difference of any output, relative to the output's largest magnitude; infinite if shapes, types, NaN
/// or infinities are not the same.
func largestDifference(_ actual: [RuntimeValue], _ expected: [RuntimeValue]) throws -> Double {
  guard actual.count == expected.count else { return .infinity }
  var worst = 0.0
  for (a, b) in zip(actual, expected) {
    guard let a = a.tensor, let b = b.tensor else { return .infinity }
    worst = max(worst, try largestDifference(a, b))
  }
  return worst
}

/// The largest difference, relative to the largest magnitude that is expected.
func largestDifference(_ actual: Tensor, _ expected: Tensor) throws -> Double {
  // What is expected may be of double precision.
  let type = expected.elementType == .float64 ? .float32 : expected.elementType
  guard actual.shape == expected.shape, actual.elementType == type else { return .infinity }
  let (a, b) = (try actual.values(as: Double.self), try expected.values(as: Double.self))
  var (difference, largest) = (0.0, 0.0)
  for (x, y) in zip(a, b) {
    if y.isFinite { largest = max(largest, y.magnitude) }
    if x == y || x.isNaN && y.isNaN { continue }
    guard x.isFinite, y.isFinite else { return .infinity }
    difference = max(difference, (x - y).magnitude)
  }
  return difference == 0 ? 0 : difference / max(largest, .leastNormalMagnitude)
}

/// The bits of all outputs, which tell more than numbers.
func bits(_ values: [RuntimeValue]) throws -> [[UInt32]] {
  try values.map { value in
    guard let tensor = value.tensor else { return [] }
    return try tensor.elements(as: Float.self).map(\.bitPattern)
  }
}
