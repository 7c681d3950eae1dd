import ArgumentParser
import CNNConv
import CNNGraphs
import CNNTensors
import Glibc

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs a model and writes its outputs as .npy files.")

  @Argument(help: "The model.") var model: String
  @Option(
    name: .long,
    help: ArgumentHelp(
      "An input from a .npy, .npz or TensorProto .pb file; NAME= may be left out where there is one input.",
      valueName: "NAME=FILE"))
  var input: [String] = []
  @Option(name: .short, help: "The folder to write to; made where it is missing.") var output = "."
  @Option(name: .long, help: "Draw the inputs that are not given from this seed.") var seed: UInt64?
  @Option(name: .long, help: "Also write inputs and outputs as a fixture folder for verify.") var fixture: String?
  @OptionGroup var options: ModelOptions
  @OptionGroup var engine: EngineRunOptions
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var shared: SharedOptions

  func run() throws {
    let model = try options.read(model, memoryLimit: memory.memoryLimit?.value)
    var inputs = try InputFiles(model).read(input)
    if let seed {
      let drawn = try SeededInputs(seed: seed).values(for: model)
      inputs.merge(drawn) { given, _ in given }
    }
    let session = Session(model, options: engine.value)
    let outputs = try session.run(inputs)
    try OutputFolder.make(output)
    var taken: Set<String> = []
    for (name, value) in zip(outputs.names, outputs.values) { try write(value, name, &taken) }
    if let fixture { try writeFixture(fixture, model, inputs, outputs) }
  }

  private func write(_ value: RuntimeValue, _ name: String, _ taken: inout Set<String>) throws {
    switch value {
    case .tensor(let tensor):
      let path = "\(output)/\(OutputFolder.fileName(of: name, taken: &taken)).npy"
      try TensorFile.write(tensor, to: path)
      print("\(name.printable)  \(TensorType(of: tensor))  \(TensorDigest(tensor))  \(path)")
    case .sequence(let elements, _):
      for (index, element) in elements.enumerated() { try write(element, "\(name)_\(index)", &taken) }
    case .none: print("\(name.printable)  no value")
    }
  }

  private func writeFixture(_ folder: String, _ model: Model, _ inputs: [String: Tensor], _ outputs: Session.Outputs)
    throws
  {
    try OutputFolder.make(folder)
    for (index, id) in model.graph.requiredInputs.enumerated() {
      let name = model.graph[id].name
      if let tensor = inputs[name] { try TensorFile.writeOnnx(tensor, name: name, to: "\(folder)/input_\(index).pb") }
    }
    for (index, name) in outputs.names.enumerated() {
      guard let tensor = outputs[name] else { continue }
      try TensorFile.writeOnnx(tensor, name: name, to: "\(folder)/output_\(index).pb")
    }
  }
}

/// Resolves `NAME=FILE` arguments.
struct InputFiles {
  let names: [String]

  init(_ model: Model) { names = model.graph.requiredInputs.map { model.graph[$0].name } }

  func read(_ arguments: [String]) throws -> [String: Tensor] {
    var inputs: [String: Tensor] = [:]
    for argument in arguments {
      let (name, path) = split(argument)
      for (member, tensor) in try named(TensorFile.read(path), name, path) {
        guard inputs.updateValue(tensor, forKey: member) == nil else {
          throw ConversionError(.usage, "input '\(member)' is given twice")
        }
      }
    }
    return inputs
  }

  private func split(_ argument: String) -> (name: String?, path: String) {
    guard let equals = argument.firstIndex(of: "=") else { return (nil, argument) }
    let name = String(argument[..<equals])
    // A file's own name may hold a '='.
    if !names.contains(name), access(argument, F_OK) == 0 { return (nil, argument) }
    return (name, String(argument[argument.index(after: equals)...]))
  }

  private func named(
    _ members: [(name: String?, tensor: Tensor)], _ name: String?, _ path: String
  ) throws -> [(String, Tensor)] {
    if let name {
      if let member = members.first(where: { $0.name == name }) ?? (members.count == 1 ? members.first : nil) {
        return [(name, member.tensor)]
      }
      throw ConversionError(.badInput, "holds no array '\(name)'", at: .init(file: path))
    }
    if members.count == 1, names.count == 1, let only = members.first { return [(names[0], only.tensor)] }
    let matching = members.compactMap { member in member.name.flatMap { names.contains($0) ? ($0, member.tensor) : nil }
    }
    guard !matching.isEmpty else {
      let listed = names.map { "'\($0)'" }.joined(separator: ", ")
      throw ConversionError(
        .usage, "say which input this is, as in NAME=\(path); the inputs are \(listed)", at: .init(file: path))
    }
    return matching
  }
}

/// Where outputs go.
enum OutputFolder {
  /// Makes a folder and those above it.
  static func make(_ path: String) throws {
    var built = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      built += built.isEmpty || built == "/" ? String(part) : "/\(part)"
      if mkdir(built, 0o777) != 0, errno != EEXIST {
        throw ConversionError(FileError(.create, path: built))
      }
    }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw ConversionError(FileError(.create, path: path, number: ENOTDIR))
    }
  }

  /// A file name of an output's name: characters outside `A-Za-z0-9._-` become `_`, and names stay apart.
  static func fileName(of name: String, taken: inout Set<String>) -> String {
    let allowed = name.unicodeScalars.map { scalar in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      return isPlain || "._-".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
    }
    let base = allowed.isEmpty ? "output" : String(allowed)
    var unique = base
    var number = 1
    while !taken.insert(unique).inserted {
      unique = "\(base)_\(number)"
      number += 1
    }
    return unique
  }
}

/// What a tensor holds, in a few numbers.
struct TensorDigest: CustomStringConvertible {
  let description: String

  init(_ tensor: Tensor) {
    guard tensor.count > 0, let values = try? tensor.values(as: Double.self) else {
      description = tensor.count == 0 ? "empty" : ""
      return
    }
    let finite = values.filter(\.isFinite)
    var parts: [String] = []
    if let least = finite.min(), let most = finite.max(), let place = values.firstIndex(of: most) {
      let mean = finite.reduce(0, +) / Double(finite.count)
      parts = ["min \(Float(least))", "max \(Float(most)) at \(place)", "mean \(Float(mean))"]
    }
    if finite.count < values.count { parts.append("\(values.count - finite.count) not finite") }
    description = parts.joined(separator: ", ")
  }
}
