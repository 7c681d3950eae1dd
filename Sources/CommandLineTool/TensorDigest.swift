import CNNConv

/// What a tensor holds, in a few numbers.
struct TensorDigest: Encodable, CustomStringConvertible {
  private let isEmpty: Bool
  private let least: Double?
  private let most: Double?
  /// Where the largest element stands.
  private let place: [Int]?
  private let mean: Double?
  private let nonFinite: Int?

  private enum CodingKeys: String, CodingKey {
    case least = "min"
    case most = "max"
    case place = "max_index"
    case mean
    case nonFinite = "non_finite"
  }

  init(_ tensor: Tensor) {
    isEmpty = tensor.count == 0
    guard tensor.count > 0, let values = try? tensor.values(as: Double.self) else {
      (least, most, place, mean, nonFinite) = (nil, nil, nil, nil, nil)
      return
    }
    let finite = values.filter(\.isFinite)
    nonFinite = values.count - finite.count
    least = finite.min()
    most = finite.max()
    place = most.flatMap { values.firstIndex(of: $0) }.map { tensor.shape.index(of: $0) }
    mean = finite.isEmpty ? nil : finite.reduce(0, +) / Double(finite.count)
  }

  var description: String {
    if isEmpty { return "empty" }
    var parts: [String] = []
    if let least, let most, let place, let mean {
      let at = place.isEmpty ? "" : " at \(place)"
      parts = ["min \(least.significant())", "max \(most.significant())\(at)", "mean \(mean.significant())"]
    }
    if let nonFinite, nonFinite > 0 { parts.append("\(nonFinite) not finite") }
    return parts.joined(separator: ", ")
  }
}

extension [Int] {
  /// The index of an element of a tensor of this shape by its number.
  fileprivate func index(of number: Int) -> [Int] {
    var (rest, index) = (number, [Int]())
    for extent in reversed() {
      index.append(rest % Swift.max(extent, 1))
      rest /= Swift.max(extent, 1)
    }
    return index.reversed()
  }
}
