import CNNFormats
import CNNSystem
import CNNTensors

/// Pictures in files: JPEG, PNG, WebP, PPM and PGM.
public enum ImageFile {
  /// Decodes a file, recognised by its content, to the bytes that Pillow's `Image.open(path).convert("RGB")` gives.
  ///
  /// ```swift
  /// let cat = try ImageFile.read("cat.jpg")
  /// let small = try cat.resized(width: 224, height: 224, by: .bilinear)
  /// let tensor = small.pixels  // uint8[224, 224, 3]
  /// ```
  /// - Throws: ``ConversionError``.
  public static func read(_ path: String) throws -> RGBImage {
    do {
      let file = try MappedFile(path: path)
      let image = try ImageReader.read(file)
      try LostFiles.check()
      return image
    } catch {
      throw ConversionError(outside: error, at: .init(file: path))
    }
  }

  /// The kind of picture that a file is; `nil` if it is none, or cannot be opened.
  public static func kind(of path: String) -> ImageKind? {
    (try? MappedFile(path: path))?.withBytes { ImageKind($0) }
  }

  /// The pictures among files and folders: files as they are given, and of a folder those files whose content is a
  /// picture's, sorted by name. Folders within it are not searched.
  /// - Throws: ``ConversionError`` if there is nothing under a path, or a folder holds no picture.
  public static func list(_ paths: [String]) throws -> [String] {
    try paths.flatMap { path in
      guard Folder.exists(path) else { return [path] }
      let base = path.hasSuffix("/") ? path : path + "/"
      let found = try Folder.entries(of: path).map { base + $0 }.filter { kind(of: $0) != nil }
      guard !found.isEmpty else {
        throw ConversionError(
          .notFound, "the folder holds no JPEG, PNG, WebP or PPM picture", at: .init(file: path))
      }
      return found
    }
  }
}
