import CNNTensors

/// A file of `torch.export.save`.
package struct TorchExportArchive: Sendable {
  /// The program.
  package let program: TorchExportProgram
  /// Parameters and buffers by their names in the module, in the file's order.
  package let states: [StateDictionary.Entry]
  /// Constant tensors and buffers that are no part of the state.
  package let constants: [StateDictionary.Entry]
  /// Inputs that the program was tried with, in the order of the caller's inputs, `nil` for those that are no tensors;
  /// empty if there are none.
  package let examples: [Tensor?]
  /// What a user should know.
  package let remarks: [String]
  /// Bytes of the file.
  package let byteCount: Int
}

/// Reads archives of `torch.export.save`, in the layout of torch 2.8 and later and in the older one. Nothing in them is run:
/// the graph is JSON, and pickles are read as data. Weights stay in the mapped file.
package enum TorchExportReader {
  private static let program = "serialized_exported_program.json"

  /// Tells by the names of the members.
  package static func recognize(_ input: ModelFile) -> Recognition {
    guard input.kind == .zip, let file = input.file else { return .none }
    let isArchive = file.withBytes { bytes in
      guard let directory = try? ZipDirectory(bytes) else { return false }
      return directory.entries.contains { entry in
        let name = bytes[entry.name]
        return name.elementsEqual(Self.program.utf8) || name.elementsEqual("archive_format".utf8)
          || name.reversed().starts(with: "/archive_format".utf8.reversed())
      }
    }
    return isArchive ? .certain : .none
  }

  /// Reads an archive.
  /// - Throws: ``TorchExportFault``, ``FormatError``, ``JSONFault``.
  package static func read(_ file: MappedFile) throws -> TorchExportArchive {
    do {
      let archive = try StoredArchive(Storage(file: file, offset: 0, count: file.byteCount))
      return archive.has(program) ? try readOld(archive, file) : try readNew(archive, file)
    } catch let error as TensorError { throw FormatError.tensor(nil, error) }
  }

  private static func required(_ name: String, _ archive: StoredArchive) throws -> Storage {
    guard let bytes = try archive.member(name) else { throw TorchExportFault.missingMember(name) }
    return bytes
  }

  // MARK: torch 2.8 and later

  private static func readNew(_ archive: StoredArchive, _ file: MappedFile) throws -> TorchExportArchive {
    guard let mark = archive.names.first(where: { $0 == "archive_format" || $0.hasSuffix("/archive_format") }) else {
      throw TorchExportFault.missingMember("archive_format")
    }
    let folder = String(mark.dropLast("archive_format".count))
    let version = try archive.text("\(folder)archive_version") ?? ""
    guard try archive.text(mark) == "pt2", version == "0" else { throw TorchExportFault.archiveVersion(version) }
    guard try archive.text("\(folder)byteorder") != "big" else {
      throw TorchExportFault.unsupported("weights whose most significant bytes come first are not supported")
    }
    let start = "\(folder)models/"
    let models = archive.names.filter { $0.hasPrefix(start) && $0.hasSuffix(".json") }
      .map { String($0.dropFirst(start.count).dropLast(5)) }
    guard let name = models.contains("model") ? "model" : models.first else {
      let isCompiled = archive.names.contains { $0.hasPrefix("\(folder)data/aotinductor/") }
      throw isCompiled
        ? TorchExportFault.unsupported(
          "holds a program that AOTInductor compiled, which is not run; save it with torch.export.save")
        : TorchExportFault.missingMember("\(start)model.json")
    }
    var remarks: [String] = []
    if models.count > 1 {
      remarks.append(
        "the file holds \(models.count) programs; \(name.quoted) was taken, not \(models.filter { $0 != name }.quoted())"
      )
    }
    let program = try TorchExportProgram(required("\(start)\(name).json", archive))
    let reader = TorchExportTensors(archiveByteCount: file.byteCount)
    let states = try entries(archive, folder, "weights", name, reader)
    let constants = try entries(archive, folder, "constants", name, reader)
    let sample = "\(folder)data/sample_inputs/\(name).pt"
    let examples = try examples(archive, sample, &remarks)
    return TorchExportArchive(
      program: program, states: states, constants: constants, examples: examples, remarks: remarks,
      byteCount: file.byteCount)
  }

  /// The tensors that a table lists: each names a member with the bytes of a storage, which others may share.
  private static func entries(
    _ archive: StoredArchive, _ folder: String, _ kind: String, _ model: String, _ reader: TorchExportTensors
  ) throws -> [StateDictionary.Entry] {
    // Some versions wrote a pickled dictionary in place of the table.
    let saved = "\(folder)data/\(kind)/\(model).pt"
    if let bytes = try archive.member(saved) {
      return try SavedObject(bytes, name: saved).dictionary().map {
        StateDictionary.Entry(key: $0.key, tensor: $0.tensor)
      }
    }
    guard let bytes = try archive.member("\(folder)data/\(kind)/\(model)_\(kind)_config.json") else { return [] }
    let root = try JSONDocument(bytes).root
    guard let table = root["config"]?.members else { throw TorchExportFault.field("config", at: root.position) }
    return try table.map { key, record in
      guard let name = record["path_name"]?.string else { throw TorchExportFault.tensorField("path_name", tensor: key) }
      guard !(record["use_pickle"]?.bool ?? false) else {
        throw TorchExportFault.unsupported("tensor \(key.quoted) is pickled, as those of classes of their own are")
      }
      guard let meta = record["tensor_meta"], meta.isObject else {
        throw TorchExportFault.unsupported(
          "\(key.quoted) is a custom object, which only the program that made it understands")
      }
      guard let storage = try archive.member("\(folder)data/\(kind)/\(name)") else {
        throw TorchExportFault.missingWeight(key)
      }
      let tensor = try reader.tensor(TorchExportGraph.TensorRecord(meta, name: key), over: storage, key: key)
      return StateDictionary.Entry(key: key, tensor: tensor)
    }
  }

  /// Example inputs. They are no part of the program: what is odd about them is said and they are left out.
  private static func examples(
    _ archive: StoredArchive, _ name: String, _ remarks: inout [String]
  ) throws -> [Tensor?] {
    guard let bytes = try archive.member(name), bytes.byteCount > 0 else { return [] }
    do { return try SavedObject(bytes, name: name).leaves() } catch let error as any FormatFault {
      remarks.append("the example inputs were left out: \(error.message)")
      return []
    }
  }

  // MARK: torch 2.1 to 2.7

  private static func readOld(_ archive: StoredArchive, _ file: MappedFile) throws -> TorchExportArchive {
    // The schema comes first: older ones have other fields.
    let version = try archive.text("version") ?? ""
    guard let major = version.split(separator: ".").first.flatMap({ Int($0.filter(\.isNumber)) }) else {
      throw TorchExportFault.missingMember("version")
    }
    guard major == 8 else { throw TorchExportFault.schema(major: major, torch: nil) }
    let program = try TorchExportProgram(required(Self.program, archive))
    func tensors(_ stem: String) throws -> [StateDictionary.Entry] {
      for name in ["\(stem).pt", "\(stem).json"] {
        guard let bytes = try archive.member(name) else { continue }
        if bytes.byteCount == 0 { return [] }
        return try SavedObject(bytes, name: name).dictionary().map {
          StateDictionary.Entry(key: $0.key, tensor: $0.tensor)
        }
      }
      return []
    }
    var remarks: [String] = []
    let examples = try examples(archive, "serialized_example_inputs.pt", &remarks)
    return TorchExportArchive(
      program: program, states: try tensors("serialized_state_dict"), constants: try tensors("serialized_constants"),
      examples: examples, remarks: remarks, byteCount: file.byteCount)
  }
}
