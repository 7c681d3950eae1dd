/// How a side of a comparison was computed.
public enum WayOfComputing: String, Codable, Sendable, CaseIterable {
  /// By the engine, after the graph was rewritten for deployment.
  case engine
  /// By the engine, the graph as it stands.
  case unfused
  /// By the plain reference evaluation, node by node.
  case reference

  /// For messages.
  public var words: String {
    switch self {
    case .engine: "by the engine, rewritten for deployment"
    case .unfused: "by the engine, the graph as it stands"
    case .reference: "by the reference evaluation, node by node"
    }
  }
}

extension SessionOptions {
  /// How a session with these options computes.
  public var way: WayOfComputing {
    get { usesReference ? .reference : fuses ? .engine : .unfused }
    set { (usesReference, fuses) = (newValue == .reference, newValue != .unfused) }
  }
}
