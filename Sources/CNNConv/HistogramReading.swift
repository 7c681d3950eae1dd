import CNNGraphs
import CNNTensors
import CNNViews

extension WeightHistogram {
  /// Elements that are looked at together.
  private static let blockSize = 1 << 16

  /// Reads every element twice, a block at a time: for the range, and for the bins.
  /// - Throws: ``TensorError`` if there is no memory for a block.
  init(_ tensor: Tensor, name: String) throws {
    let blocks = try tensor.blocks(of: Self.blockSize)
    var (least, most, sum, squares) = (Double.infinity, -Double.infinity, 0.0, 0.0)
    var (count, zeros, others) = (0, 0, 0)
    for block in blocks {
      try block.withValues(as: Float.self) { values in
        for value in values {
          guard value.isFinite else {
            others += 1
            continue
          }
          let number = Double(value)
          (least, most) = (min(least, number), max(most, number))
          sum += number
          squares += number * number
          count += 1
          if value == 0 { zeros += 1 }
        }
      }
    }
    let mean = count > 0 ? sum / Double(count) : 0
    let variance = count > 0 ? max(0, squares / Double(count) - mean * mean) : 0
    var bins = [Int](repeating: 0, count: Self.binCount)
    if count > 0 {
      let (start, scale) = (least, most > least ? Double(Self.binCount) / (most - least) : 0)
      for block in blocks {
        try block.withValues(as: Float.self) { values in
          for value in values where value.isFinite {
            bins[min(Self.binCount - 1, Int((Double(value) - start) * scale))] += 1
          }
        }
      }
    }
    self.init(
      name: name, shape: tensor.shape, range: count > 0 ? least...most : nil, bins: bins, mean: mean,
      deviation: variance.squareRoot(), zeros: zeros, nonFinite: others)
  }
}

extension Graph {
  /// Histograms of the learned constants, the largest `limit` of them in their order, and how many are left out.
  func weightHistograms(limit: Int) throws -> WeightSection {
    let all = values.indices.filter { index in
      guard let constant = values[index].constant else { return false }
      return constant.isLearned && constant.elementType.numericKind != nil && constant.count > 1
    }
    func count(_ index: Int) -> Int { values[index].constant?.count ?? 0 }
    let largest = all.sorted { count($0) != count($1) ? count($0) > count($1) : $0 < $1 }.prefix(limit).sorted()
    let histograms = try largest.compactMap { index in
      try values[index].constant.map { try WeightHistogram($0, name: values[index].name) }
    }
    return WeightSection(histograms, leftOut: all.count - histograms.count)
  }
}
