import CNNTensors

/// The structure of a program's results, `[1, {"type": …, "context": …, "children_spec": […]}]` (PyTorch,
/// `torch/utils/_pytree.py`).
enum TorchExportTree {
  private static let depthLimit = 64
  private static let leafLimit = 1 << 16

  /// The names of the leaves in order: the keys of dictionaries on the way joined by dots, and numbers for the places in
  /// lists below them; `nil` for a leaf that no dictionary leads to.
  static func names(of text: String) throws -> [String?] {
    let bytes = try Array(text.utf8).withUnsafeBytes { try Storage(copying: $0) }
    guard let tree = try JSONDocument(bytes).root.elements?.last else { return [] }
    var names: [String?] = []
    try add(tree, path: [], hasKey: false, depth: 0, to: &names)
    return names
  }

  private static func add(
    _ node: JSONValue, path: [String], hasKey: Bool, depth: Int, to names: inout [String?]
  ) throws {
    guard depth < depthLimit, names.count < leafLimit else { throw TorchExportFault.tooDeep(limit: depthLimit) }
    guard let type = node["type"]?.string else {
      names.append(hasKey ? path.joined(separator: ".") : nil)
      return
    }
    let children = node["children_spec"]?.elements ?? []
    let keys = try keys(of: node["context"]?.string ?? "", type)
    for (index, child) in children.enumerated() {
      let key = keys.flatMap { index < $0.count ? $0[index] : nil }
      try add(
        child, path: path + [key ?? "\(index)"], hasKey: hasKey || key != nil, depth: depth + 1, to: &names)
    }
  }

  /// The keys of a dictionary: a list in the context, or for a dictionary with an order a list beside more.
  private static func keys(of context: String, _ type: String) throws -> [String]? {
    guard !type.hasSuffix("tuple"), !type.hasSuffix("list"), context.hasPrefix("[") || context.hasPrefix("{") else {
      return nil
    }
    let bytes = try Array(context.utf8).withUnsafeBytes { try Storage(copying: $0) }
    guard let value = try? JSONDocument(bytes).root else { return nil }
    let list = value.elements ?? value.members?.compactMap { $0.value.isList ? $0.value.elements : nil }.first
    return list?.map { key in key.string ?? key.int.map { "\($0)" } ?? "_" }
  }
}
