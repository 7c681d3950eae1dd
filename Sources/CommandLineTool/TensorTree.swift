import CNNConv

/// The modules of a network as the dots in its tensors' names say, each with what its tensors sum up to.
struct TensorTree {
  private final class Module {
    var children: [String: Module] = [:]
    var order: [String] = []
    var count = 0
    var elements = 0
    var bytes = 0
  }

  private static let depthLimit = 64
  private let root = Module()

  init(_ tensors: [(name: String, elements: Int, bytes: Int)]) {
    for tensor in tensors {
      var module = root
      // The last part is the tensor's own name.
      for part in tensor.name.split(separator: ".", maxSplits: Self.depthLimit).dropLast() {
        let key = String(part)
        if module.children[key] == nil {
          module.children[key] = Module()
          module.order.append(key)
        }
        guard let child = module.children[key] else { break }
        module = child
        module.count += 1
        module.elements = module.elements.addingReportingOverflow(tensor.elements).partialValue
        module.bytes = module.bytes.addingReportingOverflow(tensor.bytes).partialValue
      }
    }
  }

  /// A line for each module, indented by its depth, in the order of the file.
  var text: String {
    var rows: [(name: String, module: Module)] = []
    func add(_ module: Module, _ depth: Int) {
      for key in module.order {
        guard let child = module.children[key] else { continue }
        rows.append((String(repeating: "  ", count: depth) + key.printable, child))
        add(child, depth + 1)
      }
    }
    add(root, 0)
    let name = rows.reduce(0) { max($0, $1.name.count) }
    let elements = rows.reduce(0) { max($0, $1.module.elements.counted("element").count) }
    let bytes = rows.reduce(0) { max($0, $1.module.bytes.asBytes.count) }
    return rows.map { row in
      row.name.rightPadded(name) + row.module.elements.counted("element").leftPadded(elements + 2)
        + row.module.bytes.asBytes.leftPadded(bytes + 2) + "  \(row.module.count.counted("tensor"))"
    }.joined(separator: "\n")
  }
}
