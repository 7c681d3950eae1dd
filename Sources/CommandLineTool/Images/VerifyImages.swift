import ArgumentParser
import CNNConv
import CNNSystem

/// Pictures as inputs of `verify --against`.
struct VerifyImages: ParsableArguments {
  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "With --against: pictures, or all in a folder, prepared as MODEL expects; of classifiers also the best classes are compared.",
      valueName: "DIR"), completion: .file())
  var images: [String] = []
  @OptionGroup var preparation: ImagePreparationOptions

  /// True if pictures are given.
  var isGiven: Bool { !images.isEmpty }

  func validate() throws {
    guard isGiven || !preparation.isSet else { throw ValidationError("the settings of pictures go with --images DIR") }
  }

  /// Compares two models on each picture.
  /// - Returns: the outcome, the models as they were drawn for the pictures' size, and the first picture as an input.
  func compare(
    _ models: (Model, Model), _ options: ModelOptions, tolerance: Tolerance, ways: (SessionOptions, SessionOptions),
    isQuiet: Bool
  ) throws -> (outcome: PictureVerification, models: (Model, Model), inputs: [String: Tensor]) {
    let files = try ImageFile.list(images.map(StandardInput.path))
    let preparation = try self.preparation.applied(to: models.0.imagePreparation().preparation)
    let first = try read(files[0])
    let inputs = try models.0.inputs(of: [first], preparation)
    let drawn = (
      try options.redrawn(models.0, for: inputs),
      try options.redrawn(models.1, for: models.1.inputs(of: [first], preparation))
    )
    var comparison = try PictureComparison(
      drawn.0, drawn.1, preparation: preparation, tolerance: tolerance, options: ways.0, otherOptions: ways.1)
    let start = SystemClock.milliseconds
    for (index, file) in files.enumerated() {
      try comparison.add([(TemporaryPlace.named(file), index == 0 ? first : read(file))])
      let seconds = max((SystemClock.milliseconds - start) / 1000, 1e-6)
      Terminal.progress(
        index + 1, of: files.count, "\(Int((Double(index + 1) / seconds).rounded())) a second",
        isQuiet: isQuiet || files.count == 1)
    }
    return (comparison.outcome, drawn, inputs)
  }

  private func read(_ file: String) throws -> RGBImage {
    let image = try ImageFile.read(file)
    LimitOptions.allow(forBytes: image.pixels.byteCount)
    return image
  }
}

extension PictureVerification {
  /// Lines for people.
  var lines: [String] {
    var lines = [against, "  pictures: \(preparation)"]
    if let answers {
      lines.append("  the same best class for \(answers.top1) of \(pictures.counted("picture"))")
      if let file = answers.firstDeparture { lines[lines.count - 1] += "; the first that differs: \(file)" }
      lines.append("  the same five best for  \(answers.top5) of \(pictures)")
    }
    lines.append(
      "  outputs agree for       \(agreeing) of \(pictures)\(answers == nil ? " pictures" : ""); the farthest:")
    lines += outputs.flatMap { ComparisonText($0).lines.map { "  \($0)" } }
    lines.append(
      computed == otherComputed
        ? "  both computed \(computed.words)" : "  computed \(computed.words); the other \(otherComputed.words)")
    return lines
  }
}
