import CNNGraphs
import CNNOperators
import CNNTensors

/// Nodes that together are one affine map of a single value.
struct AffineRegion {
  /// The value that the region reads.
  let source: ValueID
  /// What it makes of it.
  let map: AffineMap
  /// The indices of its nodes.
  let nodes: Set<Int>
}

/// Finds, for each value of a graph, the affine maps that it is of values before it.
struct AffineRegions {
  /// The regions that end in a value, the smallest first.
  private(set) var ending: [ValueID: [AffineRegion]] = [:]
  private let view: GraphView
  private let reader: AffineReader

  /// Regions reach back over this many sources at most.
  private static let deepest = 12
  /// And hold this many nodes at most. What is larger collapses piece by piece, and the pieces after that.
  private static let mostNodes = 128

  init(_ view: GraphView, refusals: inout RefusalLog) {
    self.view = view
    reader = AffineReader(view: view)
    for (index, node) in view.graph.nodes.enumerated() {
      guard node.outputs.count == 1, let output = node.outputs[0] else { continue }
      do {
        if let range = channels(of: node), let input = node.inputs[0] {
          ending[output] = sliced(input, range, at: index, &refusals)
        } else if let reading = try reader.reading(at: index) {
          ending[output] = extended(reading, at: index, &refusals)
        } else if let join = join(node) {
          ending[output] = joined(node.inputs.compactMap(\.self), join, at: index, &refusals)
        }
      } catch let refusal as Refusal {
        refusals.add(refusal, at: index, in: view)
      } catch {
        refusals.add(.numbers(.notComputed(ConversionError(error).message)), at: index, in: view)
      }
    }
  }

  private func extended(
    _ reading: AffineReader.Reading, at index: Int, _ refusals: inout RefusalLog
  ) -> [AffineRegion] {
    var regions = [AffineRegion(source: reading.input, map: reading.map, nodes: reading.nodes)]
    for region in ending[reading.input] ?? []
    where regions.count < Self.deepest && region.nodes.count < Self.mostNodes {
      do {
        let map = try region.map.followed(by: reading.map)
        regions.append(AffineRegion(source: region.source, map: map, nodes: region.nodes.union(reading.nodes)))
      } catch {
        refusals.add(error, at: index, in: view)
      }
    }
    return regions
  }

  /// The channels that a slice takes of what it reads; `nil` for everything else.
  private func channels(of node: Node) -> Range<Int>? {
    guard node.operator is Slicing, let channels = view.channels(node.inputs[0]), node.inputs.count > 3,
      view.integers(node, 3) == [1], let start = view.integers(node, 1)?.first, let end = view.integers(node, 2)?.first,
      node.inputs.count < 5 || node.inputs[4] == nil || view.integers(node, 4) == [1]
    else { return nil }
    let first = start < 0 ? max(start + channels, 0) : min(start, channels)
    let last = end < 0 ? max(end + channels, 0) : min(end, channels)
    return first < last ? first..<last : nil
  }

  private func sliced(
    _ input: ValueID, _ range: Range<Int>, at index: Int, _ refusals: inout RefusalLog
  ) -> [AffineRegion] {
    (ending[input] ?? []).compactMap { region in
      guard region.map.groups == 1, let map = try? region.map.outputs(range) else { return nil }
      return AffineRegion(source: region.source, map: map, nodes: region.nodes.union([index]))
    }
  }

  private typealias Join = ([AffineMap]) throws(Refusal) -> AffineMap

  /// How a node puts several maps together; `nil` if it does not.
  private func join(_ node: Node) -> Join? {
    switch node.operator {
    case is Add, is Sum:
      let shapes = node.inputs.map { view.shape($0) }
      // Broadcasting is no sum of maps.
      guard shapes.count > 1, let first = shapes.first, let first, first.count >= 2,
        shapes.allSatisfy({ Self.agree($0, first) })
      else { return nil }
      return { maps throws(Refusal) in try AffineMap.sum(maps) }
    case let concatenation as Concatenation where node.inputs.count > 1:
      let rank = view.shape(node.inputs[0])?.count ?? 0
      guard concatenation.axis == 1 || concatenation.axis == 1 - rank else { return nil }
      return { maps throws(Refusal) in try AffineMap.stack(maps) }
    default: return nil
    }
  }

  /// Equal extents, or extents of which one is not known: the maps themselves say whether they make equally many
  /// positions.
  private static func agree(_ shape: [Dimension]?, _ other: [Dimension]) -> Bool {
    guard let shape, shape.count == other.count else { return false }
    return zip(shape, other).enumerated().allSatisfy { axis, pair in
      pair.0 == pair.1 && (pair.0 != .unknown || axis != 1)
    }
  }

  private func joined(
    _ inputs: [ValueID], _ join: Join, at index: Int, _ refusals: inout RefusalLog
  ) -> [AffineRegion] {
    // A value is itself, too: the shortcut of a residual sum.
    let choices = inputs.map { input -> [AffineRegion] in
      guard let itself = reader.identity(input, axes: nil) else { return [] }
      return [AffineRegion(source: input, map: itself, nodes: [])] + (ending[input] ?? [])
    }
    var regions: [AffineRegion] = []
    for first in (choices.first ?? []) where regions.count < Self.deepest {
      let others = choices.dropFirst().map { $0.first { $0.source == first.source } }
      guard others.allSatisfy({ $0 != nil }) else { continue }
      let parts = [first] + others.compactMap(\.self)
      guard parts.reduce(1, { $0 + $1.nodes.count }) <= max(Self.mostNodes, 4 * parts.count) else { continue }
      do {
        let map = try join(parts.map(\.map))
        regions.append(
          AffineRegion(
            source: first.source, map: map, nodes: parts.reduce(into: [index]) { $0.formUnion($1.nodes) }))
      } catch {
        refusals.add(error, at: index, in: view)
      }
    }
    return regions.sorted { $0.nodes.count < $1.nodes.count }
  }
}
