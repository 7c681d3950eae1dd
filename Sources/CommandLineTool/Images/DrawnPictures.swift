import CNNConv
import CNNSystem

/// What `run --image … --draw` writes: one picture, or a folder of them.
final class DrawnPictures {
  private enum Place {
    case file
    case folder(OutputFolder)
  }

  private let path: String
  private let place: Place
  private var names = FileNames()
  private(set) var byteCount = 0

  /// - Parameter files: the pictures that are read; none of them is written over.
  /// - Throws: ``ConversionError``.
  init(_ path: String, of files: [String], model: String) throws {
    self.path = path
    if files.count == 1, !Folder.exists(path) {
      guard path.hasSuffix(".png") else {
        throw ConversionError(.usage, "--draw \(path): the name of a picture that is written ends in .png")
      }
      guard !OverwriteCheck(files + [model]).holds(path) else {
        throw ConversionError(.usage, "is what is read; name another file", at: .init(file: path))
      }
      place = .file
    } else {
      guard !path.hasSuffix(".png") else {
        throw ConversionError(.usage, "--draw \(path): for several pictures name a folder")
      }
      place = .folder(try OutputFolder(path))
    }
  }

  /// Writes one.
  func add(_ image: RGBImage, of file: String) throws {
    switch place {
    case .file: byteCount += try ImageFile.write(image, to: path)
    case .folder(let folder):
      let stem = Path.split(file).name.split(separator: ".").dropLast().joined(separator: ".")
      let name = names.next(for: stem.isEmpty ? "picture" : stem)
      try folder.write("\(name).png") { byteCount += try ImageFile.write(image, to: $0) }
    }
  }

  /// Lets all of them appear.
  func publish() throws {
    if case .folder(let folder) = place { try folder.publish() }
    Terminal.resultIsOut()
  }
}
