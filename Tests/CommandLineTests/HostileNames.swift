import CNNConv
import TestSupport

/// Models with names that a terminal would obey, or that are far too long for a line.
enum HostileNames {
  /// What must never be printed as it is: C0, DEL, C1, controls of direction, characters without a width, and separators
  /// of lines and paragraphs. The list is written down by code points, from the charts of Unicode 16.
  static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x1f, 0x7f, 0x80...0x9f, 0xad, 0x61c, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff,
      0xe0000...0xe007f:
      true
    default: false
    }
  }

  /// One of each kind of them, between letters.
  static let obeyed =
    "a\u{1b}[31m\u{7}\u{7f}\u{9b}2J\u{202e}\u{2066}\u{200b}\u{200e}\u{2028}\u{2029}\n\r\t\u{feff}\u{e0001}\u{1}z"

  /// Half a million letters.
  static let long = "b" + String(repeating: "A", count: 500_000)

  /// A small network that runs, with `name` at the end of every name and text of the file.
  static func network(_ name: String) throws -> OnnxModel {
    func named(_ text: String) -> String { text + name }
    var model = OnnxModel()
    model.irVersion = 8
    model.operatorSets = [
      OnnxOperatorSet(domain: "", version: 17), OnnxOperatorSet(domain: named("domain"), version: 1),
    ]
    (model.producerName, model.producerVersion) = (named("producer"), named("1"))
    (model.domain, model.documentation) = (named("org"), named("text"))
    model.metadata = [OnnxEntry(named("key"), named("value"))]
    model.graph.name = named("graph")
    model.graph.documentation = named("text")
    model.graph.inputs = [value(named("x"), [.parameter(named("N")), .value(2), .value(4), .value(4)])]
    model.graph.outputs = [value(named("y"), [.parameter(named("N")), .value(3), .value(4), .value(4)])]
    model.graph.initializers = try [
      tensor(named("w"), [3, 2, 1, 1]), tensor(named("g"), [3]), tensor(named("b"), [3]), tensor(named("m"), [3]),
      tensor(named("v"), [3]),
    ]
    model.graph.nodes = [
      node("Conv", [named("x"), named("w")], [named("c")], named("conv")),
      node("BatchNormalization", ["c", "g", "b", "m", "v"].map(named), [named("n")], named("bn")),
      node("Relu", [named("n")], [named("y")], named("relu")),
    ]
    return model
  }

  /// Models that must be refused, each for another reason that tells a name of the file.
  static func wrong(_ name: String) throws -> [String: OnnxModel] {
    func changed(_ change: (inout OnnxModel) throws -> Void) throws -> OnnxModel {
      var model = try network(name)
      try change(&model)
      return model
    }
    return try [
      "an input that nothing makes": changed { $0.graph.nodes[0].inputs[0] = "nothing" + name },
      "a value that is made twice": changed { $0.graph.nodes[2].outputs[0] = "n" + name },
      "a cycle": changed { $0.graph.nodes[0].inputs[0] = "y" + name },
      "an output that nothing makes": changed { $0.graph.outputs[0].name = "nothing" + name },
      "an unknown operator": changed { $0.graph.nodes[2].operatorType = "Operator" + name },
      "an operator of a domain": changed { $0.graph.nodes[2].domain = "domain" + name },
      "an operator of a domain without a version": changed { $0.graph.nodes[2].domain = "other" + name },
      "unknown attributes": changed { model in
        model.graph.nodes[2].attributes = (0..<40).map { OnnxAttribute("attribute\($0)\(name)", .int(1)) }
      },
      "an attribute twice": changed { model in
        model.graph.nodes[2].attributes = (0..<2).map { _ in OnnxAttribute("attribute" + name, .int(1)) }
      },
      "a setting of an unknown value": changed {
        $0.graph.nodes[0].attributes = [OnnxAttribute("auto_pad", .string(Array(("pad" + name).utf8)))]
      },
      "an equation": changed {
        $0.graph.nodes[2].operatorType = "Einsum"
        $0.graph.nodes[2].attributes = [OnnxAttribute("equation", .string(Array(("ij" + name).utf8)))]
      },
      "data elsewhere": changed {
        let place = [OnnxEntry("location", "data" + name)]
        $0.graph.initializers[0].payload = .external(place)
      },
      "data at no number": changed {
        let place = [OnnxEntry("location", "data"), OnnxEntry("offset", "1" + name)]
        $0.graph.initializers[0].payload = .external(place)
      },
      "a function that calls itself": changed { model in
        var function = OnnxFunction()
        (function.name, function.domain) = ("F" + name, "domain" + name)
        (function.inputs, function.outputs) = (["a"], ["b"])
        function.nodes = [node("F" + name, ["a"], ["b"], "call" + name)]
        function.nodes[0].domain = function.domain
        function.operatorSets = [OnnxOperatorSet(domain: "domain" + name, version: 1)]
        model.functions = [function]
        (model.graph.nodes[2].operatorType, model.graph.nodes[2].domain) = (function.name, function.domain)
      },
      "channels that do not fit": changed { $0.graph.initializers[0] = try tensor("w" + name, [3, 5, 1, 1]) },
    ]
  }

  private static func node(_ type: String, _ inputs: [String], _ outputs: [String], _ name: String) -> OnnxNode {
    var node = OnnxNode()
    (node.operatorType, node.inputs, node.outputs, node.name) = (type, inputs, outputs, name)
    return node
  }

  private static func value(_ name: String, _ shape: [OnnxDimension.Extent]) -> OnnxValueInfo {
    OnnxValueInfo(name: name, type: OnnxType(.tensor(elementType: 1, shape: shape.map { OnnxDimension($0) })))
  }

  private static func tensor(_ name: String, _ shape: [Int]) throws -> OnnxTensor {
    let ones = [Float](repeating: 1, count: shape.reduce(1, *))
    let bytes = try ones.withUnsafeBytes { try Storage(copying: $0) }
    return OnnxTensor(name: name, elementType: .float32, shape: shape, payload: .bytes(bytes))
  }
}
