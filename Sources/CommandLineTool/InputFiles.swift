import CNNConv
import CNNSystem

/// Resolves `NAME=FILE` arguments, and `NAME=16000` where there is no such file.
struct InputFiles {
  let names: [String]
  private let known: Set<String>
  private let types: [String: TensorType]

  init(_ model: Model) {
    names = model.graph.requiredInputs.map { model.graph[$0].name }
    known = Set(names)
    types = Dictionary(
      model.graph.requiredInputs.compactMap { id in
        model.graph[id].type.tensor.map { (model.graph[id].name, $0) }
      }, uniquingKeysWith: { first, _ in first })
  }

  func read(_ arguments: [String]) throws -> [String: Tensor] {
    var inputs: [String: Tensor] = [:]
    for argument in arguments {
      let (name, file) = split(argument)
      if let name = name ?? (names.count == 1 ? names[0] : nil), !Path.exists(file),
        let literal = TensorLiteral(file)
      {
        guard inputs.updateValue(try literal.tensor(for: name, types[name]), forKey: name) == nil else {
          throw ConversionError(.usage, "input \(name.quoted) is given twice")
        }
        continue
      }
      let path = try StandardInput.path(for: file)
      if let kind = ImageFile.kind(of: path) {
        throw ConversionError(
          .badInput,
          "is a \(kind.rawValue) picture, no tensor; give it with --image, which prepares it for the network",
          at: .init(file: file))
      }
      LimitOptions.allow(forBytes: Path.byteCount(of: path) ?? 0)
      for (member, tensor) in try named(TensorFile.read(path), name, path) {
        guard inputs.updateValue(tensor, forKey: member) == nil else {
          throw ConversionError(.usage, "input \(member.quoted) is given twice")
        }
      }
    }
    return inputs
  }

  private func split(_ argument: String) -> (name: String?, path: String) {
    guard let equals = argument.firstIndex(of: "=") else { return (nil, argument) }
    let name = String(argument[..<equals])
    // A file's own name may hold a '='.
    if !known.contains(name), Path.exists(argument) { return (nil, argument) }
    return (name, String(argument[argument.index(after: equals)...]))
  }

  private func named(
    _ members: [(name: String?, tensor: Tensor)], _ name: String?, _ path: String
  ) throws -> [(String, Tensor)] {
    if let name {
      if let member = members.first(where: { $0.name == name }) ?? (members.count == 1 ? members.first : nil) {
        return [(name, member.tensor)]
      }
      throw ConversionError(.badInput, "holds no array \(name.quoted)", at: .init(file: path))
    }
    if members.count == 1, names.count == 1, let only = members.first { return [(names[0], only.tensor)] }
    let matching = members.compactMap { member in
      member.name.flatMap { known.contains($0) ? ($0, member.tensor) : nil }
    }
    guard !matching.isEmpty else {
      let listed = names.quoted()
      throw ConversionError(
        .usage, "say which input this is, as in NAME=\(path); the inputs are \(listed)", at: .init(file: path))
    }
    return matching
  }
}
