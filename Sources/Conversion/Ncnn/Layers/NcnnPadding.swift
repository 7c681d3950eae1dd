import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// `Padding`; what is to be taken away is a `Crop`.
enum NcnnPadding: NcnnLayerKind {
  static let types = ["Padding"]
  static let operators: [any Operator.Type] = [Padding.self]

  static func write(_ node: NcnnNode) throws {
    guard let padding = node.operator as? Padding, let pads = try node.integers(1, "pads") else { return }
    let shape = try node.shape(0)
    let axes = try (node.integers(3, "axes") ?? Array(shape.indices)).axes(ofRank: shape.count)
    var before = shape.map { _ in 0 }
    var after = before
    for (index, axis) in axes.enumerated() { (before[axis], after[axis]) = (pads[index], pads[index + axes.count]) }
    guard (before + after).allSatisfy({ $0 >= 0 }) else { throw node.refusal("padding \(pads) takes elements away") }
    if (before + after).allSatisfy({ $0 == 0 }) { return try node.pass(node.place(0)) }
    let value = node.has(2) ? try node.scalar(2) : 0
    guard let value else { throw node.refusal("the padding's value must be constant") }
    if shape.count - NcnnDraft.dimensions(shape).count == 1 {
      guard before[0] == 0, after[0] == 0 else { throw node.refusal("the batch is padded") }
      before.removeFirst()
      after.removeFirst()
    }
    let modes: [Padding.Mode: Int] = [.constant: 0, .edge: 1, .reflect: 2]
    guard let mode = modes[padding.mode] else { throw node.refusal("padding of mode \(padding.mode.rawValue)") }
    guard var parameters = parameters(before: before, after: after, value: value) else {
      throw node.refusal("padding of \(before.count) dimensions along all of them")
    }
    if mode != 0, before.count > 2,
      before.dropLast(2).contains(where: { $0 > 0 }) || after.dropLast(2).contains(where: { $0 > 0 })
    {
      throw node.refusal("channels are padded by mode \(padding.mode.rawValue)")
    }
    parameters.set(4, mode, unless: 0)
    try node.write("Padding", [node.blob(0)], parameters)
  }

  /// The settings for elements before and after each dimension; `nil` if ncnn has none for one of them.
  static func parameters(before: [Int], after: [Int], value: Float) -> NcnnParameters? {
    var parameters = NcnnParameters()
    let ids = [(2, 3), (0, 1), (7, 8)]
    for (position, (first, last)) in zip(before, after).reversed().enumerated() {
      guard position < ids.count else {
        guard first == 0, last == 0 else { return nil }
        continue
      }
      parameters.set(ids[position].0, first, unless: 0)
      parameters.set(ids[position].1, last, unless: 0)
    }
    parameters.set(5, value)
    return parameters
  }

  static func read(_ layer: NcnnLayerReader) throws {
    let input = try layer.input()
    let rank = try layer.dimensions(input).count
    let modes: [Padding.Mode] = [.constant, .edge, .reflect]
    let mode = try layer.int(4)
    guard modes.indices.contains(mode) else { throw layer.refusal("padding of mode \(mode)") }
    try layer.require(6, 0, "a value for each channel")
    let ids = [(2, 3), (0, 1), (7, 8)]
    var before = [Int](repeating: 0, count: rank + 1)
    var after = before
    for (position, id) in ids.enumerated() {
      let (first, last) = (try layer.int(id.0), try layer.int(id.1))
      guard first >= 0, last >= 0 else { throw layer.refusal("padding \(first) and \(last)") }
      if position < rank { (before[rank - position], after[rank - position]) = (first, last) }
    }
    let value = try layer.float(5, default: 0)
    try layer.write(
      Padding(mode: modes[mode]), input, layer.integers(before + after), mode == 0 ? layer.number(value) : nil)
  }
}
