import CNNConv
import CNNSystem

/// `run --image`: pictures in; classes, boxes or areas out.
struct ImageRun {
  let path: String
  let options: ImageOptions
  let modelOptions: ModelOptions
  /// How the model is run.
  let way: SessionOptions
  /// What `--input` gives, for the model's other inputs.
  let input: [String]
  /// The folder that outputs are written to; `nil` for none.
  let output: String?
  let json: Bool
  let isQuiet: Bool

  func run() throws {
    guard !(json && options.csv) else { throw ConversionError(.usage, "--json and --csv: one of them") }
    let files = try ImageFile.list(options.image.map(StandardInput.path))
    let labels = try options.labels.map { try ClassLabels(contentsOf: $0) }
    let drawn = try options.draw.map { try DrawnPictures($0, of: files, model: path) }
    let model = try modelOptions.read(path)
    let assumed = try model.imagePreparation()
    let preparation = try options.preparation.applied(to: assumed.preparation)
    let others = try InputFiles(model).read(input)
    let first = try read(files[0])
    if !isQuiet, !json { note(assumed, preparation, model) }

    var report = ImageReport(
      model: path, preparation: preparation, assumptions: assumed.assumptions, clock: SystemClock.milliseconds)
    let written = try output.map { try WrittenOutputs($0) }
    // Weights alone are drawn for each size that is prepared.
    var classifiers: [ImageExtent: ImageClassifier] = [:]
    func classifier(for image: RGBImage) throws -> ImageClassifier {
      let extent = preparation.extent(of: image)
      if let known = classifiers[extent] { return known }
      let inputs = try model.inputs(of: [image], preparation)
      let drawn = try modelOptions.redrawn(model, for: inputs)
      let made = try ImageClassifier(drawn, preparation: preparation, labels: labels, others: others, options: way)
      classifiers[extent] = made
      return made
    }
    var place = 0
    while place < files.count {
      let images = try batch(from: place, files, place == 0 ? first : nil, preparation, classifier)
      let names = files[place..<place + images.count]
      try add(names, images, classifier(for: images[0]), written, drawn, &report)
      place += images.count
      Terminal.progress(
        report.images.count, of: files.count, report.rate(SystemClock.milliseconds),
        isQuiet: isQuiet || files.count == 1)
    }
    report.finish(SystemClock.milliseconds)
    try written?.folder.publish()
    if written != nil { Terminal.resultIsOut() }
    try drawn?.publish()
    try show(report, files.count)
  }

  private func show(_ report: ImageReport, _ count: Int) throws {
    if options.csv {
      report.csv.forEach { Terminal.print($0) }
    } else if !json {
      report.table.forEach { Terminal.print($0) }
    }
    if json { return try Terminal.print(json: report) }
    guard !isQuiet, !json else { return }
    if let meaning = report.scores, meaning != .softmax || count == 1 { Terminal.note("scores: \(meaning.words)") }
    if report.images.contains(where: { $0.boxes != nil }) {
      Terminal.note(
        "boxes: at least \(options.confidence) sure, two of a class share at most \(options.overlap); --confidence and --overlap set it"
      )
    }
    if report.images.contains(where: { $0.areas != nil }) {
      Terminal.note("areas: the part of the picture that each class covers")
    }
    if count > 1 { Terminal.note("\(count) pictures, \(report.rate(nil))") }
    if let draw = options.draw { Terminal.note("wrote \(draw)") }
  }

  /// The next pictures that go into one batch: as many as asked for, all of one size.
  private func batch(
    from place: Int, _ files: [String], _ first: RGBImage?, _ preparation: ImagePreparation,
    _ classifier: (RGBImage) throws -> ImageClassifier
  ) throws -> [RGBImage] {
    var images = [try first ?? read(files[place])]
    let size = try classifier(images[0]).batch ?? options.batch
    while images.count < size, place + images.count < files.count {
      let next = try read(files[place + images.count])
      guard preparation.extent(of: next) == preparation.extent(of: images[0]) else { break }
      images.append(next)
    }
    return images
  }

  private func read(_ file: String) throws -> RGBImage {
    let image = try ImageFile.read(file)
    LimitOptions.allow(forBytes: image.pixels.byteCount)
    return image
  }

  private func add(
    _ files: ArraySlice<String>, _ images: [RGBImage], _ classifier: ImageClassifier, _ written: WrittenOutputs?,
    _ drawn: DrawnPictures?, _ report: inout ImageReport
  ) throws {
    var (names, pictures) = (files, images[...])
    for (outputs, count) in try classifier.run(images) {
      let (part, seen) = (names.prefix(count), Array(pictures.prefix(count)))
      (names, pictures) = (names.dropFirst(count), pictures.dropFirst(count))
      try written?.write(outputs, of: part)
      let findings = try findings(in: outputs, of: seen, classifier)
      for (index, name) in part.enumerated() {
        let finding = findings?[index]
        if case .classes(_, let meaning)? = finding {
          report.scores = meaning
          guard drawn == nil else {
            throw ConversionError(
              .usage, "--draw goes with detectors and segmenters; this network gives classes of whole pictures")
          }
        }
        report.images.append(.init(file: TemporaryPlace.named(name), finding))
        if let drawn, let finding { try drawn.add(classifier.drawing(of: finding, on: seen[index]), of: name) }
      }
    }
  }

  /// What is said of the pictures of a batch; `nil` if the model's outputs say nothing that is known, and are written.
  private func findings(
    in outputs: Session.Outputs, of images: [RGBImage], _ classifier: ImageClassifier
  ) throws -> [PictureFinding]? {
    do {
      return try classifier.findings(in: outputs, of: images, top: options.top, selection: options.selection)
    } catch var error as ConversionError where error.code == .unsupported {
      guard output == nil else { return nil }
      error.message += "; -o DIR writes them"
      throw error
    }
  }

  private func note(_ assumed: AssumedPreparation, _ preparation: ImagePreparation, _ model: Model) {
    Terminal.noteAssumptions(of: model, isQuiet: isQuiet)
    assumed.assumptions.forEach { Terminal.note("assumed: \($0.text(in: OptionWording()))") }
    Terminal.note("pictures: \(preparation.text)")
  }
}

extension ClassScores.Meaning {
  /// In words, to stand behind "scores:".
  var words: String {
    switch self {
    case .softmax: "the network's numbers were put through softmax"
    case .given: "the network gives probabilities itself"
    case .independent: "the network gives a number for each class that stands alone (sigmoid)"
    }
  }
}
