import CNNTensors

/// A TorchScript archive: the tree of modules, the constants of its code, and its source, parsed when it is asked for.
/// Weights stay in the mapped file.
package final class TorchScriptArchive {
  /// Real sources of large networks take a few mebibytes.
  private static let freeSource = 4 << 20
  private static let mostSource = 64 << 20
  private static let sourcePerByte = 4

  private let archive: TorchArchive
  private let budget = ScriptParser.Budget()
  private var sources: [String: ScriptSource] = [:]
  private var sourceAllowance: Int
  /// The module at the top.
  package let module: StoredScriptObject
  /// What `CONSTANTS.c0` and so on stand for.
  package let constants: [StoredScriptValue]

  /// Opens an archive.
  /// - Throws: `FormatError`, ``TorchScriptFault``.
  package init(_ file: MappedFile) throws {
    archive = try TorchArchive(file)
    sourceAllowance = min(
      Self.mostSource, max(Self.freeSource, file.byteCount.saturatingMultiplied(by: Self.sourcePerByte)))
    guard case .object(let module)? = try Self.value("data", of: archive, archive) else {
      throw TorchScriptFault.noModule
    }
    self.module = module
    switch try Self.value("constants", of: archive, ConstantStorages(archive)) {
    case .tuple(let values), .list(let values): constants = values
    default: constants = []
    }
  }

  private static func value(
    _ name: String, of archive: TorchArchive, _ storages: any TorchStorages
  ) throws -> StoredScriptValue? {
    guard let tree = try archive.tree(name) else { return nil }
    var reader = StoredScriptReader(tree, storages)
    return try reader.root()
  }

  /// True if a file is such an archive, as the names in its directory say.
  package static func recognize(_ input: ModelFile) -> Recognition {
    guard let file = input.file, input.kind == .zip else { return .none }
    let found = file.withBytes { bytes -> Bool in
      guard let directory = try? ZipDirectory(bytes) else { return false }
      let folders = directory.entries.lazy.compactMap { entry -> String? in
        let name = String(decoding: bytes[entry.name], as: UTF8.self)
        return name.hasSuffix("/constants.pkl") ? String(name.dropLast("/constants.pkl".count)) : nil
      }
      guard let folder = folders.first(where: { !$0.contains("/") }) else { return false }
      return directory.entries.contains { bytes[$0.name].elementsEqual("\(folder)/data.pkl".utf8) }
    }
    return found ? .certain : .none
  }

  /// The version of the archive's format, such as `3`.
  package func version() throws -> String? {
    guard let count = archive.byteCount(of: "version"), count <= 64 else { return nil }
    return try archive.bytes(of: "version").map { String(decoding: $0.filter { $0 > 0x20 }, as: UTF8.self) }
  }

  /// Bytes of the file.
  package var byteCount: Int { archive.byteCount }

  /// The inputs with which a network was traced, if the archive keeps them; `nil` for one that is no tensor.
  package func tracedInputs() throws -> [TracedInput?]? {
    try archive.tree("traced_inputs").flatMap(TracedInput.inputs)
  }

  /// What the source of a module defines; `nil` if the archive has none of that name.
  package func source(of module: String) throws -> ScriptSource? {
    if let known = sources[module] { return known }
    let path = "code/\(module.split(separator: ".").joined(separator: "/")).py"
    guard let byteCount = archive.byteCount(of: path) else { return nil }
    guard byteCount <= sourceAllowance else {
      throw TorchScriptFault.tooMuchSource(bytes: byteCount, limit: sourceAllowance)
    }
    sourceAllowance -= byteCount
    guard let bytes = try archive.bytes(of: path) else { return nil }
    let source = try ScriptParser.parse(bytes, module: module, budget: budget)
    sources[module] = source
    return source
  }

  /// The class of a name such as `__torch__.net.Net`.
  package func type(named name: String) throws -> ScriptClass? {
    guard let (module, last) = Self.parts(name) else { return nil }
    return try source(of: module)?.classes[last]
  }

  /// The function of a name such as `__torch__.torch.nn.functional.relu`.
  package func function(named name: String) throws -> ScriptFunction? {
    guard let (module, last) = Self.parts(name) else { return nil }
    return try source(of: module)?.functions[last]
  }

  private static func parts(_ name: String) -> (module: String, last: String)? {
    name.lastIndex(of: ".").map { (String(name[..<$0]), String(name[name.index(after: $0)...])) }
  }

  /// The storages of the code's constants, which lie in a folder of their own.
  private final class ConstantStorages: TorchStorages {
    let archive: TorchArchive

    init(_ archive: TorchArchive) { self.archive = archive }

    var isBigEndian: Bool { archive.isBigEndian }
    var byteCount: Int { archive.byteCount }

    func storage(_ key: String) throws -> Storage? { try archive.storage(key, in: "constants") }
  }
}
