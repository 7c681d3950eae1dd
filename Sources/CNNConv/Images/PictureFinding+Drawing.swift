import CNNFormats
import CNNTensors

extension ImageClassifier {
  /// A picture with a finding drawn on it: boxes with names and scores, or classes of places in colours.
  /// - Returns: the picture as it is for ``PictureFinding/classes(_:_:)``, which have no place.
  /// - Throws: ``ConversionError`` if the memory budget does not allow it.
  public func drawing(of finding: PictureFinding, on image: RGBImage) throws -> RGBImage {
    do {
      var canvas = try PictureCanvas(image)
      switch finding {
      case .classes: return image
      case .boxes(let boxes): canvas.draw(boxes)
      case .areas(let places, let labels):
        try WorkBudget.current.charge(image.width * image.height, times: WorkBudget.Cost.step)
        canvas.draw(places, labels, PictureFrame(image, preparation))
      }
      return try canvas.image()
    } catch { throw ConversionError(outside: error) }
  }
}

extension PictureCanvas {
  /// Pixels for one of a letter's dots.
  private var letterSize: Int { max(1, min(width, height) / 240) }

  /// The surest box is drawn last, above the others.
  fileprivate mutating func draw(_ boxes: [DetectedBox]) {
    for box in boxes.reversed() {
      let colour = Self.colour(of: box.index)
      let left = Int(box.left)
      let right = max(left + 1, Int(box.right.rounded(.up)))
      let top = Int(box.top)
      let bottom = max(top + 1, Int(box.bottom.rounded(.up)))
      frame(left..<right, top..<bottom, thickness: max(1, min(width, height) / 200), colour)
      let name = box.label ?? "class \(box.index)"
      let size = letterSize
      let above = top - (SmallLetters.height + 2) * size
      write(
        "\(name) \(Int((box.score * 100).rounded()))%", left: left, top: above < 0 ? top : above, size: size, colour)
    }
  }

  /// The largest class has no colour: it is the ground that the others stand on. Names stand in a list at the upper left.
  fileprivate mutating func draw(_ places: PixelClasses, _ labels: ClassLabels?, _ frame: PictureFrame) {
    let areas = places.areas(labels: labels)
    guard let ground = areas.first?.index else { return }
    let columns = (0..<width).map { frame.share(ofColumn: $0).map { Int($0 * Double(places.width)) } }
    for y in 0..<height {
      guard let row = frame.share(ofRow: y).map({ Int($0 * Double(places.height)) }) else { continue }
      for x in 0..<width {
        guard let column = columns[x] else { continue }
        let index = places.classes[row * places.width + column]
        if index != ground { tint(x, y, Self.colour(of: index)) }
      }
    }
    let size = letterSize
    for (line, area) in areas.dropFirst().prefix(8).enumerated() {
      let share = Int((area.share * 100).rounded())
      write(
        "\(area.label ?? "class \(area.index)") \(share)%", left: size,
        top: size + line * (SmallLetters.height + 3) * size,
        size: size, Self.colour(of: area.index))
    }
  }
}
