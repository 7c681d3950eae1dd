import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// What a segmenter sees in a picture: a class for each place of its output.
public struct PixelClasses: Sendable, Hashable {
  /// A class and how much of the picture it covers.
  public struct Area: Sendable, Hashable {
    /// The number of the class, from 0.
    public let index: Int
    /// Its name; `nil` if it has none.
    public let label: String?
    /// The part of what the network saw, from 0 to 1.
    public let share: Double
  }

  /// Places from left to right.
  public let width: Int
  /// Places from top to bottom.
  public let height: Int
  /// The class of each place, row by row.
  public let classes: [Int]

  /// The classes that there are, the largest first.
  public func areas(labels: ClassLabels? = nil) -> [Area] {
    var counts: [Int: Int] = [:]
    for index in classes { counts[index, default: 0] += 1 }
    return counts.sorted { ($0.value, -$0.key) > ($1.value, -$1.key) }.map { index, count in
      Area(index: index, label: labels?[index], share: Double(count) / Double(classes.count))
    }
  }

  /// Numbers of classes that segmenters are trained for: Cityscapes, PASCAL VOC, ADE20K.
  private static let usual: Set<Int> = [19, 21, 150]

  /// The output of a model that gives classes of places, told from shapes.
  ///
  /// Floating-point numbers `[N, C, H, W]`, one for each class: as wide and high as the pictures, or at least a quarter of it if C is
  /// one of the usual numbers, or that of the names. C is not 3, as of a network that gives pictures. One channel counts if it is put
  /// through a sigmoid. Or whole numbers `[N, H, W]` or `[N, 1, H, W]`.
  /// - Parameter names: how many classes are named; `nil` if none are.
  static func output(
    of outputs: Session.Outputs, _ model: Model, input: ImageExtent, names: Int?
  ) -> (name: String, classes: Int)? {
    for (name, value) in zip(outputs.names, outputs.values) {
      guard let tensor = value.tensor, (3...4).contains(tensor.rank), let width = tensor.shape.last, width > 1 else {
        continue
      }
      let height = tensor.shape[tensor.rank - 2]
      guard width * 4 >= input.width, height * 4 >= input.height else { continue }
      if tensor.elementType.isFloatingPoint {
        guard tensor.rank == 4 else { continue }
        let channels = tensor.shape[1]
        let isWhole = width == input.width && height == input.height && channels != 3 && channels <= 1024
        guard isWhole || usual.contains(channels) || channels == names else { continue }
        if channels == 1, !(model.lastOperator(of: name) is Sigmoid) { continue }
        return (name, max(2, channels))
      }
      if [.int64, .int32, .uint8].contains(tensor.elementType), tensor.rank == 3 || tensor.shape[1] == 1 {
        return (name, 0)
      }
    }
    return nil
  }

  /// The classes of each picture of a batch.
  static func read(_ tensor: Tensor) throws -> [PixelClasses] {
    let (width, height) = (tensor.shape[tensor.rank - 1], tensor.shape[tensor.rank - 2])
    let (area, count) = (width * height, tensor.shape[0])
    try WorkBudget.current.charge(tensor.count, times: WorkBudget.Cost.step)
    guard tensor.elementType.isFloatingPoint else {
      let values = try tensor.values(as: Int64.self)
      return (0..<count).map { picture in
        PixelClasses(
          width: width, height: height,
          classes: values[picture * area..<(picture + 1) * area].map { Int(clamping: max(0, $0)) })
      }
    }
    let (values, channels) = (try tensor.values(as: Float.self), tensor.shape[1])
    return (0..<count).map { picture in
      let start = picture * channels * area
      if channels == 1 {
        let classes = values[start..<start + area].map { $0 >= 0.5 ? 1 : 0 }
        return PixelClasses(width: width, height: height, classes: classes)
      }
      var (best, classes) = (Array(values[start..<start + area]), [Int](repeating: 0, count: area))
      for channel in 1..<channels {
        for place in 0..<area where values[start + channel * area + place] > best[place] {
          best[place] = values[start + channel * area + place]
          classes[place] = channel
        }
      }
      return PixelClasses(width: width, height: height, classes: classes)
    }
  }
}
