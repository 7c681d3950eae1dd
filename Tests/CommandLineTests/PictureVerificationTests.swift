import Foundation
import TestSupport
import Testing

/// The trained example, and `verify --images`.
@Suite struct PictureVerificationTests {
  private struct Run: Decodable {
    struct Image: Decodable {
      struct Class: Decodable {
        let `class`: Int
        let label: String?
      }
      let file: String
      let top: [Class]
    }
    let images: [Image]
  }

  private struct Report: Decodable {
    struct Pictures: Decodable {
      struct Answers: Decodable {
        let top1: Int
        let top5: Int
        let first_departure: String?
      }
      let pictures: Int
      let agreeing: Int
      let answers: Answers?
    }
    let passed: Bool
    let pictures: Pictures
  }

  private let examples = CommandLine.root.appending(path: "Examples")
  private var digits: String { examples.appending(path: "digits.onnx").path() }
  private var pictures: String { examples.appending(path: "digits").path() }

  private func answers(_ model: String, in folder: URL, _ options: String...) throws -> [Run.Image] {
    let page = try CommandLine(
      list: ["run", model, "--image", pictures, "--json", "--no-plan-cache"] + options, in: folder)
    try #require(page.status == 0, "\(page.errors)")
    return try JSONDecoder().decode(Run.self, from: page.outputBytes).images
  }

  /// The pictures are named for what they show, and the network was not trained on them.
  @Test func theExampleNamesDigits() throws {
    let images = try answers(digits, in: CommandLine.temporaryFolder())
    #expect(images.count == 10)
    for image in images {
      #expect(image.top[0].label == URL(filePath: image.file).deletingPathExtension().lastPathComponent)
    }
  }

  /// The counts are those of two runs laid side by side.
  @Test func countsEqualAnswers() throws {
    let folder = try CommandLine.temporaryFolder()
    try CommandLine("zoo", "lenet5", "-o", "other.pth", "--seed", "3", in: folder)
    try CommandLine("export", digits, "-o", "same.pth", in: folder)
    let own = try answers(digits, in: folder)
    for other in ["same.pth", "other.pth"] {
      let theirs = try answers(other, in: folder, "--resize", "32x32", "--crop", "none")
      let best = zip(own, theirs).map { $0.top[0].class == $1.top[0].class }
      let five = zip(own, theirs).map { Set($0.top.map(\.class)) == Set($1.top.map(\.class)) }
      let page = try CommandLine(
        "verify", digits, "--against", other, "--images", pictures, "--json", "--no-plan-cache", in: folder)
      let report = try JSONDecoder().decode(Report.self, from: page.outputBytes)
      #expect(page.status == (other == "same.pth" ? 0 : 1))
      #expect(report.passed == (other == "same.pth"))
      #expect(report.pictures.pictures == 10)
      #expect(report.pictures.agreeing == (other == "same.pth" ? 10 : 0))
      let counted = try #require(report.pictures.answers)
      #expect(counted.top1 == best.count { $0 } && counted.top5 == five.count { $0 })
      #expect(counted.first_departure == best.firstIndex(of: false).map { own[$0].file })
    }
  }

  @Test(
    arguments: [
      ("verify DIGITS --images PICTURES", "--input, --npz and --images go with --against OTHER"),
      ("verify DIGITS --against DIGITS --images PICTURES --input x.npy", "--images gives the inputs"),
      ("verify DIGITS --against DIGITS --resize 64", "the settings of pictures go with --images DIR"),
      ("export DIGITS -o x.pth --labels names.txt", "weights alone keep neither names of classes"),
      ("export DIGITS -o x.onnx --labels nowhere.txt", "nowhere.txt: cannot open"),
    ])
  func saysWhatIsWrong(_ command: String, _ message: String) throws {
    let words = command.replacingOccurrences(of: "DIGITS", with: digits)
      .replacingOccurrences(of: "PICTURES", with: pictures).split(separator: " ").map(String.init)
    let folder = try CommandLine.temporaryFolder()
    try Data("a\nb\n".utf8).write(to: folder.appending(path: "names.txt"))
    let page = try CommandLine(list: words, in: folder)
    #expect([64, 66].contains(page.status) && page.errors.contains(message), "\(page.errors)")
  }

  /// Names that are kept with a model are those of its answers; a setting that is not understood is named.
  @Test func keepsNames() throws {
    let folder = try CommandLine.temporaryFolder()
    let names = (0..<10).map { "digit \($0)" }
    try Data(names.joined(separator: "\n").utf8).write(to: folder.appending(path: "names.txt"))
    let written = try CommandLine("export", digits, "-o", "kept.onnx", "--labels", "names.txt", in: folder)
    #expect(written.status == 0, "\(written.errors)")
    let kept = try answers("kept.onnx", in: folder)
    for image in kept { #expect(image.top[0].label == names[image.top[0].class]) }
    var bytes = try Data(contentsOf: URL(filePath: digits))
    let place = try #require(bytes.range(of: Data("crop=none".utf8)))
    bytes.replaceSubrange(place, with: Data("crop=nine".utf8))
    try bytes.write(to: folder.appending(path: "bent.onnx"))
    let bent = try CommandLine("run", "bent.onnx", "--image", pictures, in: folder)
    #expect(bent.status == 65)
    #expect(bent.errors == "cnnconv: bent.onnx: its metadata 'cnnconv.image': 'crop=nine' is not understood\n")
  }
}
