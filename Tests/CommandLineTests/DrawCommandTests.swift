import Foundation
import Testing

/// `cnnconv draw` as a user would type it.
@Suite struct DrawCommandTests {
  private func folderWithModel() throws -> URL {
    let folder = try CommandLine.temporaryFolder()
    #expect(try CommandLine("zoo", "lenet5", "-o", "lenet.onnx", "--seed", "3", in: folder).status == 0)
    return folder
  }

  @Test func writesAPicture() throws {
    let folder = try folderWithModel()
    let page = try CommandLine("draw", "lenet.onnx", "-o", "lenet.svg", in: folder)
    #expect(page.status == 0 && page.output == "")
    #expect(page.errors.hasPrefix("wrote lenet.svg: 9 boxes for 12 nodes, "))
    let svg = try String(contentsOf: folder.appending(path: "lenet.svg"), encoding: .utf8)
    #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\"") && svg.hasSuffix("</svg>\n"))
    #expect(svg.contains("lenet.onnx · LeNet-5") && svg.contains("prefers-color-scheme:dark"))
  }

  @Test func printsJSON() throws {
    let folder = try folderWithModel()
    let page = try CommandLine("draw", "lenet.onnx", "-o", "all.svg", "--full", "--json", in: folder)
    #expect(page.status == 0 && page.errors == "")
    let object = try #require(JSONSerialization.jsonObject(with: Data(page.output.utf8)) as? [String: Any])
    let keys = [
      "model", "output", "format", "bytes", "nodes", "nodes_left_out", "boxes", "frames", "width", "height",
    ]
    #expect(Set(object.keys) == Set(keys))
    #expect(object["nodes"] as? Int == 12 && object["boxes"] as? Int == 14)
    let size = try Data(contentsOf: folder.appending(path: "all.svg")).count
    #expect(object["bytes"] as? Int == size)
  }

  @Test func writesAPage() throws {
    let folder = try folderWithModel()
    let page = try CommandLine(
      "report", "lenet.onnx", "-o", "lenet.html", "--profile", "--against", "lenet.onnx", "--layers", "--json",
      in: folder)
    #expect(page.status == 0 && page.errors == "", "\(page.errors)")
    let object = try #require(JSONSerialization.jsonObject(with: Data(page.output.utf8)) as? [String: Any])
    #expect(Set(object.keys) == ["model", "output", "format", "bytes", "sections", "pictures"])
    let sections = ["overview", "graph", "layers", "fusing", "profile", "agreement", "weights"]
    #expect(object["sections"] as? [String] == sections)
    let html = try String(contentsOf: folder.appending(path: "lenet.html"), encoding: .utf8)
    #expect(html.utf8.count == object["bytes"] as? Int)
    for section in sections { #expect(html.contains("<section id=\"\(section)\">")) }
    let drawn = try CommandLine("draw", "lenet.onnx", "-o", "short.html", in: folder)
    #expect(drawn.status == 0 && drawn.errors == "wrote short.html: overview, graph, layers, fusing, weights\n")
  }

  @Test(arguments: [
    Failure("draw lenet.onnx", 64, "Missing expected argument '-o <OUT.svg|.html>'"),
    Failure("draw lenet.onnx -o lenet.jpg", 64, "lenet.jpg: a picture's name ends in .svg, a page's in .html"),
    Failure("draw lenet.onnx -o lenet.html --full", 64, "--depth and --full go with OUT.svg"),
    Failure("report lenet.onnx", 64, "Missing expected argument '-o <OUT.html>'"),
    Failure("report lenet.onnx -o lenet.svg", 64, "lenet.svg: a page's name ends in .html"),
    Failure("report lenet.onnx -o lenet.html --layers", 64, "--layers goes with --against OTHER"),
    Failure("report lenet.onnx -o lenet.html --input x.npy", 64, "--input goes with --profile or --against OTHER"),
    Failure("report lenet.onnx -o lenet.html --profile --reference", 64, "--reference has no steps to measure"),
    Failure("report missing.onnx -o lenet.html", 66, "missing.onnx: cannot open: No such file or directory"),
    Failure("report lenet.onnx -o lenet.html --against missing.onnx", 66, "missing.onnx: cannot open"),
    Failure("report lenet.onnx -o missing/lenet.html", 73, "missing/lenet.html: cannot create"),
    Failure("draw lenet.onnx -o lenet.svg --depth 0", 64, "--depth is a number from 1 to 64"),
    Failure("draw lenet.onnx -o lenet.svg --depth 1 --full", 64, "--depth and --full exclude each other"),
    Failure("draw missing.onnx -o lenet.svg", 66, "missing.onnx: cannot open: No such file or directory"),
    Failure("draw lenet.onnx -o missing/lenet.svg", 73, "missing/lenet.svg: cannot create: No such file or directory"),
  ])
  func isOneLine(_ failure: Failure) throws {
    let folder = try folderWithModel()
    try failure.check(in: folder)
  }
}
