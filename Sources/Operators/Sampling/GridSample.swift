import CNNGraphs
import CNNTensors

/// Reads the input at the points that a grid names, each from -1 to 1 over the input's axis. Inputs: data `[N, C, …]`,
/// grid `[N, …, axes]` with the last axis' coordinate first. Result: `[N, C, …grid's]`.
public struct GridSample: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("GridSample", versions: [16, 20, 22], inputs: 2...2)

  /// What stands outside the input.
  public enum Beyond: String, Sendable {
    /// Zeros.
    case zeros
    /// The outermost elements.
    case border
    /// The input, mirrored at its border.
    case reflection
  }

  /// How elements between the grid points are made.
  public let mode: Resampling.Mode
  /// What stands outside the input.
  public let beyond: Beyond
  /// True if -1 and 1 are the middles of the outermost elements, rather than their outer edges.
  public let alignsCorners: Bool

  /// A reading by a grid.
  /// - Parameters:
  ///   - mode: how elements between the grid points are made.
  ///   - beyond: what stands outside the input.
  ///   - alignsCorners: true if -1 and 1 are the middles of the outermost elements, rather than their outer edges.
  public init(mode: Resampling.Mode = .linear, beyond: Beyond = .zeros, alignsCorners: Bool = false) {
    (self.mode, self.beyond, self.alignsCorners) = (mode, beyond, alignsCorners)
  }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    switch try node.string("mode", default: "linear") {
    case "linear", "bilinear": mode = .linear
    case "cubic", "bicubic": mode = .cubic
    case "nearest": mode = .nearest
    case let name: throw OperatorError.attribute("mode", "\(name.quoted) is not known")
    }
    beyond = try node.choice("padding_mode", default: .zeros)
    alignsCorners = try node.flag("align_corners")
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    let prefix = node.version < 20 && mode != .nearest ? "bi" : ""
    node.set("mode", prefix + mode.rawValue, unless: prefix + "linear")
    node.set("padding_mode", beyond.rawValue, unless: "zeros")
    node.set("align_corners", alignsCorners, unless: false)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    try context.require(0, rankFrom: 3)
    if let data = context.shape(0) {
      let unknown = [Dimension](repeating: .unknown, count: data.count - 2)
      try context.require(1, shape: [data[0]] + unknown + [.fixed(data.count - 2)])
    }
    guard let data = context.shape(0), let grid = context.shape(1), data.count >= 2, grid.count >= 2 else {
      return [.tensor(context.elementType(0), .unknown(context.shape(0)?.count))]
    }
    return [.tensor(context.elementType(0), Array(data[..<2] + grid[1..<grid.count - 1]))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (data, grid) = (try context.tensor(0), try context.tensor(1))
    let axes = data.rank - 2
    guard axes >= 1, axes <= 8, grid.rank == data.rank, grid.shape[0] == data.shape[0], grid.shape[axes + 1] == axes
    else { throw OperatorError.invalid("a grid of shape \(grid.shape) for data of shape \(data.shape)") }
    let shape = Array(data.shape[..<2] + grid.shape[1...axes])
    guard try Tensor.elementCount(of: shape, data.elementType) > 0 else {
      return [.tensor(try Tensor.zeros(data.elementType, shape: shape))]
    }
    if data.count == 0 { throw OperatorError.invalid("nothing to sample in shape \(data.shape)") }
    if mode == .nearest, data.elementType.numericKind == nil {
      throw OperatorError.unsupported("sampling of \(data.elementType)")
    }
    switch data.elementType.numericKind {
    case .float: return [.tensor(try sample(data, grid, shape, Float.self))]
    default: return [.tensor(try sample(data, grid, shape, Double.self))]
    }
  }

  private func sample<T: FloatingScalar>(_ data: Tensor, _ grid: Tensor, _ shape: [Int], _: T.Type) throws -> Tensor {
    let extents = Array(data.shape[2...])
    let (channels, area, count) = (shape[1], extents.product, shape[2...].reduce(1, *))
    let axes = extents.count
    let strides = extents.strides
    return try data.withValues(as: T.self) { source in
      try grid.withValues(as: T.self) { grid in
        try Tensor(data.elementType, shape: shape) { (target: UnsafeMutableBufferPointer<T>) in
          let budget = WorkBudget.current
          var neighbours = (0..<axes).map { _ in GridNeighbours<T>() }
          for batch in 0..<shape[0] {
            let taps = (0..<axes).reduce(1) { taps, _ in taps * (mode == .cubic ? 4 : mode == .linear ? 2 : 1) }
            for point in 0..<count {
              try budget.charge(channels.saturatingMultiplied(by: taps), times: 5 * WorkBudget.Cost.step)
              let first = (batch * count + point) * axes
              for axis in 0..<axes {
                neighbours[axis] = self.neighbours(of: grid[first + axes - 1 - axis], extents[axis], strides[axis])
              }
              for channel in 0..<channels {
                let plane = UnsafeBufferPointer(rebasing: source[((batch * channels + channel) * area)...])
                target[(batch * channels + channel) * count + point] = GridNeighbours.sum(neighbours[...], plane, 0)
              }
            }
          }
        }
      }
    }
  }

  /// Which elements of an axis make up the one at a normalised coordinate.
  private func neighbours<T: FloatingScalar>(of coordinate: T, _ extent: Int, _ stride: Int) -> GridNeighbours<T> {
    let (low, high): (T, T) = alignsCorners ? (0, T(extent - 1)) : (-0.5, T(extent) - 0.5)
    var x = alignsCorners ? (coordinate + 1) / 2 * T(extent - 1) : ((coordinate + 1) * T(extent) - 1) / 2
    if x.isNaN { x = -4 }
    if mode == .nearest { x = x.rounded(.toNearestOrEven) }
    if x < low || x > high {
      switch beyond {
      case .zeros: x = min(max(x, -4), T(extent + 4))
      // The four elements of a cubic are each taken from the border, the place between them stays (PyTorch's
      // `grid_sample`, which the operator was made after).
      case .border: x = mode == .cubic ? min(max(x, -4), T(extent + 4)) : min(max(x, 0), T(extent - 1))
      case .reflection: x = reflected(x, low, high)
      }
    }
    var result = GridNeighbours<T>()
    let first = Int(x.rounded(.down))
    let fraction = x - T(first)
    func add(_ index: Int, _ weight: T) {
      guard let index = inside(index, extent, low, high) else { return }
      result.append(index * stride, weight)
    }
    switch mode {
    case .nearest: add(first, 1)
    case .linear:
      add(first, 1 - fraction)
      add(first + 1, fraction)
    case .cubic:
      for tap in -1...2 { add(first + tap, cubic((fraction - T(tap)).magnitude)) }
    }
    return result
  }

  /// Where an element outside the input is taken from.
  private func inside<T: FloatingScalar>(_ index: Int, _ extent: Int, _ low: T, _ high: T) -> Int? {
    if index >= 0 && index < extent { return index }
    switch beyond {
    case .zeros: return nil
    case .border: return min(max(index, 0), extent - 1)
    case .reflection: return min(max(Int(reflected(T(index), low, high)), 0), extent - 1)
    }
  }

  private func reflected<T: FloatingScalar>(_ x: T, _ low: T, _ high: T) -> T {
    let range = high - low
    guard range > 0, x.isFinite else { return max(low, 0) }
    let distance = x < low ? low - x : x > high ? x - high : 0
    if distance == 0 { return x }
    let turns = (distance / range).rounded(.towardZero)
    let rest = distance - turns * range
    let even = turns.truncatingRemainder(dividingBy: 2) == 0
    return (x < low) == even ? low + rest : high - rest
  }

  private func cubic<T: FloatingScalar>(_ x: T) -> T {
    let a: T = -0.75
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
  }
}

/// Up to four elements of an axis with their weights.
private struct GridNeighbours<T: FloatingScalar> {
  private var offsets = SIMD4<Int>()
  private var weights: (T, T, T, T) = (0, 0, 0, 0)
  private(set) var count = 0

  mutating func append(_ offset: Int, _ weight: T) {
    offsets[count] = offset
    switch count {
    case 0: weights.0 = weight
    case 1: weights.1 = weight
    case 2: weights.2 = weight
    default: weights.3 = weight
    }
    count += 1
  }

  private func weight(_ index: Int) -> T {
    switch index {
    case 0: weights.0
    case 1: weights.1
    case 2: weights.2
    default: weights.3
    }
  }

  /// The weighted sum over all combinations of the axes' neighbours.
  static func sum(_ axes: ArraySlice<GridNeighbours<T>>, _ source: UnsafeBufferPointer<T>, _ offset: Int) -> T {
    guard let axis = axes.first else { return source[offset] }
    let rest = axes.dropFirst()
    var result: T = 0
    for index in 0..<axis.count { result += axis.weight(index) * sum(rest, source, offset + axis.offsets[index]) }
    return result
  }
}
