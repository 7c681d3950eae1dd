import Foundation
import TestSupport
import Testing

/// `run --image` against onnxruntime's answers for what Pillow prepared (`Fixtures/Images/classifier.py`).
@Suite struct ImageRunTests {
  struct Case: Decodable, Sendable {
    let model: String
    let file: String
    let options: [String]
    let top: [[Double]]
  }

  private struct Report: Decodable {
    struct Image: Decodable {
      struct Class: Decodable {
        let `class`: Int
        let label: String?
        let probability: Double
      }
      let file: String
      let top: [Class]
    }
    let preparation: String
    let assumptions: [String]
    let scores: String
    let images: [Image]
    let images_per_second: Double
  }

  static let folder = FixtureFolders.path("Images")
  static let cases: [Case] = {
    let data = FileManager.default.contents(atPath: "\(folder)/classifier.json")
    return (try? data.map { try JSONDecoder().decode([Case].self, from: $0) }) ?? []
  }()
  /// The cases by their model and options: one run takes all their pictures.
  static let groups: [String] = Array(Set(cases.map { "\($0.model) \($0.options.joined(separator: " "))" })).sorted()

  private func picture(_ name: String) -> String { "\(Self.folder)/files/\(name)" }
  private var model: String { "\(Self.folder)/classifier.onnx" }

  private func report(_ page: CommandLine) throws -> Report {
    try #require(page.status == 0, "\(page.errors)")
    return try JSONDecoder().decode(Report.self, from: page.outputBytes)
  }

  @Test func thereAreCases() { #expect(Self.cases.count >= 28 && Self.groups.count >= 6) }

  @Test(arguments: Self.groups)
  func answersAsOnnxruntime(_ group: String) throws {
    let cases = Self.cases.filter { "\($0.model) \($0.options.joined(separator: " "))" == group }
    let first = try #require(cases.first)
    let page = try CommandLine(
      list: ["run", "\(Self.folder)/\(first.model)", "--no-plan-cache", "--json"] + first.options + ["--image"]
        + cases.map { picture($0.file) })
    let report = try report(page)
    #expect(page.errors.isEmpty)
    #expect(report.scores == (first.model == "classifier.onnx" ? "softmax" : "given"))
    #expect(report.images.map(\.file) == cases.map { picture($0.file) })
    for (image, expected) in zip(report.images, cases) {
      #expect(image.top.map(\.class) == expected.top.map { Int($0[0]) }, "\(expected.file)")
      for (entry, pair) in zip(image.top, expected.top) {
        #expect(abs(entry.probability - pair[1]) < 1e-5, "\(expected.file): \(entry.probability) against \(pair[1])")
      }
    }
  }

  @Test func printsATableAndSaysWhatItAssumed() throws {
    let page = try CommandLine(
      "run", model, "--no-plan-cache", "--image", picture("baseline-420.jpg"), "--top", "2")
    #expect(page.status == 0, "\(page.errors)")
    let lines = page.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0] == Substring(picture("baseline-420.jpg")))
    #expect(lines[1] == "    62.65 %     2")
    #expect(page.errors.contains("assumed: the network is not known: RGB with ImageNet's mean and standard deviation"))
    #expect(page.errors.contains("resize=73 crop=64 interpolation=bilinear scale=1/255 mean=0.485,0.456,0.406"))
    #expect(page.errors.contains("scores: the network's numbers were put through softmax"))
    let quiet = try CommandLine(
      "run", model, "--no-plan-cache", "--quiet", "--image", picture("baseline-420.jpg"))
    #expect(quiet.status == 0 && quiet.errors.isEmpty)
  }

  /// A folder, in batches that do not divide its pictures; files that are no pictures are passed over.
  @Test func runsAFolderAndPrintsCSV() throws {
    let folder = try CommandLine.temporaryFolder()
    let pictures = folder.appending(path: "pictures")
    try FileManager.default.createDirectory(at: pictures, withIntermediateDirectories: false)
    for name in ["baseline-420.jpg", "filtered.png", "lossy.webp", "rgb-31.ppm", "exif-rotated.jpg"] {
      try FileManager.default.copyItem(atPath: picture(name), toPath: pictures.appending(path: name).path())
    }
    try Data("notes".utf8).write(to: pictures.appending(path: "notes.txt"))
    try Data("zero\none\n\"two\", too\n".utf8).write(to: folder.appending(path: "names.txt"))
    let page = try CommandLine(
      "run", model, "--no-plan-cache", "--image", "pictures", "--batch", "2", "--csv", "--top", "1", "--labels",
      "names.txt", in: folder)
    #expect(page.status == 0, "\(page.errors)")
    let lines = page.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 6)
    #expect(lines[0] == "file,rank,class,label,probability")
    #expect(lines[1].hasPrefix("pictures/baseline-420.jpg,1,2,\"\"\"two\"\", too\",0.6265"))
    #expect(
      lines.dropFirst().map { $0.prefix { $0 != "," } } == lines.dropFirst().map { $0.prefix { $0 != "," } }.sorted())
    #expect(page.errors.contains("5 pictures, "))
    #expect(page.errors.contains(" a second"))
  }

  /// What was set once is kept with the model and needs not be said again.
  @Test func keepsAPreparationWithTheModel() throws {
    let folder = try CommandLine.temporaryFolder()
    let settings = ["--resize", "80", "--interpolation", "bicubic"]
    for command in [["export"], ["fuse"]] {
      let written = try CommandLine(
        list: command + [model, "-o", "kept.onnx"] + settings + (command == ["fuse"] ? ["--no-verify"] : []), in: folder
      )
      #expect(written.status == 0, "\(written.errors)")
      let page = try CommandLine(
        "run", "kept.onnx", "--no-plan-cache", "--image", picture("filtered.png"), "--json", in: folder)
      let report = try report(page)
      #expect(report.preparation.hasPrefix("resize=80 crop=64 interpolation=bicubic scale=1/255 "))
      #expect(report.assumptions == ["prepared as the model's metadata say"])
      let expected = try #require(Self.cases.first { $0.options == settings && $0.file == "filtered.png" })
      #expect(report.images[0].top.map(\.class) == expected.top.map { Int($0[0]) })
      #expect(abs(report.images[0].top[0].probability - expected.top[0][1]) < 1e-5)
    }
  }

  /// An architecture's own preparation, with ImageNet's names; weights alone are drawn for the size that is asked for.
  @Test func knowsNetworksAndNames() throws {
    let folder = try CommandLine.temporaryFolder()
    try CommandLine("zoo", "squeezenet1_1", "-o", "net.pth", in: folder)
    let page = try CommandLine(
      "run", "net.pth", "--no-plan-cache", "--image", picture("filtered.png"), "--json", "--crop", "64", in: folder)
    let report = try report(page)
    #expect(
      report.preparation.hasPrefix("resize=256 crop=64 interpolation=bilinear scale=1/255 mean=0.485,0.456,0.406"))
    #expect(report.assumptions.contains("SqueezeNet 1.1 recognised: prepared as its published weights were evaluated"))
    let names = report.images[0].top.compactMap(\.label)
    #expect(names.count == 5 && names.allSatisfy { !$0.isEmpty })
  }

  @Test(
    arguments: [
      (["--image", "missing.jpg"], 66, "missing.jpg: cannot open"),
      (["--image", "broken.jpg"], 65, "broken.jpg: the JPEG picture is cut short; download it again"),
      (["--image", "text.jpg"], 65, "text.jpg: is no picture that can be read; save it as JPEG, PNG, WebP or PPM"),
      (["--image", "empty"], 66, "empty: the folder holds no JPEG, PNG, WebP or PPM picture"),
      (
        ["--input", "whole.jpg"], 65, "whole.jpg: is a JPEG picture, no tensor; give it with --image, which prepares it"
      ),
      (["--image", "whole.jpg", "--resize", "big"], 64, "--resize big: 256, 256x192, letterbox:640 or none expected"),
      (["--image", "whole.jpg", "--std", "0"], 64, "std is 0"),
      (["--image", "whole.jpg", "--mean", "1,2"], 64, "mean has 2 numbers for 3 channels"),
      (["--image", "whole.jpg", "--labels", "missing.txt"], 66, "missing.txt: cannot open"),
      (["--image", "whole.jpg", "--seed", "1"], 64, "--seed, --keep, --fixture and -o - do not go with --image"),
      (["--image", "whole.jpg", "--json", "--csv"], 64, "--json and --csv: one of them"),
      (["--top", "0", "--image", "whole.jpg"], 64, "--top is a number from 1 to 100000"),
      (["--image", "whole.jpg", "--crop", "32"], 65, "32"),
    ] as [([String], Int32, String)])
  func saysWhatIsWrong(_ arguments: [String], _ status: Int32, _ message: String) throws {
    let folder = try CommandLine.temporaryFolder()
    let whole = try Data(contentsOf: URL(filePath: picture("baseline-420.jpg")))
    try whole.write(to: folder.appending(path: "whole.jpg"))
    try whole.dropLast(40).write(to: folder.appending(path: "broken.jpg"))
    try Data("no picture".utf8).write(to: folder.appending(path: "text.jpg"))
    try FileManager.default.createDirectory(at: folder.appending(path: "empty"), withIntermediateDirectories: false)
    let page = try CommandLine(list: ["run", model, "--no-plan-cache", "--quiet"] + arguments, in: folder)
    #expect(page.status == status, "\(page.errors)")
    #expect(page.errors.contains(message), "\(page.errors)")
    #expect(page.errors.split(separator: "\n").count == 1)
    #expect(page.output.isEmpty)
  }
}
