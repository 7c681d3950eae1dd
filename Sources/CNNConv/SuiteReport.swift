import CNNGraphs
import CNNSystem

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
  ///   - progress: called before each case with its index, the number of cases and its name.
  ///   - outcome: called with each case that does not pass, its kind and the reason.
  /// - Throws: ``ConversionError`` if the folder cannot be read or holds no case.
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
        let location = [error.location.node, error.location.tensor.map { "tensor \($0.quoted)" }].compactMap(\.self)
        let reason = (location + [error.message]).joined(separator: ": ").printable
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
    var tolerance = try ToleranceFile.read("\(path)/tolerance.json") ?? standard
    // Cases of single operators expect infinities and NaN where their definition has them.
    tolerance.allowsNonFinite = true
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
