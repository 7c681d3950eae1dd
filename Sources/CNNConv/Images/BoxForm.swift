import CNNGraphs
import CNNTensors

/// How a detector's outputs hold boxes.
enum BoxForm: Hashable, Sendable {
  /// A row a box: its centre and size, how sure it is that something is there, and a number for each class; the first versions of
  /// YOLO up to 7. `[N, B, 5 + C]`
  case objectness(classes: Int)
  /// A column a box: its centre and size, and a number for each class; YOLO from version 8 on. `[N, 4 + C, B]`
  case classes(Int)
  /// Boxes that the network has chosen itself: corners, score, class. `[N, B, 6]`
  case chosen
  /// Corners, scores and classes in outputs of their own: `[B, 4]` or `[N, B, 4]`, `[B]` or `[N, B]` of floating-point and of whole
  /// numbers.
  case listed(boxes: String, scores: String, labels: String)

  /// The form of a model's outputs, told from their shapes.
  /// - Parameters:
  ///   - input: the size of the pictures that the model is given.
  ///   - names: how many classes its metadata name; `nil` if they name none.
  ///   - task: what its trainer says that it is for.
  /// - Returns: `nil` if they are none of a detector.
  static func form(
    of outputs: Session.Outputs, input: ImageExtent, names: Int?, task: String?
  ) -> (form: BoxForm, output: String)? {
    let tensors = zip(outputs.names, outputs.values).compactMap { name, value in value.tensor.map { (name, $0) } }
    if let listed = listed(tensors) { return (listed, "") }
    guard task ?? "detect" == "detect" || task == "segment",
      let (name, tensor) = tensors.first(where: { $0.1.rank == 3 && $0.1.elementType.isFloatingPoint })
    else { return nil }
    // What masks are made of stands behind the classes.
    let masks = tensors.first { $0.1.rank == 4 && $0.1.shape[1] == 32 } == nil ? 0 : 32
    let (rows, columns) = (tensor.shape[1], tensor.shape[2])
    func classes(_ count: Int, besides: Int) -> Int? {
      let found = count - besides - masks
      return found > 0 && names ?? found == found ? found : nil
    }
    if columns == 6 + masks, rows <= 1000, task != nil || rows == 300 { return (.chosen, name) }
    if places(input).contains(columns), let count = classes(rows, besides: 4) { return (.classes(count), name) }
    if places(input).contains(rows), let count = classes(columns, besides: 5) {
      return (.objectness(classes: count), name)
    }
    return nil
  }

  /// How many boxes a network gives for pictures of a size: one or three for each place of maps that are 8, 16, 32 and perhaps 64
  /// times smaller.
  static func places(_ input: ImageExtent) -> Set<Int> {
    func sum(_ steps: [Int]) -> Int { steps.reduce(0) { $0 + (input.width / $1) * (input.height / $1) } }
    let (three, four) = (sum([8, 16, 32]), sum([8, 16, 32, 64]))
    return [three, four, 3 * three, 3 * four].filter { $0 > 0 }.reduce(into: []) { $0.insert($1) }
  }

  private static func listed(_ tensors: [(name: String, tensor: Tensor)]) -> BoxForm? {
    guard
      let boxes = tensors.first(where: {
        (2...3).contains($0.tensor.rank) && $0.tensor.shape.last == 4 && $0.tensor.elementType.isFloatingPoint
      })
    else { return nil }
    let shape = Array(boxes.tensor.shape.dropLast())
    let others = tensors.filter { $0.tensor.shape == shape }
    guard let scores = others.first(where: { $0.tensor.elementType.isFloatingPoint }),
      let labels = others.first(where: { [.int64, .int32].contains($0.tensor.elementType) })
    else { return nil }
    return .listed(boxes: boxes.name, scores: scores.name, labels: labels.name)
  }
}
