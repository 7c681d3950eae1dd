/// What the code of a TorchScript archive says of its classes: which attributes are parameters and buffers. The lines
/// that list them are looked for; nothing else of the code is read, and nothing run.
struct TorchScriptCode {
  private var names: [String: Set<String>] = [:]

  /// The attributes that belong to the state of a class; `nil` if its code was not found.
  func state(of type: String) -> Set<String>? { names[type] }

  /// Adds the classes of `code/__torch__/a/b.py`, whose module is `__torch__.a.b`.
  mutating func add(module: String, text: String) {
    var type: String?
    for line in text.split(separator: "\n") {
      if line.hasPrefix("class "), let name = line.dropFirst(6).split(whereSeparator: { "(:".contains($0) }).first {
        type = "\(module).\(name)"
        names["\(module).\(name)"] = []
      } else if let type, line.hasPrefix("  __parameters__ = [") || line.hasPrefix("  __buffers__ = [") {
        for part in line.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
        where part.offset % 2 == 1 {
          names[type]?.insert(String(part.element))
        }
      }
    }
  }

  /// `torch.nn.modules.conv.Conv2d` for `__torch__.torch.nn.modules.conv.___torch_mangle_3.Conv2d`.
  static func plainName(_ type: String) -> String {
    guard type.hasPrefix(PickleGlobal.scriptPackage) else { return type }
    return type.dropFirst(PickleGlobal.scriptPackage.count).split(separator: ".").filter {
      !$0.hasPrefix("___torch_mangle_")
    }
    .joined(separator: ".")
  }
}
