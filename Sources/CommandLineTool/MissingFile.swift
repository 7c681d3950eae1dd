import CNNConv
import CNNSystem

/// What a user may have meant by a file that is not there.
enum MissingFile {
  /// More names than these are not looked at.
  private static let most = 10_000

  /// What follows on the message of an error; empty if nothing helps.
  static func hint(for error: ConversionError) -> String {
    guard error.code == .notFound, error.remedy == nil, let path = error.location.file, !Path.exists(path) else {
      return ""
    }
    let (folder, name) = Path.split(path)
    guard Folder.exists(folder), let names = try? Folder.names(in: folder, atMost: most) else {
      return "; there is no folder \(folder.quoted)"
    }
    let beside = path.contains("/") ? "\(folder)/" : ""
    let visible = names.filter { !$0.hasPrefix(".") }
    let meant = name.closest(among: visible)
    if !meant.isEmpty { return "; did you mean \(meant.map { beside + $0 }.listed(with: "or").inSentence)?" }
    let models = visible.filter { name in ModelFormats.standard.writableEndings.contains { name.hasSuffix($0) } }
    return models.isEmpty ? "; check its name" : "; there are \(models.quoted(atMost: 4))"
  }
}
