import CNNTensors

extension RGBImage {
  /// The picture in grey, as Pillow's `convert("L")` weighs the colours (ITU-R 601-2), the value in all three channels.
  public func grey() throws -> RGBImage {
    try WorkBudget.current.charge(width * height, times: WorkBudget.Cost.step)
    return try RGBImage(width: width, height: height) { target in
      try withPixels { source in
        for pixel in 0..<width * height {
          let red = UInt32(source[3 * pixel]) * 19595
          let green = UInt32(source[3 * pixel + 1]) * 38470
          let blue = UInt32(source[3 * pixel + 2]) * 7471
          let value = UInt8((red + green + blue + 0x8000) >> 16)
          (target[3 * pixel], target[3 * pixel + 1], target[3 * pixel + 2]) = (value, value, value)
        }
      }
    }
  }
}
