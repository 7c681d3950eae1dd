import CNNConv
import Foundation
import TestSupport
import Testing

/// `run --image` with detectors and segmenters, against torchvision's and onnxruntime's answers
/// (`Fixtures/Images/detectors.py`).
@Suite struct DetectorRunTests {
  struct Case: Decodable, Sendable {
    let model: String
    let file: String
    let options: [String]
    let boxes: [[Double]]?
    let areas: [[Double]]?
  }

  private struct Report: Decodable {
    struct Image: Decodable {
      struct Box: Decodable {
        let `class`: Int
        let label: String?
        let score: Double
        let box: [Double]
      }
      struct Area: Decodable {
        let `class`: Int
        let label: String?
        let share: Double
      }
      let boxes: [Box]?
      let areas: [Area]?
      let top: [Box]
    }
    let preparation: String
    let assumptions: [String]
    let images: [Image]
  }

  static let folder = FixtureFolders.path("Images")
  static let cases: [Case] = {
    let data = FileManager.default.contents(atPath: "\(folder)/detectors.json")
    return (try? data.map { try JSONDecoder().decode([Case].self, from: $0) }) ?? []
  }()

  private func picture(_ name: String) -> String { "\(Self.folder)/files/\(name)" }
  private func model(_ name: String) -> String { "\(Self.folder)/\(name)" }

  private func report(_ arguments: [String]) throws -> Report {
    let page = try CommandLine(list: ["run"] + arguments + ["--json", "--no-plan-cache"])
    try #require(page.status == 0, "\(page.errors)")
    return try JSONDecoder().decode(Report.self, from: page.outputBytes)
  }

  @Test func thereAreCases() { #expect(Self.cases.count >= 7) }

  @Test(arguments: cases.indices)
  func findsWhatTorchvisionFinds(_ index: Int) throws {
    let expected = Self.cases[index]
    let report = try report([model(expected.model), "--image", picture(expected.file)] + expected.options)
    let image = try #require(report.images.first)
    if let boxes = expected.boxes {
      let found = try #require(image.boxes)
      #expect(found.count == boxes.count)
      for (box, numbers) in zip(found, boxes) {
        #expect(box.class == Int(numbers[0]) && abs(box.score - numbers[1]) < 1e-6)
        // Rounding a frame's size moves places by less than a fifth of a pixel here.
        let distance = zip(box.box, numbers[2...]).map { abs($0 - $1) }.max() ?? 0
        #expect(distance < 0.2, "\(box.box) against \(numbers)")
      }
    } else {
      let found = try #require(image.areas)
      let areas = try #require(expected.areas)
      #expect(found.map(\.class) == areas.map { Int($0[0]) })
      for (area, numbers) in zip(found, areas) { #expect(abs(area.share - numbers[1]) < 1e-9) }
      #expect(found.allSatisfy { $0.label != nil })
    }
    #expect(image.top.isEmpty)
  }

  /// A network without metadata is told by how many boxes it gives.
  @Test func tellsWhatItAssumes() throws {
    let framed = try report([model("rows.onnx"), "--image", picture("baseline-420.jpg")])
    #expect(framed.preparation.hasPrefix("resize=letterbox:64 interpolation=bilinear scale=1/255 mean=0.0"))
    #expect(framed.assumptions == ["the outputs are those of YOLO: a frame of 64 with grey bars, numbers from 0 to 1"])
    let named = try report([model("columns.onnx"), "--image", picture("baseline-420.jpg")])
    let names = ["ant", "bee", "cat", "dog", "eel", "fly", "gnu"]
    #expect(try #require(named.images[0].boxes).allSatisfy { $0.label == names[$0.class] })
  }

  /// The picture that is written is the one that was read, with colours only where something was found.
  @Test func drawsBoxesAndAreas() throws {
    let folder = try CommandLine.temporaryFolder()
    let source = try ImageFile.read(picture("baseline-420.jpg"))
    for (name, options) in [
      ("columns.onnx", ["--confidence", "0.9"]), ("places.onnx", ["--resize", "64x64", "--crop", "none"]),
    ] {
      let page = try CommandLine(
        list: ["run", model(name), "--image", picture("baseline-420.jpg"), "--draw", "out.png", "--no-plan-cache"]
          + options, in: folder)
      try #require(page.status == 0, "\(page.errors)")
      #expect(page.errors.contains("wrote out.png"))
      let drawn = try ImageFile.read(folder.appending(path: "out.png").path())
      #expect(drawn.width == source.width && drawn.height == source.height)
      let (before, after) = (source.pixels.withBytes { Array($0) }, drawn.pixels.withBytes { Array($0) })
      let changed = stride(from: 0, to: before.count, by: 3).count { before[$0..<$0 + 3] != after[$0..<$0 + 3] }
      #expect(changed > 20)
      #expect(changed < before.count / 3)
    }
  }

  /// Maps inside a network are no classes of places, unless as many names are given.
  @Test func featureMapsAreNoAreas() throws {
    let folder = try CommandLine.temporaryFolder()
    let digits = CommandLine.root.appending(path: "Examples/digits.onnx").path()
    let picture = CommandLine.root.appending(path: "Examples/digits/two.png").path()
    try CommandLine("zoo", "lenet5", "-o", "net.onnx", in: folder)
    try CommandLine("edit", "net.onnx", "-o", "maps.onnx", "--outputs", "conv1", in: folder)
    let refused = try CommandLine("run", "maps.onnx", "--image", picture, in: folder)
    #expect(refused.status == 69 && refused.errors.contains("neither scores of classes"), "\(refused.errors)")
    try Data("a\nb\nc\nd\ne\nf\n".utf8).write(to: folder.appending(path: "six.txt"))
    let named = try CommandLine("run", "maps.onnx", "--image", picture, "--labels", "six.txt", in: folder)
    #expect(named.status == 0 && named.errors.contains("areas: "), "\(named.errors)")
    // Models that take other channels are told by name.
    let other = try CommandLine(
      "verify", model("columns.onnx"), "--against", digits, "--images", picture, in: folder)
    #expect(other.status != 0 && other.errors.split(separator: "\n").count == 1, "\(other.errors)")
  }

  @Test func drawsAFolder() throws {
    let folder = try CommandLine.temporaryFolder()
    let page = try CommandLine(
      "run", model("columns.onnx"), "--image", picture("baseline-420.jpg"), picture("filtered.png"), "--draw", "found",
      "--no-plan-cache", "--csv", in: folder)
    #expect(page.status == 0, "\(page.errors)")
    #expect(page.output.hasPrefix("file,rank,class,label,score,left,top,right,bottom\n"))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "found").path()).sorted()
    #expect(names == ["baseline-420.png", "filtered.png"])
  }

  /// What PNG writers leave out: every picture of the fixtures comes back as it was.
  @Test func whatIsWrittenIsReadAgain() throws {
    let path = try CommandLine.temporaryFolder().appending(path: "copy.png").path()
    for name in ["baseline-420.jpg", "1x17.jpg", "17x1.webp", "grey-8.png", "64x47.jpg"] {
      let image = try ImageFile.read(picture(name))
      try ImageFile.write(image, to: path)
      let copy = try ImageFile.read(path)
      #expect(copy.width == image.width && copy.height == image.height)
      #expect(copy.pixels.withBytes { Array($0) } == image.pixels.withBytes { Array($0) })
    }
  }

  @Test(
    arguments: [
      (["--image", "a.jpg", "--draw", "out.jpg"], "the name of a picture that is written ends in .png"),
      (["--image", "a.jpg", "b.png", "--draw", "out.png"], "for several pictures name a folder"),
      (["--image", "b.png", "--draw", "b.png"], "b.png: is what is read; name another file"),
      (["--draw", "out.png"], "--labels, --draw, --csv and the settings of pictures go with --image FILE"),
      (["--image", "a.jpg", "--confidence", "2"], "--confidence is a number from 0 to 1"),
      (["--image", "a.jpg", "--overlap", "-1"], "--overlap"),
    ])
  func saysWhatIsWrong(_ arguments: [String], _ message: String) throws {
    let folder = try CommandLine.temporaryFolder()
    for (name, file) in [("a.jpg", "baseline-420.jpg"), ("b.png", "filtered.png")] {
      try FileManager.default.copyItem(atPath: picture(file), toPath: folder.appending(path: name).path())
    }
    let page = try CommandLine(list: ["run", model("columns.onnx"), "--no-plan-cache"] + arguments, in: folder)
    #expect(page.status == 64 && page.errors.contains(message), "\(page.errors)")
    let digits = CommandLine.root.appending(path: "Examples/digits.onnx").path()
    let classifier = try CommandLine("run", digits, "--image", "a.jpg", "--draw", "out.png", in: folder)
    #expect(classifier.status == 64 && classifier.errors.contains("--draw goes with detectors and segmenters"))
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "out.png").path()))
  }
}
