import CNNGraphs
import CNNTensors

/// Pools regions of feature maps, sampled at exact positions (He et al. 2017, "Mask R-CNN"). Inputs: data `[N, C, H,
/// W]`, regions `[R, 4]` as x1, y1, x2, y2, the image of each region `[R]`. Result: `[R, C, height, width]`.
public struct RegionAlign: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("RoiAlign", versions: [10, 16, 22], inputs: 3...3)

  /// What becomes of a bin's samples; `max` takes the largest weighted corner, not the largest sample.
  public enum Mode: String, Sendable { case average = "avg", maximum = "max" }

  /// How it works.
  public let mode: Mode
  /// The result's height.
  public let height: Int
  /// The result's width.
  public let width: Int
  /// Samples along each side of a bin; 0 for as many as it has pixels.
  public let sampling: Int
  /// From the regions' coordinates to the data's.
  public let scale: Float
  /// True if pixel 0 reaches from -0.5 to 0.5, false for the older reading from 0 to 1.
  public let centersPixels: Bool

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    mode = try node.choice("mode", default: .average)
    height = try node.int("output_height", default: 1)
    width = try node.int("output_width", default: 1)
    sampling = try node.int("sampling_ratio", default: 0)
    scale = try node.float("spatial_scale", default: 1)
    let transformation =
      node.version < 16
      ? "output_half_pixel" : try node.string("coordinate_transformation_mode", default: "half_pixel")
    guard ["half_pixel", "output_half_pixel"].contains(transformation) else {
      throw OperatorError.attribute("coordinate_transformation_mode", "\(transformation.quoted) is not known")
    }
    centersPixels = transformation == "half_pixel"
    guard (1...1 << 16).contains(height), (1...1 << 16).contains(width), (0...1 << 12).contains(sampling) else {
      throw OperatorError.attribute("output_height", "\(height)×\(width) bins of \(sampling)² samples")
    }
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("mode", mode.rawValue, unless: "avg")
    node.set("output_height", height, unless: 1)
    node.set("output_width", width, unless: 1)
    node.set("sampling_ratio", sampling, unless: 0)
    node.set("spatial_scale", scale, unless: 1)
    if node.version < 16 {
      if centersPixels { try node.require(version: 16, for: "'half_pixel'") }
    } else if !centersPixels {
      node.set("coordinate_transformation_mode", "output_half_pixel")
    }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    try context.require(0, rank: 4)
    try context.require(1, shape: [context.elementCount(2).map(Dimension.fixed) ?? .unknown, 4])
    let regions = context.shape(1)?.first ?? context.shape(2)?.first ?? .unknown
    let channels = context.shape(0).flatMap { $0.count == 4 ? $0[1] : nil } ?? .unknown
    return [.tensor(context.elementType(0), [regions, channels, .fixed(height), .fixed(width)])]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (data, regions) = (try context.tensor(0), try context.tensor(1))
    let images = try context.integers(2)
    guard data.rank == 4, regions.shape == [images.count, 4] else {
      throw OperatorError.invalid("regions \(regions.shape) for data \(data.shape) and \(images.count) images")
    }
    for image in images where image < 0 || image >= data.shape[0] {
      throw OperatorError.invalid("image \(image) of \(data.shape[0])")
    }
    switch data.elementType.numericKind {
    case .float: return [.tensor(try pool(data, regions, images, Float.self))]
    case .double: return [.tensor(try pool(data, regions, images, Double.self))]
    default: throw OperatorError.elementType(input: 0, found: data.elementType)
    }
  }

  private func pool<T: FloatingScalar>(_ data: Tensor, _ regions: Tensor, _ images: [Int], _: T.Type) throws -> Tensor {
    let (channels, area) = (data.shape[1], data.shape[2] * data.shape[3])
    let shape = [images.count, channels, height, width]
    guard try Tensor.elementCount(of: shape, data.elementType) > 0, area > 0 else {
      return try Tensor.zeros(data.elementType, shape: shape)
    }
    let bins = height * width
    return try data.withValues(as: T.self) { source in
      try regions.withValues(as: T.self) { regions in
        try Tensor(data.elementType, shape: shape) { (target: UnsafeMutableBufferPointer<T>) in
          for (index, image) in images.enumerated() {
            let corners = (0..<4).map { regions[index * 4 + $0] * T(scale) - (centersPixels ? 0.5 : 0) }
            var size = (corners[2] - corners[0], corners[3] - corners[1])
            if !centersPixels { size = (max(size.0, 1), max(size.1, 1)) }
            let bin = (size.0 / T(width), size.1 / T(height))
            let (columns, rows) = (try samples(bin.0), try samples(bin.1))
            guard columns * width <= 1 << 24, rows * height <= 1 << 24 else {
              throw OperatorError.limit("\(rows) × \(columns) samples for each bin of a region")
            }
            try WorkBudget.current.charge(
              (rows * columns).saturatingMultiplied(by: bins * channels), times: 5 * WorkBudget.Cost.step)
            let x = RegionSamples(corners[0], bin.0, bins: width, samples: columns, extent: data.shape[3])
            let y = RegionSamples(corners[1], bin.1, bins: height, samples: rows, extent: data.shape[2])
            for channel in 0..<channels {
              let start = (image * channels + channel) * area
              let plane = UnsafeBufferPointer(rebasing: source[start..<start + area])
              let first = (index * channels + channel) * bins
              for bin in 0..<bins {
                target[first + bin] = value(plane, data.shape[3], y, rows, bin / width, x, columns, bin % width)
              }
            }
          }
        }
      }
    }
  }

  private func samples<T: FloatingScalar>(_ bin: T) throws -> Int {
    if sampling > 0 { return sampling }
    let count = bin.rounded(.up)
    guard count.isFinite, count <= 0x1p16 else { throw OperatorError.limit("a region of \(bin) pixels a bin") }
    return Int(max(count, 0))
  }

  private func value<T: FloatingScalar>(
    _ plane: UnsafeBufferPointer<T>, _ stride: Int, _ y: RegionSamples<T>, _ rows: Int, _ row: Int,
    _ x: RegionSamples<T>, _ columns: Int, _ column: Int
  ) -> T {
    var result: T = 0
    var isFirst = true
    for i in row * rows..<(row + 1) * rows {
      for j in column * columns..<(column + 1) * columns {
        let (low, high) = (y.low[i] * stride, y.high[i] * stride)
        let parts = (
          y.lowWeight[i] * x.lowWeight[j] * plane[low + x.low[j]],
          y.lowWeight[i] * x.highWeight[j] * plane[low + x.high[j]],
          y.highWeight[i] * x.lowWeight[j] * plane[high + x.low[j]],
          y.highWeight[i] * x.highWeight[j] * plane[high + x.high[j]]
        )
        switch mode {
        case .average: result += parts.0 + parts.1 + parts.2 + parts.3
        case .maximum:
          let largest = max(max(parts.0, parts.1), max(parts.2, parts.3))
          result = isFirst ? largest : max(result, largest)
          isFirst = false
        }
      }
    }
    return mode == .average ? result / T(max(rows * columns, 1)) : result
  }
}

/// The sample positions of a region along one axis: the two elements beside each, and their weights. A sample more than
/// an element outside the data weighs nothing.
private struct RegionSamples<T: FloatingScalar> {
  var low: [Int] = []
  var high: [Int] = []
  var lowWeight: [T] = []
  var highWeight: [T] = []

  init(_ start: T, _ bin: T, bins: Int, samples: Int, extent: Int) {
    for index in 0..<bins * samples {
      let (number, sample) = (T(index / samples), T(index % samples))
      let position = start + number * bin + (sample + 0.5) * bin / T(samples)
      guard position >= -1, position <= T(extent) else {
        low.append(0)
        high.append(0)
        lowWeight.append(0)
        highWeight.append(0)
        continue
      }
      let inside = min(max(position, 0), T(extent - 1))
      let first = Int(inside)
      low.append(first)
      high.append(min(first + 1, extent - 1))
      highWeight.append(inside - T(first))
      lowWeight.append(1 - (inside - T(first)))
    }
  }
}
