import CNNGraphs

/// The keys and shapes of a state dict as a network has them in inference: without what a profiler left behind, and with
/// one weight in place of the parameters that weight or spectral normalization computes it of.
struct UsualWeights {
  /// In the state dict's order.
  let weights: WeightsRecognizer.Weights
  /// How weights that are not stored follow from those that are.
  let derived: [String: DerivedWeight]
  /// What there is to say of the difference.
  let remarks: [Remark]

  private static let profiled: Set<String> = ["total_ops", "total_params"]

  init(_ stored: WeightsRecognizer.Weights) {
    var profiled = 0
    var hasParts = false
    for (key, _) in stored {
      let name = Self.name(key)
      if Self.profiled.contains(name) { profiled += 1 }
      if name == "weight_v" || key.contains(".parametrizations.") || key.hasPrefix("parametrizations.") {
        hasParts = true
      }
    }
    guard profiled > 0 || hasParts else {
      (weights, derived, remarks) = (stored, [:], [])
      return
    }
    let shapes = Dictionary(stored.map { ($0.key, $0.shape) }, uniquingKeysWith: { a, _ in a })
    var derived: [String: DerivedWeight] = [:]
    var used: Set<String> = []
    for (key, _) in stored where hasParts {
      guard let (weight, parts) = Self.derivation(of: key, shapes), derived[weight] == nil else { continue }
      derived[weight] = parts
      used.formUnion(parts.keys)
    }
    var weights: WeightsRecognizer.Weights = []
    for (key, shape) in stored {
      if Self.profiled.contains(Self.name(key)) { continue }
      if let (weight, parts) = hasParts ? Self.derivation(of: key, shapes) : nil, derived[weight] == parts {
        weights.append((weight, shapes[parts.shaped] ?? shape))
      } else if !used.contains(key) {
        weights.append((key, shape))
      }
    }
    (self.weights, self.derived) = (weights, derived)
    var remarks: [Remark] = []
    if profiled > 0 {
      remarks.append("\(profiled) keys of a profiler ('total_ops', 'total_params') are left out")
    }
    if !derived.isEmpty {
      let kinds = Set(derived.values.map(\.words)).sorted().joined(separator: " and ")
      remarks.append("\(derived.count) weights are computed from the parameters of \(kinds)")
    }
    self.remarks = remarks
  }

  /// The last component of a key.
  private static func name(_ key: String) -> String {
    key.lastIndex(of: ".").map { String(key[key.index(after: $0)...]) } ?? key
  }

  /// The weight that the key of one certain part stands for, and how it is computed.
  private static func derivation(
    of key: String, _ shapes: [String: [Int]]
  ) -> (weight: String, parts: DerivedWeight)? {
    func all(_ parts: DerivedWeight) -> DerivedWeight? {
      parts.keys.allSatisfy { shapes[$0] != nil } ? parts : nil
    }
    if key.hasSuffix("weight_v") {
      let stem = key.dropLast(2)
      let parts =
        all(.weightNormalization(magnitude: "\(stem)_g", direction: key))
        ?? all(.spectralNormalization(weight: "\(stem)_orig", left: "\(stem)_u", right: key))
      return parts.map { (String(stem), $0) }
    }
    let marker = "parametrizations.weight."
    guard let range = key.range(ofText: marker) else { return nil }
    let (module, rest) = (key[..<range.lowerBound], key[range.upperBound...])
    let stem = key[..<range.upperBound]
    let parts: DerivedWeight? =
      switch rest {
      case "original1": all(.weightNormalization(magnitude: "\(stem)original0", direction: key))
      case "original":
        all(.spectralNormalization(weight: key, left: "\(stem)0._u", right: "\(stem)0._v"))
      default: nil
      }
    return parts.map { ("\(module)weight", $0) }
  }
}

extension DerivedWeight {
  fileprivate var words: String {
    switch self {
    case .weightNormalization: "weight normalization"
    case .spectralNormalization: "spectral normalization"
    }
  }
}

extension String {
  /// The place of a text whose start is the key's or stands behind a dot.
  fileprivate func range(ofText text: String) -> Range<Index>? {
    if hasPrefix(text) { return startIndex..<index(startIndex, offsetBy: text.count) }
    var start = startIndex
    while let dot = self[start...].firstIndex(of: ".") {
      start = index(after: dot)
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
    }
    return nil
  }
}
