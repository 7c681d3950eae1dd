import CImageCodecs
import CNNSystem
import CNNTensors

/// Decodes pictures to the bytes that Pillow's `Image.open(path).convert("RGB")` gives: transparency is dropped, grey is
/// repeated, and what cameras note of their orientation is ignored.
public enum ImageReader {
  /// Decodes a file, recognised by its content.
  /// - Throws: ``ImageFault``, `TensorError` if the memory budget does not allow its size, `FileError`.
  public static func read(_ file: MappedFile) throws -> RGBImage {
    try file.withBytes { bytes in
      guard ImageKind(bytes) != nil else { throw ImageFault.notAnImage(FileKind(file)) }
      return try read(bytes)
    }
  }

  /// Decodes the bytes of a file.
  /// - Throws: ``ImageFault``, `TensorError` if the memory budget does not allow its size.
  public static func read(_ bytes: UnsafeRawBufferPointer) throws -> RGBImage {
    switch ImageKind(bytes) {
    case nil: throw ImageFault.notAnImage(.unknown)
    case .portableMap?: try PortableMap(bytes).image()
    case .jpeg?: try decode(.jpeg, bytes, picture_measure_jpeg, picture_decode_jpeg)
    case .png?: try decode(.png, bytes, picture_measure_png, picture_decode_png)
    case .webp?: try decode(.webp, bytes, picture_measure_webp, picture_decode_webp)
    }
  }

  private typealias Measure = (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<picture_report>?) -> Int32
  private typealias Decode = (
    UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<picture_report>?, UnsafeMutablePointer<UInt8>?, picture_progress?,
    UnsafeMutableRawPointer?
  ) -> Int32

  /// Sizes are known, and memory is charged, before anything is allocated for pixels.
  private static func decode(
    _ kind: ImageKind, _ bytes: UnsafeRawBufferPointer, _ measure: Measure, _ decode: Decode
  ) throws -> RGBImage {
    let start = bytes.bindMemory(to: UInt8.self).baseAddress
    var report = picture_report()
    try check(measure(start, bytes.count, &report), kind, report)
    guard report.width > 0, report.height > 0 else { throw ImageFault.empty(kind) }
    let scratch = try MemoryCharge(Int(clamping: report.scratch))
    defer { withExtendedLifetime(scratch) {} }
    return try RGBImage(width: Int(report.width), height: Int(report.height)) { pixels in
      let watch = Watch()
      let context = Unmanaged.passUnretained(watch).toOpaque()
      let status = withExtendedLifetime(watch) {
        decode(start, bytes.count, &report, pixels, { Watch.goOn($0, $1) }, context)
      }
      if let error = watch.error { throw error }
      try check(status, kind, report)
    }
  }

  private static func check(_ status: Int32, _ kind: ImageKind, _ report: picture_report) throws {
    switch UInt32(status) {
    case picture_ok.rawValue: return
    case picture_cut_short.rawValue: throw ImageFault.cutShort(kind)
    case picture_unsupported.rawValue: throw ImageFault.unsupported(kind, words(report))
    case picture_no_memory.rawValue: throw TensorError.noMemory(requested: Int(clamping: report.scratch))
    default: throw ImageFault.damaged(kind, words(report))
    }
  }

  private static func words(_ report: picture_report) -> String {
    withUnsafeBytes(of: report.reason) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// Charges work while a picture is decoded.
  private final class Watch {
    /// About what decoding a pixel takes, in units.
    private static let pixelCost = 500
    var error: (any Error)?

    static func goOn(_ context: UnsafeMutableRawPointer?, _ pixels: UInt64) -> Bool {
      guard let context else { return false }
      let watch = Unmanaged<Watch>.fromOpaque(context).takeUnretainedValue()
      do { try WorkBudget.current.charge(Int(clamping: pixels), times: pixelCost) } catch {
        watch.error = error
        return false
      }
      return true
    }
  }
}
