/// The kinds of pictures that can be read, told by their first bytes.
public enum ImageKind: String, Sendable, CaseIterable {
  /// JPEG: baseline, progressive, grey, in colours or inks.
  case jpeg = "JPEG"
  /// PNG of every kind.
  case png = "PNG"
  /// WebP, lossy or lossless; of an animation the first frame.
  case webp = "WebP"
  /// The portable maps of Netpbm: PBM, PGM and PPM.
  case portableMap = "PPM"

  /// The kind of a file that begins with `head`; `nil` if it is none of these.
  public init?(_ head: UnsafeRawBufferPointer) {
    let isRIFF = head.count >= 12 && head.starts(with: Array("RIFF".utf8))
    if head.starts(with: [0xff, 0xd8, 0xff]) {
      self = .jpeg
    } else if head.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
      self = .png
    } else if isRIFF, head[8..<12].elementsEqual(Array("WEBP".utf8)) {
      self = .webp
    } else if head.count > 2, head[0] == UInt8(ascii: "P"), UInt8(ascii: "1")...UInt8(ascii: "6") ~= head[1],
      PortableMap.isSpace(head[2])
    {
      self = .portableMap
    } else {
      return nil
    }
  }
}
