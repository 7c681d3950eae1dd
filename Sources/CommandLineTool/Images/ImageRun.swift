import CNNConv
import CNNSystem

/// `run --image`: pictures in, classes out.
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
    var model = try modelOptions.read(path)
    let assumed = try model.imagePreparation()
    let preparation = try options.preparation.applied(to: assumed.preparation)
    let others = try InputFiles(model).read(input)
    let first = try read(files[0])
    // Weights alone are drawn for the size that is prepared.
    let name = try ImageClassifier(model, preparation: preparation).inputName
    model = try modelOptions.redrawn(model, for: [name: preparation.tensor([first])])
    let classifier = try ImageClassifier(
      model, preparation: preparation, labels: labels, others: others, options: way)
    if !isQuiet, !json { note(assumed, preparation, model) }

    var report = ImageReport(
      model: path, preparation: preparation, assumptions: assumed.assumptions, clock: SystemClock.milliseconds)
    let written = try output.map { try WrittenOutputs($0) }
    let size = classifier.batch ?? options.batch
    for start in stride(from: 0, to: files.count, by: size) {
      let part = files[start..<min(start + size, files.count)]
      let images = try part.map { $0 == files[0] && start == 0 ? first : try read($0) }
      try add(part, classifier.run(sorted(images, preparation)), classifier, written, &report)
      Terminal.progress(
        report.images.count, of: files.count, report.rate(SystemClock.milliseconds),
        isQuiet: isQuiet || files.count == 1)
    }
    report.finish(SystemClock.milliseconds)
    try written?.folder.publish()
    if written != nil { Terminal.resultIsOut() }
    if json {
      try Terminal.print(json: report)
    } else if options.csv {
      report.csv.forEach { Terminal.print($0) }
    } else {
      report.table.forEach { Terminal.print($0) }
    }
    guard !isQuiet, !json else { return }
    if let meaning = report.scores, meaning != .softmax || files.count == 1 {
      Terminal.note("scores: \(meaning.words)")
    }
    if files.count > 1 { Terminal.note("\(files.count) pictures, \(report.rate(nil))") }
  }

  private func sorted(_ images: [RGBImage], _ preparation: ImagePreparation) throws -> [RGBImage] {
    guard preparation.extent == nil, images.count > 1,
      images.contains(where: { ($0.width, $0.height) != (images[0].width, images[0].height) })
    else { return images }
    throw ConversionError(
      .usage, "pictures of several sizes do not go into one batch; set --crop, or run them one by one with --batch 1")
  }

  private func read(_ file: String) throws -> RGBImage {
    let image = try ImageFile.read(file)
    LimitOptions.allow(forBytes: image.pixels.byteCount)
    return image
  }

  private func add(
    _ files: ArraySlice<String>, _ batches: [(outputs: Session.Outputs, count: Int)], _ classifier: ImageClassifier,
    _ written: WrittenOutputs?, _ report: inout ImageReport
  ) throws {
    var names = files[...]
    for (outputs, count) in batches {
      let part = names.prefix(count)
      names = names.dropFirst(count)
      try written?.write(outputs, of: part)
      let scores = try scores(in: outputs, classifier)
      report.scores = scores?.meaning
      for (index, name) in part.enumerated() {
        let best = scores.map { classifier.best(options.top, of: index, in: $0) } ?? []
        report.images.append(.init(file: TemporaryPlace.named(name), top: best.map(ImageReport.Class.init)))
      }
    }
  }

  /// The scores of a batch; `nil` if the model is no classifier, and its outputs are written.
  private func scores(in outputs: Session.Outputs, _ classifier: ImageClassifier) throws -> ClassScores? {
    do { return try classifier.scores(in: outputs) } catch var error as ConversionError where error.code == .unsupported
    {
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
