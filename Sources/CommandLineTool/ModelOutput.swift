import ArgumentParser
import CNNConv
import CNNSystem

/// What commands understand that write models.
struct WritingOptions: ParsableArguments {
  @Flag(name: .long, help: "Write over the model that is read.") var force = false
  @OptionGroup var stream: StreamOptions
}

/// The format of what goes to stdout, which has no name.
struct StreamOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("With -o -: the format, as a file's ending says it; onnx if not given.", valueName: "ENDING"),
    completion: .list(StreamOptions.endings))
  var format: String?

  private static var endings: [String] { ModelFormats.standard.writableEndings.map { String($0.dropFirst()) } }

  /// The name of a file in the format.
  func fileName() throws -> String {
    let format = format.map { $0.hasPrefix(".") ? String($0.dropFirst()) : $0 } ?? "onnx"
    guard Self.endings.contains(format) else {
      let meant = format.closest(among: Self.endings)
      throw ConversionError(
        .usage,
        "--format \(format.inSentence): there is no such format"
          + (meant.isEmpty ? "; the formats are \(Self.endings.joined(separator: ", "))" : ""),
        remedy: meant.isEmpty ? nil : .chooseName(among: meant))
    }
    return "model.\(format)"
  }
}

/// Where a command writes a model: a file, or stdout.
struct ModelOutput {
  /// The file to write.
  let path: String
  /// What its user calls it.
  let name: String
  private let passing: PassingFolder?

  /// A place for an argument.
  /// - Parameters:
  ///   - inputs: the files and folders that are read. They stay as they are, unless `force` says otherwise.
  ///   - json: whether the result is a JSON document on stdout.
  /// - Throws: ``ConversionError``.
  init(
    _ name: String, _ stream: StreamOptions, keeping inputs: [String] = [], force: Bool = true, json: Bool = false
  ) throws {
    self.name = name
    guard name == StandardInput.name else {
      guard stream.format == nil else {
        throw ConversionError(.usage, "--format goes with -o -; OUT's ending says the format of a file")
      }
      guard !name.isEmpty else { throw ConversionError(.usage, "-o is empty; name a file to write, or - for stdout") }
      (path, passing) = (name, nil)
      if !force { try OverwriteCheck(inputs).check(writing: name) }
      return
    }
    guard !json else {
      throw ConversionError(.usage, "--json and -o - both write to stdout; name a file to write, or leave --json out")
    }
    guard !StandardStream.output.isTerminal else {
      throw ConversionError(.usage, "-o - is stdout, which is a terminal; redirect it or name a file")
    }
    do {
      let passing = try PassingFolder(in: TemporaryPlace.folder)
      path = passing.place(try stream.fileName())
      self.passing = passing
    } catch { throw ConversionError(outside: error) }
    TemporaryPlace.call(path, name)
    Terminal.resultGoesToErrors()
  }

  /// Says that the files are written: what was meant for stdout goes there.
  func finish() throws {
    Terminal.resultIsOut()
    guard let passing else { return }
    do {
      guard try Folder.names(in: passing.path).count == 1 else {
        throw ConversionError(
          .usage, "the model takes more than one file, and stdout is one; name a file to write", at: .init(file: name))
      }
      try Terminal.print(file: MappedFile(path: path))
    } catch { throw ConversionError(outside: error) }
  }
}

/// Finds out whether a file that is to be written is one of those that are read.
struct OverwriteCheck {
  private struct Place: Hashable {
    let device: UInt64
    let number: UInt64

    init?(_ path: String) {
      guard let status = FileStatus(path: path) else { return nil }
      (device, number) = (status.device, status.number)
    }
  }

  private let inputs: Set<Place>

  /// - Parameter inputs: the files that are read, by any of their names.
  init(_ inputs: [String]) { self.inputs = Set(inputs.compactMap(Place.init)) }

  /// True if a path leads to one of them.
  func holds(_ path: String) -> Bool { Place(path).map(inputs.contains) ?? false }

  /// - Throws: ``ConversionError`` if it is.
  func check(writing output: String) throws(ConversionError) {
    let format = try? ModelFormats.standard.format(writing: output)
    for file in format?.files(of: output) ?? [output] {
      guard let place = Place(file), inputs.contains(place) else { continue }
      throw ConversionError(
        .usage, "is the model that is read; --force writes over it", at: .init(file: file))
    }
  }
}

extension Model {
  /// The files that its weights lie in.
  var weightFiles: [String] {
    Set(graph.values.compactMap { $0.constant?.storage?.fileRange?.file.path }).sorted()
  }
}

extension TensorInventory {
  /// The files that its tensors lie in.
  var files: [String] { Set(stored.entries.compactMap { $0.tensor.storage?.fileRange?.file.path }).sorted() }
}
