import CNNFormats
import CNNGraphs
import CNNTensors

/// What a network says of a picture.
public enum PictureFinding: Sendable {
  /// The best classes, the best first.
  case classes([ClassScores.Entry], ClassScores.Meaning)
  /// Boxes around what it found, the surest first.
  case boxes([DetectedBox])
  /// A class for each place.
  case areas(PixelClasses, labels: ClassLabels?)
}

extension ImageClassifier {
  /// What outputs say of the pictures that were run: boxes, if they are those of a detector; classes of places, if they are those of
  /// a segmenter; or else classes.
  /// - Parameter images: the pictures as they were before they were prepared.
  /// - Throws: ``ConversionError`` if the outputs are of none of these kinds.
  public func findings(
    in outputs: Session.Outputs, of images: [RGBImage], top: Int = 5, selection: BoxSelection = BoxSelection()
  ) throws -> [PictureFinding] {
    let frames = images.map { PictureFrame($0, preparation) }
    guard let input = frames.first?.prepared else { return [] }
    let own = ClassLabels(model)
    if let (form, output) = BoxForm.form(
      of: outputs, input: input, names: own?.names.count, task: model.metadata.property("task"))
    {
      let reader = BoxReader(form: form, output: output, input: input, selection: selection)
      let names = labels ?? own ?? form.classCount.flatMap { ClassLabels(thingsOf: $0) }
      return try zip(frames, reader.boxes(in: outputs, pictures: images.count)).map { frame, boxes in
        .boxes(boxes.map { DetectedBox($0, in: frame, names) })
      }
    }
    if let (name, classes) = PixelClasses.output(
      of: outputs, model, input: input, names: (labels ?? own)?.names.count),
      let tensor = outputs.byName[name]?.tensor
    {
      let names = labels ?? own ?? ClassLabels(placesOf: classes)
      return try PixelClasses.read(tensor).prefix(images.count).map { .areas($0, labels: names) }
    }
    let scores = try scores(in: outputs)
    return images.indices.map { .classes(best(top, of: $0, in: scores), scores.meaning) }
  }
}

extension DetectedBox {
  /// A box in pixels of the picture.
  init(_ box: RawBox, in frame: PictureFrame, _ labels: ClassLabels?) {
    let (first, last) = (frame.place(box.left, box.top), frame.place(box.right, box.bottom))
    self.init(
      index: box.index, label: labels?[box.index], score: box.score, left: first.x, top: first.y, right: last.x,
      bottom: last.y)
  }
}

extension BoxForm {
  /// How many classes there are, if the form says it.
  fileprivate var classCount: Int? {
    switch self {
    case .objectness(let classes), .classes(let classes): classes
    case .chosen, .listed: nil
    }
  }
}
