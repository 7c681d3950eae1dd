import CNNConv

/// What a tensor holds, in a few numbers.
struct TensorDigest: CustomStringConvertible {
  let description: String

  init(_ tensor: Tensor) {
    guard tensor.count > 0, let values = try? tensor.values(as: Double.self) else {
      description = tensor.count == 0 ? "empty" : ""
      return
    }
    let finite = values.filter(\.isFinite)
    var parts: [String] = []
    if let least = finite.min(), let most = finite.max(), let index = values.firstIndex(of: most) {
      let mean = finite.reduce(0, +) / Double(finite.count)
      parts = ["min \(Float(least))", "max \(Float(most)) at \(index)", "mean \(Float(mean))"]
    }
    if finite.count < values.count { parts.append("\(values.count - finite.count) not finite") }
    description = parts.joined(separator: ", ")
  }
}
