import CNNGraphs
import CNNTensors

/// The networks that have convolutions and linear layers of the same shapes as a graph, each as often.
struct Candidates {
  /// A network that the graph may be.
  struct Network {
    let architecture: any Architecture
    let blueprint: Blueprint
  }

  /// The networks, the likeliest first: those that differ least otherwise, then those whose keys occur in the graph.
  private(set) var networks: [Network] = []
  private let inventory: LayerInventory

  /// - Parameter graph: one whose constants are exposed.
  init(for graph: Graph) {
    inventory = LayerInventory(of: graph)
    guard !inventory.layers.isEmpty else { return }
    let constants = graph.values.compactMap { value in value.constant.map { (key: value.name, shape: $0.shape) } }
    for architecture in Self.read(constants) { add(architecture) }
    for (_, architecture) in ZooIndex.candidates(for: inventory) { add(architecture) }
    sort(by: Set(constants.map(\.key)))
  }

  /// What families read off the names and shapes of constants.
  private static func read(_ constants: [(key: String, shape: [Int])]) -> [any Architecture] {
    let tree = WeightTree(constants)
    return KeyPrefix.candidates(in: constants.map(\.key)).flatMap { prefix in
      Zoo.families.compactMap { family -> (any Architecture)? in
        family.init(reading: FamilyKeys(constants, tree, under: prefix, of: family).tree)
      }
    }
  }

  /// Draws a network, and keeps it if it has exactly the layers of the graph.
  private mutating func add(_ architecture: any Architecture) {
    var left = inventory.counts
    func take(_ layer: LayerShape) -> Bool {
      guard let count = left[layer], count > 0 else { return false }
      left[layer] = count - 1
      return true
    }
    let name = architecture.variant?.name ?? type(of: architecture).family.lowercased()
    let shape = inputChannels.map { [$0] + architecture.inputShape.dropFirst() }
    let blueprint = try? NetworkBuilder.blueprint(of: architecture, inputShape: shape, name: name, admitting: take)
    guard let blueprint, left.values.allSatisfy({ $0 == 0 }) else { return }
    networks.append(Network(architecture: architecture, blueprint: blueprint))
  }

  /// The channels that the first convolution reads.
  private var inputChannels: Int? {
    guard case .convolution(let weights, let groups) = inventory.layers.first else { return nil }
    let (channels, overflow) = weights[1].multipliedReportingOverflow(by: groups)
    return !overflow && 1...4096 ~= channels ? channels : nil
  }

  private mutating func sort(by names: Set<String>) {
    let ranks = networks.enumerated().map { index, network in
      let difference = LayerInventory(of: network.blueprint.graph).difference(from: inventory)
      let known = network.blueprint.weights.count { names.contains($0.key) }
      return (difference: difference, unknown: -known, index: index)
    }
    networks = ranks.sorted { ($0.difference, $0.unknown, $0.index) < ($1.difference, $1.unknown, $1.index) }
      .map { networks[$0.index] }
  }
}
