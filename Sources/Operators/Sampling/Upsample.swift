import CNNGraphs
import CNNTensors

/// Enlarges the input; what ``Resize`` has done since version 10. Inputs: data, scales `[rank]` (an attribute in version
/// 7, two for height and width in version 1).
public struct Upsample: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Upsample", versions: [1, 7, 9, 10], inputs: 2...2)

  /// Nearest or linear.
  public let mode: Resampling.Mode

  /// An enlargement; the scales are the second input.
  /// - Parameter mode: nearest or linear.
  public init(mode: Resampling.Mode = .nearest) { self.mode = mode }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    let name = try node.string("mode", default: "nearest")
    guard let mode = Resampling.Mode(rawValue: name == "bilinear" ? "linear" : name), mode != .cubic else {
      throw OperatorError.attribute("mode", "\(name.quoted) is not known")
    }
    self.mode = mode
    if node.version < 7 {
      let height = try node.require("height_scale", node.float("height_scale"))
      let width = try node.require("width_scale", node.float("width_scale"))
      node.addInput(1, try Tensor([1, 1, height, width], shape: [4]))
    } else if node.version < 9 {
      let scales = try node.require("scales", node.floats("scales"))
      node.addInput(1, try Tensor(scales, shape: [scales.count]))
    }
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    guard node.version <= 10 || node.version == .max else {
      throw OperatorError.unsupported("Upsample ended with operator set 9")
    }
    node.set("mode", node.version < 7 && mode == .linear ? "bilinear" : mode.rawValue, unless: "nearest")
    guard node.version < 9, let scales = try node.takeInput(1)?.values(as: Float.self) else { return }
    if node.version >= 7 {
      node.set("scales", scales)
    } else if scales.count == 4, scales[0] == 1, scales[1] == 1 {
      node.set("height_scale", scales[2])
      node.set("width_scale", scales[3])
    } else {
      throw OperatorError.unsupported("operator set \(node.version) scales only height and width")
    }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let shape = context.shape(0) else { return [.tensor(context.elementType(0), nil)] }
    try context.require(1, count: .fixed(shape.count))
    guard let scales = try context.constant(1)?.values(as: Float.self), scales.count == shape.count else {
      return [.tensor(context.elementType(0), .unknown(shape.count))]
    }
    let result = try zip(shape, scales).map { extent, scale -> Dimension in
      scale == 1 ? extent : try extent.value.map { .fixed(try $0.scaled(by: scale)) } ?? .unknown
    }
    return [.tensor(context.elementType(0), result)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    return [.tensor(try resampling.resized(data, resampledAxes(of: data.shape, scales: context.tensor(1))))]
  }

  /// The resampling that this is.
  package var resampling: Resampling { Resampling(mode, coordinates: .asymmetric, rounding: .floor) }

  /// How the axes change, by the second input.
  package func resampledAxes(of shape: [Int], scales: Tensor) throws -> [Resampling.Axis] {
    let scales = try scales.values(as: Float.self)
    guard scales.count == shape.count else {
      throw OperatorError.invalid("\(scales.count) scales for \(shape.count) axes")
    }
    return try scales.enumerated().map { index, scale in
      let extent = shape[index]
      return Resampling.Axis(index: index, input: extent, output: try extent.scaled(by: scale), scale: Double(scale))
    }
  }
}

extension Upsample: ErrorPropagation {
  /// Means of elements with factors that are not negative. Scales are settings.
  package func errors(_ context: ErrorContext) throws -> [RuntimeValue]? {
    try context.results(of: self, reading: [try context.error(0)] + context.inputs.dropFirst())
  }
}
