import CNNConv

/// The tensors of a file as `cnnconv tensors` prints them.
struct TensorsReport: Encodable {
  struct Tensor: Encodable {
    let name: String
    let type: String
    let shape: [Int]
    let elements: Int
    let bytes: Int
    /// The number of the group of tensors that share bytes.
    let sharedStorage: Int?
    let statistics: Statistics?

    private enum CodingKeys: String, CodingKey {
      case name, type, shape, elements, bytes
      case sharedStorage = "shared_storage"
      case statistics
    }
  }

  struct Statistics: Encodable {
    let min: Double?
    let max: Double?
    let mean: Double?
    let standardDeviation: Double?
    let nonFinite: Int
    let zeros: Int
    let sha256: String?

    private enum CodingKeys: String, CodingKey {
      case min, max, mean
      case standardDeviation = "std"
      case nonFinite = "non_finite"
      case zeros, sha256
    }
  }

  struct Omission: Encodable {
    let name: String
    let reason: String
  }

  let file: String
  let container: String
  let tensors: [Tensor]
  let omitted: [Omission]
  let metadata: [String: String]
  let elements: Int
  let bytes: Int

  init(_ inventory: TensorInventory, patterns: [NamePattern], withStatistics: Bool) throws {
    let stored = inventory.stored
    func isWanted(_ name: String) -> Bool { patterns.isEmpty || patterns.contains { $0.matches(name) } }
    let groups = inventory.sharedGroups
    (file, container, metadata) = (inventory.path, stored.container, stored.metadata)
    tensors = try stored.entries.enumerated().filter { isWanted($1.key) }.map { index, entry in
      Tensor(
        name: entry.key, type: "\(entry.tensor.elementType)", shape: entry.tensor.shape, elements: entry.tensor.count,
        bytes: entry.tensor.byteCount, sharedStorage: groups[index],
        statistics: withStatistics ? Statistics(try TensorStatistics(entry.tensor)) : nil)
    }
    omitted = stored.omissions.filter { isWanted($0.key) }.map { Omission(name: $0.key, reason: $0.reason) }
    elements = tensors.reduce(0) { $0.addingReportingOverflow($1.elements).partialValue }
    bytes = tensors.reduce(0) { $0.addingReportingOverflow($1.bytes).partialValue }
  }

  /// A line for each tensor, those left out, and the sums.
  var text: String {
    let rows = tensors.map { tensor in
      (
        name: tensor.name.printable, kind: "\(tensor.type)\(tensor.shape)", bytes: tensor.bytes.asBytes,
        rest: [tensor.sharedStorage.map { "shared #\($0)" }, tensor.statistics?.text].compactMap(\.self)
      )
    }
    let widths = (
      rows.reduce(0) { min(60, max($0, $1.name.count)) }, rows.reduce(0) { min(40, max($0, $1.kind.count)) },
      rows.reduce(0) { max($0, $1.bytes.count) }
    )
    var lines = rows.map { row in
      ([
        row.name.rightPadded(widths.0 + 2, gap: 2) + row.kind.rightPadded(widths.1, gap: 1)
          + row.bytes.leftPadded(widths.2 + 2, gap: 2)
      ] + row.rest).joined(separator: "  ")
    }
    lines += omitted.map { "\($0.name.printable)  \($0.reason.printable), left out" }
    return (lines + [closing]).joined(separator: "\n")
  }

  /// How many there are, and what they take.
  var closing: String {
    let left = omitted.isEmpty ? "" : ", \(omitted.count) left out"
    return
      "\(container.printable): \(tensors.count.counted("tensor")), \(elements.counted("element")), \(bytes.asBytes)\(left)"
  }
}

extension TensorsReport.Statistics {
  init(_ statistics: TensorStatistics) {
    self.init(
      min: statistics.range?.lowerBound, max: statistics.range?.upperBound, mean: statistics.mean,
      standardDeviation: statistics.standardDeviation, nonFinite: statistics.nonFiniteCount,
      zeros: statistics.zeroCount, sha256: statistics.digest)
  }

  var text: String {
    var parts: [String] = []
    if let min, let max, let mean, let standardDeviation {
      parts = ["min \(Float(min))", "max \(Float(max))", "mean \(Float(mean))", "std \(Float(standardDeviation))"]
    }
    if nonFinite > 0 { parts.append("\(nonFinite) not finite") }
    if zeros > 0 { parts.append("\(zeros) zeros") }
    if let sha256 { parts.append("sha256 \(sha256.prefix(16))…") }
    return parts.joined(separator: ", ")
  }
}
