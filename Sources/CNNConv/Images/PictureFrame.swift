import CNNFormats

/// Where the places of a prepared picture lie in the picture itself.
struct PictureFrame: Sendable {
  /// Pixels of the picture.
  let width, height: Int
  /// Pixels of the prepared picture.
  let prepared: ImageExtent
  /// Pixels of the picture for one prepared pixel.
  private let scale: (x: Double, y: Double)
  /// Where the picture begins in the prepared one; negative if it is cropped.
  private let start: (x: Double, y: Double)

  init(_ image: RGBImage, _ preparation: ImagePreparation) {
    (width, height) = (image.width, image.height)
    var (size, start) = (preparation.resized(image), (x: 0, y: 0))
    var extent = size
    if case .letterbox(let goal) = preparation.resizing {
      let box = Letterbox(width: image.width, height: image.height, in: goal)
      (size, extent, start) = (ImageExtent(width: box.width, height: box.height), goal, (box.left, box.top))
    } else if let crop = preparation.crop {
      let region = ImageRegion(middleOf: size.width, size.height, width: crop.width, height: crop.height)
      start.x = crop.width > size.width ? (crop.width - size.width) / 2 : -region.columns.lowerBound
      start.y = crop.height > size.height ? (crop.height - size.height) / 2 : -region.rows.lowerBound
      extent = crop
    }
    prepared = extent
    scale = (Double(width) / Double(size.width), Double(height) / Double(size.height))
    self.start = (Double(start.x), Double(start.y))
  }

  /// A place of the prepared picture as one of the picture, at most at its border.
  func place(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (
      min(max((x - start.x) * scale.x, 0), Double(width)), min(max((y - start.y) * scale.y, 0), Double(height))
    )
  }

  /// The prepared pixel, as a share of its width and height, that the middle of a pixel of the picture lies in; `nil` if it was
  /// cropped away.
  func share(ofColumn column: Int) -> Double? {
    share((Double(column) + 0.5) / scale.x + start.x, prepared.width)
  }

  /// The same for a row.
  func share(ofRow row: Int) -> Double? { share((Double(row) + 0.5) / scale.y + start.y, prepared.height) }

  private func share(_ place: Double, _ extent: Int) -> Double? {
    place >= 0 && place < Double(extent) ? place / Double(extent) : nil
  }
}

extension ImagePreparation {
  /// The size that a picture is resized to, before it is cropped; for a frame the picture's own.
  fileprivate func resized(_ image: RGBImage) -> ImageExtent {
    switch resizing {
    case .none, .letterbox: return ImageExtent(width: image.width, height: image.height)
    case .exact(let extent): return extent
    case .shorterSide(let side): return Self.extent(of: image, shorterSide: side)
    }
  }
}
