import CImageCodecs
import CNNTensors

extension RGBImage {
  /// The picture in another size, as Pillow's `Image.resize` makes it, to the byte.
  ///
  /// The two passes are in the order of Pillow 13: columns first if the height shrinks by more than twice what the width
  /// does. Earlier versions always began with the rows; results then differ by the rounding between the passes.
  /// - Parameters:
  ///   - region: the part of the new picture to make; all of it if `nil`. Only this part takes time and memory.
  /// - Throws: `TensorError` if the memory budget does not allow the size.
  public func resized(
    width newWidth: Int, height newHeight: Int, by interpolation: Interpolation, region: ImageRegion? = nil
  ) throws -> RGBImage {
    precondition(newWidth > 0 && newHeight > 0, "a picture of no size")
    let region = region ?? ImageRegion(columns: 0..<newWidth, rows: 0..<newHeight)
    precondition(region.columns.upperBound <= newWidth && region.rows.upperBound <= newHeight, "a part outside")
    guard let filter = interpolation.filter else { return try sampled(newWidth, newHeight, region) }
    let columns =
      newWidth == width
      ? nil : try ResizingFilter(filter, source: width, target: newWidth, range: region.columns)
    let rows =
      newHeight == height
      ? nil : try ResizingFilter(filter, source: height, target: newHeight, range: region.rows)
    let whole = ImageRegion(columns: columns?.sources ?? region.columns, rows: rows?.sources ?? region.rows)
    switch (columns, rows) {
    case (nil, nil): return try cropped(to: whole)
    case (let columns?, nil): return try filteringRows(columns, whole)
    case (nil, let rows?): return try filteringColumns(rows, whole)
    case (let columns?, let rows?):
      let isColumnsFirst = newHeight < height && height - newHeight > 2 * (width - newWidth)
      let half = isColumnsFirst ? try filteringColumns(rows, whole) : try filteringRows(columns, whole)
      let rest = ImageRegion(columns: 0..<half.width, rows: 0..<half.height)
      return isColumnsFirst ? try half.filteringRows(columns, rest) : try half.filteringColumns(rows, rest)
    }
  }

  /// Part of the picture.
  public func cropped(to region: ImageRegion) throws -> RGBImage {
    if region.columns == 0..<width, region.rows == 0..<height { return self }
    let row = region.columns.count * 3
    return try RGBImage(width: region.columns.count, height: region.rows.count) { target in
      try withPixels { source in
        for (index, y) in region.rows.enumerated() {
          target.advanced(by: index * row)
            .update(from: source.advanced(by: (y * width + region.columns.lowerBound) * 3), count: row)
        }
      }
    }
  }

  /// The picture in the middle of a larger one of a single colour.
  /// - Parameters:
  ///   - left: columns to the left of it.
  ///   - top: rows above it.
  public func padded(width newWidth: Int, height newHeight: Int, left: Int, top: Int, with value: UInt8) throws
    -> RGBImage
  {
    precondition(left >= 0 && top >= 0 && left + width <= newWidth && top + height <= newHeight, "no room")
    return try RGBImage(width: newWidth, height: newHeight) { target in
      target.update(repeating: value, count: newWidth * newHeight * 3)
      try withPixels { source in
        for y in 0..<height {
          target.advanced(by: ((y + top) * newWidth + left) * 3)
            .update(from: source.advanced(by: y * width * 3), count: width * 3)
        }
      }
    }
  }

  private func filteringRows(_ filter: ResizingFilter, _ region: ImageRegion) throws -> RGBImage {
    try filter.withWeights { weights in
      try WorkBudget.current.charge(
        weights.pointee.count.saturatingMultiplied(by: region.rows.count),
        times: weights.pointee.stride.saturatingMultiplied(by: 3 * WorkBudget.Cost.step))
      return try RGBImage(width: weights.pointee.count, height: region.rows.count) { target in
        try withPixels { source in
          picture_filter_rows(
            weights, source.advanced(by: (region.rows.lowerBound * width + region.columns.lowerBound) * 3), width,
            region.rows.count, target)
        }
      }
    }
  }

  private func filteringColumns(_ filter: ResizingFilter, _ region: ImageRegion) throws -> RGBImage {
    try filter.withWeights { weights in
      let row = region.columns.count * 3
      try WorkBudget.current.charge(
        weights.pointee.count.saturatingMultiplied(by: row),
        times: weights.pointee.stride.saturatingMultiplied(by: WorkBudget.Cost.step))
      return try RGBImage(width: region.columns.count, height: weights.pointee.count) { target in
        try withPixels { source in
          _ = try Storage(byteCount: row * 4) { sums in
            picture_filter_columns(
              weights, source.advanced(by: (region.rows.lowerBound * width + region.columns.lowerBound) * 3), width * 3,
              row, target, sums.bindMemory(to: Int32.self).baseAddress)
          }
        }
      }
    }
  }

  /// The pixels that new pixels' middles lie in. Steps are added up, as Pillow does it.
  private func sampled(_ newWidth: Int, _ newHeight: Int, _ region: ImageRegion) throws -> RGBImage {
    func places(_ extent: Int, _ newExtent: Int, _ range: Range<Int>) -> [Int] {
      let step = Double(extent) / Double(newExtent)
      var (place, places) = (step * 0.5, [Int]())
      for index in 0..<range.upperBound {
        if index >= range.lowerBound { places.append(min(Int(place), extent - 1)) }
        place += step
      }
      return places
    }
    try WorkBudget.current.charge(newWidth.saturatingAdded(to: newHeight), times: WorkBudget.Cost.step)
    let columns = places(width, newWidth, region.columns)
    let rows = places(height, newHeight, region.rows)
    return try RGBImage(width: columns.count, height: rows.count) { target in
      try withPixels { source in
        for (y, row) in rows.enumerated() {
          for (x, column) in columns.enumerated() {
            target.advanced(by: (y * columns.count + x) * 3)
              .update(from: source.advanced(by: (row * width + column) * 3), count: 3)
          }
        }
      }
    }
  }
}
