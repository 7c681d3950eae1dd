import CNNFormats
import CNNGraphs
import CNNTensors

extension ImagePreparation {
  /// The extent that prepared pictures have; `nil` if it follows each picture's own.
  public var extent: ImageExtent? {
    if let crop { return crop }
    switch resizing {
    case .exact(let extent), .letterbox(let extent): return extent
    case .none, .shorterSide: return nil
    }
  }

  /// The extent that a picture has when it is prepared.
  public func extent(of image: RGBImage) -> ImageExtent { PictureFrame(image, self).prepared }

  /// The size of a picture whose shorter side is set: the longer one has its share of it, rounded down.
  static func extent(of image: RGBImage, shorterSide side: Int) -> ImageExtent {
    let (short, long) = (min(image.width, image.height), max(image.width, image.height))
    let other = Int(Double(side) * Double(long) / Double(short))
    let isWide = image.width > image.height
    return ImageExtent(width: isWide ? other : side, height: isWide ? side : other)
  }

  /// The picture in the right size, its pixels still from 0 to 255.
  public func fitted(_ image: RGBImage) throws -> RGBImage {
    let image = channels == .grey ? try image.grey() : image
    switch resizing {
    case .none: return try middle(of: image, ImageExtent(width: image.width, height: image.height))
    case .exact(let extent): return try middle(of: image, extent)
    case .shorterSide(let side): return try middle(of: image, Self.extent(of: image, shorterSide: side))
    case .letterbox(let goal): return try letterboxed(image, goal)
    }
  }

  private func middle(of image: RGBImage, _ size: ImageExtent) throws -> RGBImage {
    guard let crop else { return try image.resized(width: size.width, height: size.height, by: interpolation) }
    // A picture that is too small is set in black first, half a pixel more on the right and below.
    let width = max(size.width, crop.width)
    let height = max(size.height, crop.height)
    let region = ImageRegion(middleOf: size.width, size.height, width: crop.width, height: crop.height)
    let part = try image.resized(width: size.width, height: size.height, by: interpolation, region: region)
    if width == size.width, height == size.height { return part }
    return try part.padded(
      width: crop.width, height: crop.height, left: max(0, crop.width - size.width) / 2,
      top: max(0, crop.height - size.height) / 2, with: 0)
  }

  private func letterboxed(_ image: RGBImage, _ goal: ImageExtent) throws -> RGBImage {
    let box = Letterbox(width: image.width, height: image.height, in: goal)
    let small = try image.resized(width: box.width, height: box.height, by: interpolation)
    return try small.padded(
      width: goal.width, height: goal.height, left: box.left, top: box.top, with: Letterbox.grey)
  }

  /// Pictures as a network's input: `[N, C, H, W]` or `[N, H, W, C]`.
  /// - Throws: ``ConversionError`` if they do not become one size, or the memory budget does not allow it.
  public func tensor(_ images: [RGBImage], elementType: ElementType = .float32) throws -> Tensor {
    do {
      let fitted = try images.map(self.fitted)
      guard let first = fitted.first else { throw ConversionError(.usage, "no picture") }
      let (width, height) = (first.width, first.height)
      guard fitted.allSatisfy({ $0.width == width && $0.height == height }) else {
        throw ConversionError(.usage, "pictures of several sizes do not go into one batch; crop them")
      }
      if let fault { throw ConversionError(.usage, fault) }
      let tables = lookUpTables
      let shape = [images.count] + (layout == .nchw ? [channelCount, height, width] : [height, width, channelCount])
      let area = width * height
      try WorkBudget.current.charge(area * channelCount * images.count, times: WorkBudget.Cost.step)
      let tensor = try Tensor(
        .float32, shape: shape,
        computing: { (target: UnsafeMutableBufferPointer<Float>) in
          guard var place = target.baseAddress else { return }
          for image in fitted {
            image.pixels.withBytes { bytes in
              guard let source = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
              for (channel, table) in tables.enumerated() {
                let offset = channels == .bgr ? 2 - channel : channel
                let (start, step) = layout == .nchw ? (channel * area, 1) : (channel, channelCount)
                table.withUnsafeBufferPointer { table in
                  for pixel in 0..<area { place[start + pixel * step] = table[Int(source[pixel * 3 + offset])] }
                }
              }
            }
            place += area * channelCount
          }
        })
      return elementType == .float32 ? tensor : try tensor.converted(to: elementType, saturating: true)
    } catch { throw ConversionError(outside: error) }
  }

  /// What each of the 256 numbers becomes in each channel, in the arithmetic of torchvision: single precision, divided by
  /// 255 rather than multiplied by its inverse.
  private var lookUpTables: [[Float]] {
    (0..<channelCount).map { channel in
      let mean = Float(mean[mean.count == 1 ? 0 : channel])
      let deviation = Float(deviation[deviation.count == 1 ? 0 : channel])
      return (0..<256).map { value in
        let scaled = scale == 1 / 255 ? Float(value) / 255 : Float(value) * Float(scale)
        return (scaled - mean) / deviation
      }
    }
  }
}
