import CNNGraphs
import CNNTensors

/// What tells one operator of a kind from another: its main settings in a few words, and all of them.
struct OperatorDetail {
  /// Such as `3×3, stride 2`.
  let main: String
  /// All settings, one after the other.
  let all: String

  init(_ node: Node, in graph: Graph) {
    var writer = NodeWriter(version: .max, inputs: [])
    try? node.operator.write(to: &writer)
    let settings = writer.attributes.sorted { $0.name < $1.name }
    var reader = Reader(node: node, graph: graph)
    for setting in settings { reader.settings[setting.name] = setting.value }
    main = reader.parts.filter { !$0.isEmpty }.joined(separator: ", ")
    all = settings.map { "\($0.name) \($0.value.words)" }.joined(separator: ", ")
  }

  private struct Reader {
    let node: Node
    let graph: Graph
    var settings: [String: Attribute] = [:]

    var parts: [String] {
      let name = node.operator.signature.name
      switch name {
      case "Conv", "ConvTranspose", "ConvInteger", "QLinearConv", "DeformConv", "CausalConvWithState":
        return [
          kernel(weights: name == "QLinearConv" ? 3 : 1), steps("strides", "stride"), steps("dilations", "dilation"),
          groups,
        ]
      case "MaxPool", "AveragePool", "LpPool":
        return [kernel(weights: nil), steps("strides", "stride"), steps("dilations", "dilation")]
      case "Gemm", "MatMul": return [product]
      case "Clip": return [clip]
      case "LeakyRelu", "Elu", "Celu", "ThresholdedRelu": return [number("alpha")]
      case "LRN": return [number("size")]
      case "Resize", "Upsample", "GridSample": return [word("mode"), scale]
      case "LSTM", "GRU", "RNN": return [number("hidden_size"), word("direction")]
      case "Transpose": return [list("perm")]
      case "DepthToSpace", "SpaceToDepth": return [number("blocksize", as: "block")]
      case "Cast", "CastLike": return [output?.elementType.map { "to \($0)" } ?? ""]
      case "Attention": return [number("q_num_heads", as: "heads")]
      case "Pad": return [word("mode")]
      case "GroupNormalization": return [number("num_groups", as: "groups")]
      default: return node.operator.signature.domain.isEmpty ? [number("axis")] : foreign
      }
    }

    private func type(_ input: Int) -> TensorType? {
      guard input < node.inputs.count, let id = node.inputs[input] else { return nil }
      return graph[id].type.tensor
    }

    private var output: TensorType? { node.outputs.first.flatMap { $0 }.flatMap { graph[$0].type.tensor } }

    private func ints(_ name: String) -> [Int]? {
      if case .ints(let values)? = settings[name] { values } else { nil }
    }

    private func kernel(weights: Int?) -> String {
      let extents = ints("kernel_shape") ?? weights.flatMap { type($0)?.fixedShape.map { Array($0.dropFirst(2)) } }
      guard let extents, !extents.isEmpty else { return "" }
      return extents.map(String.init).joined(separator: "×")
    }

    private func steps(_ name: String, _ word: String) -> String {
      guard let values = ints(name), values.contains(where: { $0 != 1 }) else { return "" }
      let isEven = values.allSatisfy { $0 == values[0] }
      return "\(word) " + (isEven ? "\(values[0])" : values.map(String.init).joined(separator: "×"))
    }

    private var groups: String {
      guard case .int(let count)? = settings["group"], count > 1 else { return "" }
      return type(1)?.fixedShape?.dropFirst().first == 1 ? "depthwise" : "\(count) groups"
    }

    private var product: String {
      guard node.inputs.count > 1, let id = node.inputs[1], graph[id].isConstant,
        let shape = graph[id].type.tensor?.fixedShape, shape.count == 2
      else { return "" }
      let isTransposed = if case .int(1)? = settings["transB"] { true } else { false }
      return isTransposed ? "\(shape[1]) → \(shape[0])" : "\(shape[0]) → \(shape[1])"
    }

    private var clip: String {
      func bound(_ index: Int) -> String {
        guard index < node.inputs.count, let id = node.inputs[index] else { return "" }
        guard let value = graph[id].constant.flatMap({ try? $0.values(as: Double.self).first }) else { return "?" }
        return value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : "\(Float(value))"
      }
      let (least, most) = (bound(1), bound(2))
      return least.isEmpty && most.isEmpty ? "" : "\(least) … \(most)"
    }

    /// Such as `×2`, if all extents behind the channels grow alike.
    private var scale: String {
      guard let before = type(0)?.fixedShape, let after = output?.fixedShape, before.count == after.count else {
        return ""
      }
      let factors = zip(before, after).dropFirst(2).map { $0 > 0 ? Double($1) / Double($0) : 0 }
      guard let first = factors.first, factors.allSatisfy({ $0 == first }), first == first.rounded() else { return "" }
      return "×\(Int(first))"
    }

    private func number(_ name: String, as label: String? = nil) -> String {
      switch settings[name] {
      case .int(let value)?: "\(label ?? name.spaced) \(value)"
      case .float(let value)?: "\(label ?? name.spaced) \(value)"
      default: ""
      }
    }

    private func word(_ name: String) -> String {
      if case .string(let bytes)? = settings[name] { String(decoding: bytes, as: UTF8.self) } else { "" }
    }

    private func list(_ name: String) -> String { ints(name)?.map(String.init).joined(separator: " ") ?? "" }

    /// Two settings of an operator that nobody here knows.
    private var foreign: [String] {
      settings.sorted { $0.key < $1.key }.prefix(2).map { "\($0.key) \($0.value.words)" }
    }
  }
}

extension String {
  fileprivate var spaced: String { split(separator: "_").joined(separator: " ") }
}

extension Attribute {
  /// The value in a few characters.
  fileprivate var words: String {
    switch self {
    case .float(let value): return "\(value)"
    case .int(let value): return "\(value)"
    case .string(let bytes): return String(decoding: bytes.prefix(40), as: UTF8.self)
    case .floats(let values):
      return values.prefix(8).map { "\($0)" }.joined(separator: " ") + (values.count > 8 ? " …" : "")
    case .ints(let values):
      return values.prefix(8).map { "\($0)" }.joined(separator: " ") + (values.count > 8 ? " …" : "")
    case .tensor(let tensor): return "\(TensorType(of: tensor))"
    default: return kind
    }
  }
}
