import CNNTensors

/// A picture of eight bits for each of red, green and blue.
public struct RGBImage: Sendable {
  /// Pixels from left to right.
  public let width: Int
  /// Pixels from top to bottom.
  public let height: Int
  /// The pixels, `uint8[height, width, 3]`.
  public let pixels: Tensor

  /// A picture over existing pixels.
  /// - Throws: ``TensorError`` if they are not `uint8[height, width, 3]`, or there are none.
  public init(_ pixels: Tensor) throws {
    guard pixels.elementType == .uint8 else {
      throw TensorError.elementType(expected: .uint8, found: pixels.elementType)
    }
    guard pixels.rank == 3, pixels.shape[2] == 3, pixels.count > 0 else {
      throw TensorError.index([0, 0, 2], shape: pixels.shape)
    }
    (height, width, self.pixels) = (pixels.shape[0], pixels.shape[1], pixels)
  }

  /// A picture whose pixels `body` writes, all of them.
  init(width: Int, height: Int, writing body: (UnsafeMutablePointer<UInt8>) throws -> Void) throws {
    (self.width, self.height) = (width, height)
    pixels = try Tensor(.uint8, shape: [height, width, 3]) { bytes in
      guard let start = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
      try body(start)
    }
  }

  /// The first byte of the pixels, valid during `body`.
  func withPixels<R>(_ body: (UnsafePointer<UInt8>) throws -> R) throws -> R {
    try pixels.withBytes { bytes in
      guard let start = bytes.bindMemory(to: UInt8.self).baseAddress else {
        throw TensorError.index([0], shape: pixels.shape)
      }
      return try body(start)
    }
  }
}
