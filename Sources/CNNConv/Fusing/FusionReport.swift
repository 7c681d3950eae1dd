import CNNConversion
import CNNGraphs
import CNNSystem
import CNNTensors

/// What a fusion did, for people and programs.
public struct FusionReport: Encodable, Sendable {
  /// The file that was read.
  public let model: String
  /// The file that is written.
  public let output: String
  /// What the original takes.
  public let before: GraphCost
  /// What the result takes.
  public private(set) var after: GraphCost
  /// How often each pass fired.
  public let passes: [Fusion.FiredPass]
  /// What was not done, and why.
  public var refusals: [Fusion.Refused]
  /// What a user should know of the model.
  public var remarks: [Remark]
  /// The comparison of both; `nil` if it was not asked for.
  public var verification: FusionVerification?

  /// The report of a fusion.
  public init(model: String, output: String, _ fusion: Fusion) {
    (self.model, self.output) = (model, output)
    (before, after, passes, refusals) = (fusion.before, fusion.after, fusion.passes, fusion.refusals)
    remarks = fusion.remarks
    after.fileBytes = nil
  }

  /// Looks up the size of the file that was written.
  /// - Parameters:
  ///   - path: where it was written, if not to ``output``.
  ///   - formats: the formats that it was chosen from.
  public mutating func measureOutput(at path: String? = nil, formats: ModelFormats = .standard) {
    let path = path ?? output
    let files = (try? formats.format(writing: path))?.files(of: path) ?? []
    let sizes = files.compactMap { Path.byteCount(of: $0) }
    after.fileBytes = sizes.isEmpty ? nil : sizes.reduce(0, +)
  }

  /// A page to read.
  /// - Parameters:
  ///   - explains: whether to say what was not done.
  ///   - wording: the words for what can be done about it.
  public func text(explains: Bool, in wording: some Wording = PlainWording()) -> String {
    var lines = [output.printable, "  " + "".rightPadded(26) + "before".leftPadded(16) + "after".leftPadded(16)]
    func row(_ label: String, _ a: String, _ b: String) {
      lines.append("  " + label.rightPadded(26) + a.leftPadded(16) + b.leftPadded(16))
    }
    row("nodes", before.nodes.grouped, after.nodes.grouped)
    let names = Set(before.operators.keys).union(after.operators.keys)
    let order = names.sorted {
      let (x, y) = (before.operators[$0] ?? 0, before.operators[$1] ?? 0)
      return x != y ? x > y : $0 < $1
    }
    for name in order {
      row("  \(name.printable)", (before.operators[name] ?? 0).grouped, (after.operators[name] ?? 0).grouped)
    }
    row("parameters", before.parameters.grouped, after.parameters.grouped)
    row("MACs at batch 1", before.macs?.scaled ?? "?", after.macs?.scaled ?? "?")
    row("memory traffic", before.memoryTraffic?.asBytes ?? "?", after.memoryTraffic?.asBytes ?? "?")
    row("file", before.fileBytes?.asBytes ?? "?", after.fileBytes?.asBytes ?? "?")
    let fired = passes.filter { $0.fired > 0 }
    lines.append("  passes".rightPadded(28) + (fired.isEmpty ? "nothing to do" : "fired".leftPadded(16)))
    for pass in fired { lines.append("    \(pass.name)".rightPadded(28) + pass.fired.grouped.leftPadded(16)) }
    if let verification {
      let shapes = verification.cases.map { trial in
        trial.inputs.sorted { $0.key < $1.key }.map { "\($0.key.printable) \($0.value)" }.joined(separator: ", ")
      }
      lines.append(
        "  verified".rightPadded(28)
          + "\(verification.values.counted("value")), outputs within \(verification.largestError.short) × max, "
          + shapes.joined(separator: " and "))
    } else {
      lines.append("  verified".rightPadded(28) + "no")
    }
    for remark in remarks.prefix(8) { lines.append("  look at".rightPadded(28) + remark.text(in: wording).printable) }
    if remarks.count > 8 { lines.append("".rightPadded(28) + "and \(remarks.count - 8) more") }
    for (name, count) in verification?.undecided ?? [] {
      lines.append(
        "  look at".rightPadded(28)
          + "output \(name.printable) holds \(count) NaN in both models, which proves nothing of it")
    }
    guard explains else { return lines.joined(separator: "\n") }
    lines.append("  not done".rightPadded(28) + (refusals.isEmpty ? "nothing was refused" : ""))
    for refusal in refusals {
      lines.append("    \(refusal.node.printable) [\(refusal.pass)]: \(refusal.reason.text(in: wording).printable)")
    }
    return lines.joined(separator: "\n")
  }
}

extension Double {
  /// Two significant digits, such as `3.1e-07`.
  var short: String {
    guard self > 0, isFinite else { return self == 0 ? "0" : "\(self)" }
    var exponent = 0
    var digits = self
    while digits >= 9.95 { (digits, exponent) = (digits / 10, exponent + 1) }
    while digits < 0.995 { (digits, exponent) = (digits * 10, exponent - 1) }
    let tenths = Int((digits * 10).rounded())
    let power = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
    return "\(tenths / 10).\(tenths % 10)e\(exponent < 0 ? "-" : "+")\(power)"
  }
}
