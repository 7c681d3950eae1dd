import CNNFormats
import CNNGraphs
import CNNTensors

/// Reads boxes out of a detector's outputs.
struct BoxReader {
  let form: BoxForm
  /// The output that holds them, if one does.
  let output: String
  /// The size of the pictures that the network was given.
  let input: ImageExtent
  let selection: BoxSelection

  /// The boxes of each picture, the surest first.
  func boxes(in outputs: Session.Outputs, pictures: Int) throws -> [[RawBox]] {
    let batches = try batches(outputs)
    return batches.prefix(pictures).map { isChosen ? inOrder($0) : chosen(inOrder($0)) }
  }

  private func batches(_ outputs: Session.Outputs) throws -> [[RawBox]] {
    switch form {
    case .listed(let boxes, let scores, let labels): return try listed(outputs, boxes, scores, labels)
    case .chosen:
      return try single(outputs) { values, rows, columns, start in
        (0..<rows).compactMap { row in
          let place = start + row * columns
          return box(corners: values[place..<place + 4], Int(clamping: values[place + 5]), Double(values[place + 4]))
        }
      }
    case .objectness(let classes):
      return try single(outputs) { values, rows, columns, start in
        (0..<rows).compactMap { row in
          let place = start + row * columns
          let certainty = Double(values[place + 4])
          guard certainty >= selection.confidence else { return nil }
          return best((0..<classes).lazy.map { Double(values[place + 5 + $0]) * certainty }).flatMap {
            box(centre: values[place..<place + 4], $0, $1)
          }
        }
      }
    case .classes(let classes):
      return try single(outputs) { values, _, columns, start in
        (0..<columns).compactMap { column in
          best((0..<classes).lazy.map { Double(values[start + (4 + $0) * columns + column]) }).flatMap {
            box(centre: (0..<4).map { values[start + $0 * columns + column] }[...], $0, $1)
          }
        }
      }
    }
  }

  /// True if the network itself has dropped boxes that overlap.
  private var isChosen: Bool {
    switch form {
    case .chosen, .listed: true
    case .objectness, .classes: false
    }
  }

  private func single(
    _ outputs: Session.Outputs, _ read: (_ values: [Float], _ rows: Int, _ columns: Int, _ start: Int) -> [RawBox]
  ) throws -> [[RawBox]] {
    guard let tensor = outputs.byName[output]?.tensor, tensor.rank == 3 else { return [] }
    try WorkBudget.current.charge(tensor.count, times: WorkBudget.Cost.step)
    let values = try tensor.values(as: Float.self)
    let (rows, columns) = (tensor.shape[1], tensor.shape[2])
    return (0..<tensor.shape[0]).map { scaled(read(values, rows, columns, $0 * rows * columns)) }
  }

  private func listed(
    _ outputs: Session.Outputs, _ boxes: String, _ scores: String, _ labels: String
  ) throws -> [[RawBox]] {
    guard let corners = outputs.byName[boxes]?.tensor, let sure = outputs.byName[scores]?.tensor,
      let kinds = outputs.byName[labels]?.tensor
    else { return [] }
    try WorkBudget.current.charge(corners.count, times: WorkBudget.Cost.step)
    let values = try corners.values(as: Float.self)
    let (certainties, classes) = (try sure.values(as: Float.self), try kinds.values(as: Int64.self))
    let count = corners.shape[corners.rank - 2]
    return (0..<(corners.rank == 3 ? corners.shape[0] : 1)).map { picture in
      scaled(
        (picture * count..<(picture + 1) * count).compactMap {
          box(corners: values[$0 * 4..<$0 * 4 + 4], Int(classes[$0]), Double(certainties[$0]))
        })
    }
  }

  /// The best class that is sure enough.
  private func best(_ scores: some Sequence<Double>) -> (Int, Double)? {
    var best: (index: Int, score: Double)?
    for (index, score) in scores.enumerated() where score >= selection.confidence && score > best?.score ?? -1 {
      best = (index, score)
    }
    return best
  }

  private func box(corners: ArraySlice<Float>, _ index: Int, _ score: Double) -> RawBox? {
    let places = corners.map(Double.init)
    guard score >= selection.confidence, index >= 0, places.allSatisfy(\.isFinite) else { return nil }
    return RawBox(
      index: index, score: score, left: places[0], top: places[1], right: places[2], bottom: places[3])
  }

  private func box(centre: ArraySlice<Float>, _ index: Int, _ score: Double) -> RawBox? {
    let places = centre.map(Double.init)
    guard places.allSatisfy(\.isFinite) else { return nil }
    return RawBox(
      index: index, score: score, left: places[0] - places[2] / 2, top: places[1] - places[3] / 2,
      right: places[0] + places[2] / 2, bottom: places[1] + places[3] / 2)
  }

  /// In pixels, if places are given as shares of width and height.
  private func scaled(_ boxes: [RawBox]) -> [RawBox] {
    guard !boxes.isEmpty, boxes.allSatisfy({ max($0.right, $0.bottom) <= 2 }), min(input.width, input.height) > 8
    else { return boxes }
    let (width, height) = (Double(input.width), Double(input.height))
    return boxes.map { box in
      var box = box
      (box.left, box.right) = (box.left * width, box.right * width)
      (box.top, box.bottom) = (box.top * height, box.bottom * height)
      return box
    }
  }

  /// The surest first; of equal ones the earlier one.
  private func inOrder(_ boxes: [RawBox]) -> [RawBox] {
    boxes.enumerated().sorted { ($0.element.score, -$0.offset) > ($1.element.score, -$1.offset) }.map(\.element)
  }

  /// Without those that overlap a surer one of the same class too much.
  private func chosen(_ boxes: [RawBox]) -> [RawBox] {
    var kept: [RawBox] = []
    for box in boxes where kept.count < BoxSelection.limit {
      if kept.allSatisfy({ $0.index != box.index || $0.overlap(box) <= selection.overlap }) { kept.append(box) }
    }
    return kept
  }
}

extension Int {
  /// A class that a network gives as a floating-point number; -1 for what is none.
  fileprivate init(clamping value: Float) {
    self = value.isFinite && value >= 0 && value < 1e6 ? Int(value) : -1
  }
}
