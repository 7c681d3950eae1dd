import CImageCodecs
import CNNTensors

extension RGBImage {
  /// The picture as a PNG file.
  /// - Throws: `TensorError` if the memory budget does not allow the size.
  public func withPNG<R>(_ body: (UnsafeRawBufferPointer) throws -> R) throws -> R {
    var count = 0
    var report = picture_report()
    guard picture_encode_png(nil, UInt32(width), UInt32(height), nil, &count, &report) == picture_ok.rawValue else {
      throw TensorError.noMemory(requested: pixels.byteCount)
    }
    try WorkBudget.current.charge(width.saturatingMultiplied(by: height), times: 500)
    let file = try Storage(byteCount: count) { target in
      let start = target.bindMemory(to: UInt8.self).baseAddress
      let status = try withPixels { picture_encode_png($0, UInt32(width), UInt32(height), start, &count, &report) }
      guard status == picture_ok.rawValue else { throw TensorError.noMemory(requested: count) }
    }
    return try file.withBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
  }
}
