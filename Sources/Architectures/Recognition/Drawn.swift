import CNNGraphs

/// A drawing beside the weights it may be of.
struct Drawn {
  let architecture: any Architecture
  let blueprint: Blueprint
  let difference: KeyDifference
  private let sourceKeys: [String: String]
  private let head: ForeignHead?

  /// Draws a network, with as many input channels as its first convolution has in `weights`.
  /// - Parameters:
  ///   - size: height and width of the images; the network's own if it is `nil`.
  ///   - head: what stands in place of the network's own head.
  init?(_ architecture: any Architecture, _ weights: FamilyKeys, _ size: [Int]? = nil, head: ForeignHead? = nil) {
    let name = architecture.variant?.name ?? type(of: architecture).family.lowercased()
    let own = architecture.inputShape
    let shape = size.map { own.count == $0.count + 1 ? [own[0]] + $0 : own } ?? own
    // A network of one size is drawn for that: what does not fit is told when the input's shape is set.
    let drawn =
      (try? NetworkBuilder.blueprint(of: architecture, inputShape: shape, head: head, name: name))
      ?? (shape == own ? nil : try? NetworkBuilder.blueprint(of: architecture, head: head, name: name))
    guard var blueprint = drawn else { return nil }
    if let channels = blueprint.inputChannels(in: weights), channels != shape[0],
      let other = try? NetworkBuilder.blueprint(
        of: architecture, inputShape: [channels] + shape.dropFirst(), head: head, name: name)
    {
      blueprint = other
    }
    (self.architecture, self.blueprint, self.head) = (architecture, blueprint, head)
    difference = KeyDifference(
      of: weights, from: blueprint.weights, trainingOnly: type(of: architecture).trainingOnly)
    sourceKeys = weights.sources
  }

  /// The same network with the head that the weights have in place of its own; `nil` if more than the head differs.
  func withForeignHead(_ weights: FamilyKeys) -> Drawn? {
    guard let head = ForeignHead(in: Array(weights.entries), inPlaceOf: blueprint, difference) else { return nil }
    let size = blueprint.graph.inputs.first.flatMap { blueprint.graph[$0].type.tensor?.fixedSuffix }
    guard let drawn = Drawn(architecture, weights, size, head: head), drawn.difference.isEmpty else { return nil }
    return drawn
  }

  /// True if most of the network is there.
  var isNear: Bool { difference.matching > 0 && 2 * difference.matching >= blueprint.weights.count }

  /// The number of classes that the last layer has in `weights`.
  func classes(in weights: FamilyKeys) -> Int? {
    guard let last = blueprint.weights.last(where: { $0.role == .weight }),
      let found = weights.shape(of: last.key)?.first, ZooEntry.possibleClasses.contains(found)
    else { return nil }
    return found
  }

  /// What the weights are recognized as.
  func recognized(_ prefix: String, among usual: UsualWeights, isForced: Bool) -> RecognizedWeights {
    var remarks = usual.remarks
    if !prefix.isEmpty {
      remarks.append("the prefix \(prefix.quoted) was taken off the keys")
      let outside = usual.weights.lazy.filter { !$0.key.hasPrefix(prefix) && !KeyDifference.isIgnored($0.key) }
        .map(\.key)
      if let first = outside.first {
        remarks.append(
          "\(outside.count) tensors outside of it are left out (\(first.quoted)\(outside.count > 1 ? ", …" : ""))")
      }
    }
    let older = sourceKeys.keys.lazy.filter { !KeyDifference.isIgnored($0) }.count
    if older > 0 { remarks.append("\(older) keys have names of an older release or of another library") }
    if let first = difference.trainingOnly.first {
      let count = difference.trainingOnly.count
      remarks.append("\(count) tensors only serve training and are left out (\(first.quoted), …)")
    }
    var assumptions = architecture.assumptions
    if let head {
      remarks.append(head.remark)
      if let assumption = head.assumption { assumptions.append(assumption) }
    }
    if !isForced, let ambiguity = architecture.ambiguity { assumptions.append(ambiguity) }
    return RecognizedWeights(
      architecture: architecture, blueprint: blueprint, prefix: prefix, sourceKeys: sourceKeys,
      derived: usual.derived, head: head, remarks: remarks, assumptions: assumptions)
  }
}

extension TensorType {
  /// The extents behind the first two axes, if they are known.
  fileprivate var fixedSuffix: [Int]? {
    guard let shape, shape.count > 2 else { return nil }
    let extents = shape.dropFirst(2).compactMap(\.value)
    return extents.count == shape.count - 2 ? extents : nil
  }
}

extension Blueprint {
  /// The channels that the convolution at the network's input has in `weights`.
  fileprivate func inputChannels(in weights: FamilyKeys) -> Int? {
    guard let input = graph.inputs.first, let first = graph.nodes.first(where: { $0.inputs.first == input }),
      first.inputs.count > 1, let weight = first.inputs[1]
    else { return nil }
    guard let shape = weights.shape(of: graph[weight].name), shape.count == 4, 1...4096 ~= shape[1] else { return nil }
    return shape[1]
  }
}
