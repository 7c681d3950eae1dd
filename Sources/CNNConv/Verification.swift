import CNNGraphs
import CNNSystem
import CNNTensors

/// The outcome of verifying a model against one fixture or another model.
public struct Verification: Encodable, Sendable {
  /// The fixture's folder, or the other model.
  public let against: String
  /// One comparison an output.
  public let outputs: [Comparison]
  /// True where all outputs agree.
  public var agrees: Bool { outputs.allSatisfy(\.agrees) }
  /// Why it does not agree; `nil` where it does.
  public var failure: String? { outputs.first { !$0.agrees }.map { "output '\($0.name)': \($0.failure ?? "")" } }
}

extension Model {
  /// Runs the model on a fixture's inputs and compares the outputs.
  public func verify(
    _ fixture: Fixture, tolerance: Tolerance = .standard, options: SessionOptions = SessionOptions()
  ) throws -> Verification {
    let results = try Session(self, options: options).run(values: fixture.inputs)
    let comparisons = fixture.outputs.map { name, expected in
      let actual = results.names.firstIndex(of: name).map { results.values[$0] } ?? .none
      return Comparison(name, actual: actual, expected: expected, tolerance: tolerance)
    }
    return Verification(against: fixture.path, outputs: comparisons)
  }

  /// Runs this model and another on the same seeded inputs and compares the outputs in order.
  /// - Throws: ``ConversionError`` where their inputs or outputs do not correspond.
  public func verify(
    against other: Model, seed: UInt64 = 0, tolerance: Tolerance = .standard,
    options: SessionOptions = SessionOptions()
  ) throws -> Verification {
    guard graph.outputs.count == other.graph.outputs.count else {
      throw ConversionError(
        .differs, "\(graph.outputs.count) outputs against \(other.graph.outputs.count)", at: .init(file: path))
    }
    let (inputs, otherInputs) = try seededInputs(seed: seed, with: other)
    let expected = try Session(self, options: options).run(inputs)
    let actual = try Session(other, options: options).run(otherInputs)
    let comparisons = zip(expected.names.indices, actual.values).map { index, value in
      Comparison(expected.names[index], actual: value, expected: expected.values[index], tolerance: tolerance)
    }
    return Verification(against: other.path ?? "the other model", outputs: comparisons)
  }
}

extension Model {
  /// The same seeded inputs for this model and another.
  /// - Throws: ``ConversionError`` where their inputs do not correspond.
  func seededInputs(seed: UInt64, with other: Model) throws -> ([String: Tensor], [String: Tensor]) {
    let inputs = try SeededInputs(seed: seed).values(for: self)
    let names = graph.requiredInputs.map { graph[$0].name }
    let otherNames = other.graph.requiredInputs.map { other.graph[$0].name }
    guard names.count == otherNames.count else {
      throw ConversionError(.differs, "\(names.count) inputs against \(otherNames.count)", at: .init(file: path))
    }
    let sameNames = Set(names) == Set(otherNames)
    var otherInputs: [String: Tensor] = [:]
    for (name, otherName) in zip(names, otherNames) {
      let target = sameNames ? name : otherName
      otherInputs[target] = inputs[name]
    }
    return (inputs, otherInputs)
  }
}

/// The outcome of running a folder of cases.
public struct SuiteReport: Encodable, Sendable {
  /// Cases whose outputs all agree.
  public private(set) var passed: [String] = []
  /// Cases that do not, with the reason.
  public private(set) var failed: [String: String] = [:]
  /// Cases with an operator or type that is not supported, with the reason.
  public private(set) var unsupported: [String: String] = [:]

  /// `N passed, M failed, K unsupported`.
  public var closing: String { "\(passed.count) passed, \(failed.count) failed, \(unsupported.count) unsupported" }

  /// Runs every sub-folder of `path` that holds a `model.onnx` and folders named `test_data_set_*`. A `tolerance.json`
  /// beside the model replaces the default tolerance.
  /// - Parameters:
  ///   - progress: called before each case with its place, the number of cases and its name.
  ///   - outcome: called with each case that does not pass, its kind and the reason.
  /// - Throws: ``ConversionError`` where the folder cannot be read or holds no case.
  public init(
    folder path: String, tolerance: Tolerance = .standard, options: SessionOptions = SessionOptions(),
    progress: (Int, Int, String) -> Void = { _, _, _ in }, outcome: (String, String, String) -> Void = { _, _, _ in }
  ) throws {
    let cases = try Folder.entries(of: path).filter { Path.exists("\(path)/\($0)/model.onnx") }
    guard !cases.isEmpty else {
      throw ConversionError(.badInput, "holds no folder with a model.onnx", at: .init(file: path))
    }
    for (index, name) in cases.enumerated() {
      progress(index, cases.count, name)
      do {
        if let reason = try SuiteReport.run("\(path)/\(name)", tolerance, options) {
          failed[name] = reason
          outcome(name, "failed", reason)
        } else {
          passed.append(name)
        }
      } catch {
        let error = ConversionError(error)
        let place = [error.location.node, error.location.tensor.map { "tensor '\($0)'" }].compactMap(\.self)
        let reason = (place + [error.message]).joined(separator: ": ").printable
        if error.code == .unsupported {
          unsupported[name] = reason
          outcome(name, "unsupported", reason)
        } else {
          failed[name] = reason
          outcome(name, "failed", reason)
        }
      }
    }
  }

  /// - Returns: the reason for a failure.
  private static func run(_ path: String, _ standard: Tolerance, _ options: SessionOptions) throws -> String? {
    let model = try Model(contentsOf: "\(path)/model.onnx")
    let tolerance = try ToleranceFile.read("\(path)/tolerance.json") ?? standard
    let sets = try Folder.entries(of: path).filter { $0.hasPrefix("test_data_set_") }
    guard !sets.isEmpty else { return "holds no test_data_set_0" }
    for set in sets {
      let verification = try model.verify(
        Fixture(path: "\(path)/\(set)", for: model), tolerance: tolerance, options: options)
      if let failure = verification.failure { return sets.count == 1 ? failure : "\(set): \(failure)" }
    }
    return nil
  }
}
