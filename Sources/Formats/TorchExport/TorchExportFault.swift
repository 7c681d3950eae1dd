import CNNTensors

/// What can be wrong with an archive of `torch.export.save`.
package enum TorchExportFault: FormatFault, Hashable {
  /// A schema of another major version, and the PyTorch that wrote it.
  case schema(major: Int, torch: String?)
  /// A layout of the archive that is not known.
  case archiveVersion(String)
  /// Something that no graph can hold; what.
  case unsupported(String)
  /// A member that must be there is not.
  case missingMember(String)
  /// A field that must be there is not, or is of another kind; its name, and where the object around it stands.
  case field(String, at: Int)
  /// A field of the record of a tensor.
  case tensorField(String, tensor: String)
  /// The graph names a weight that the archive does not hold.
  case missingWeight(String)
  /// Graphs within graphs deeper than a limit.
  case tooDeep(limit: Int)

  /// What is wrong, and what to do.
  package var message: String {
    switch self {
    case .schema(let major, let torch):
      "is a torch.export archive of schema \(major)\(torch.map { ", written by torch \($0.inSentence)" } ?? "")"
        + ", which is not supported; "
        + (major < 8
          ? "load it with the torch that wrote it, and export it again with torch 2.6 or later"
          : "export it again with torch 2.13")
    case .archiveVersion(let version):
      "is a torch.export archive of layout \(version.quoted), which is not supported; save it again with torch 2.13"
    case .unsupported(let what): what
    case .missingMember(let name): "archive member \(name.quoted) is missing; the file is incomplete"
    case .field(let name, let offset): "its program has no field \(name.quoted) of the expected form at byte \(offset)"
    case .tensorField(let name, let tensor): "tensor \(tensor.quoted): no field \(name.quoted) of the expected form"
    case .missingWeight(let name): "tensor \(name.quoted): its data is missing; the file is incomplete"
    case .tooDeep(let limit): "graphs nested more than \(limit) deep"
    }
  }

  /// True for what another program may read.
  package var isUnsupported: Bool {
    switch self {
    case .schema, .archiveVersion, .unsupported: true
    default: false
    }
  }

  /// True for depth.
  package var isLimit: Bool { if case .tooDeep = self { true } else { false } }
}
