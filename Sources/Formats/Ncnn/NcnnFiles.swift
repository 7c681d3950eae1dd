import CNNSystem
import CNNTensors

/// The two files of a network: `NAME.param`, the layers, and `NAME.bin`, their weights.
package enum NcnnFiles {
  private static let ending = ".param"

  /// The file of the weights that belongs to a param file.
  package static func dataPath(of path: String) -> String {
    (path.lowercased().hasSuffix(ending) ? String(path.dropLast(ending.count)) : path) + ".bin"
  }

  /// Tells a param file by its first line.
  package static func recognize(_ input: ModelFile) -> Recognition {
    guard let file = input.file else { return .none }
    let mark = Array(NcnnText.mark.utf8)
    return file.withBytes { bytes in
      guard bytes.count > mark.count, bytes.starts(with: mark) else { return .none }
      return [UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: " ")].contains(bytes[mark.count]) ? .certain : .none
    }
  }

  /// Writes both files. The weights take their place first, and the layers last.
  /// - Parameter isHalf: whether weights that have a tag are rounded to `float16`. Those that it cannot hold stay as they
  ///   are.
  /// - Returns: what a user should know, one line each.
  /// - Throws: ``FileError``, ``NcnnFault``.
  package static func write(
    _ layers: [(layer: NcnnLayer, weights: [NcnnWeight])], isHalf: Bool = false, to path: String
  ) throws -> [String] {
    let text = NcnnText.text(of: layers.map(\.layer))
    let file = try AtomicFile(path: path)
    try Array(text.utf8).withUnsafeBytes { try file.write($0) }
    let data = try AtomicFile(path: dataPath(of: path))
    var kept: [String] = []
    for (layer, weights) in layers {
      for weight in weights where try !write(weight, isHalf, of: layer, to: data) { kept.append(layer.name) }
    }
    try AtomicFile.publish(data, file)
    return kept.isEmpty ? [] : ["weights beyond the range of float16 stay float32, those of \(kept.quoted())"]
  }

  /// - Returns: false if the numbers do not fit into half precision.
  private static func write(
    _ weight: NcnnWeight, _ isHalf: Bool, of layer: NcnnLayer, to data: AtomicFile
  ) throws -> Bool {
    var tensor = weight.tensor
    var fits = true
    if isHalf, weight.isTagged, tensor.elementType == .float32 {
      // 65520 is the first number that rounds to infinity.
      fits = try tensor.withValues(as: Float.self) { $0.allSatisfy { $0.magnitude < 65520 } }
      if fits { tensor = try tensor.converted(to: .float16) }
    }
    guard let storage = tensor.storage else { throw NcnnFault.unwritable("layer \(layer.name.quoted) holds text") }
    guard weight.isTagged else {
      try data.write(storage)
      return true
    }
    let tag = tensor.elementType == .float16 ? NcnnTag.float16 : NcnnTag.float32
    try withUnsafeBytes(of: tag.littleEndian) { try data.write($0) }
    try data.write(storage)
    try data.writeZeros((4 - storage.byteCount % 4) % 4)
    return fits
  }
}
