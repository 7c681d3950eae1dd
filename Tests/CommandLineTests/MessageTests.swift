import Foundation
import Testing

/// Every failure is one line on stderr and a documented exit code, and leaves no output behind.
@Suite struct MessageTests {
  static let failures = [
    Failure("import", 64, "Missing expected argument '<MODEL>'"),
    Failure("import missing.onnx", 66, "missing.onnx: cannot open: No such file or directory"),
    Failure("import .", 66, ".: cannot open: Is a directory"),
    Failure("import empty.onnx", 65, "empty.onnx: is empty"),
    Failure("import page.onnx", 65, "page.onnx: is an HTML page, not a model; the download went wrong"),
    Failure(
      "import pointer.onnx", 65,
      "pointer.onnx: is a Git LFS pointer, not the model itself; fetch it with 'git lfs pull'"),
    Failure("import text.onnx", 65, "text.onnx: is not a model"),
    Failure("import archive.pth", 65, "archive.pth: is cut short"),
    Failure("import good.onnx --arch vgg16", 64, "--arch vgg16 is for files that hold weights alone"),
    Failure("import good.pth --arch vgg1", 64, "there is no architecture 'vgg1'; did you mean vgg11"),
    Failure("import good.pth --arch vgg16", 65, "good.pth: the weights are not those of VGG-16: 32 missing"),
    Failure("import good.pth --state-dict ema", 64, "there is no state dict 'ema'"),
    Failure("export good.pth -o copy.safetensors --opset 13", 64, "--opset is for ONNX files"),
    Failure("zoo lenet5 -o x.onnx --deploy", 64, "lenet5 has no form of its own for deployment"),
    Failure("import good.onnx --wrong", 64, "Unknown option '--wrong'"),
    Failure(
      "import good.onnx --input-shape 1x1x32y32", 64, "--input-shape 1x1x32y32: a shape is written as 1,3,224,224"),
    Failure("import good.onnx --input-shape :1,1,32,32", 64, "--input-shape :1,1,32,32: a shape is written as"),
    Failure("import good.onnx --input-shape input", 64, "input 'input' has 4 dimensions, 1 were given"),
    Failure("import good.onnx --input-shape x:1,1,32,32", 64, "there is no input 'x'; the inputs are 'input'"),
    Failure("import good.onnx --input-shape input:1,3,32,32", 65, "good.onnx: node"),
    Failure("export good.onnx", 64, "Missing expected argument '-o"),
    Failure("export good.onnx -o copy.xyz", 64, "copy.xyz: the format of this name is not known"),
    Failure("export good.onnx -o missing/copy.onnx", 73, "missing/copy.onnx: cannot create: No such file or directory"),
    Failure("export good.onnx -o copy.onnx --opset 99", 64, "operator set 99 is not one of 1 to"),
    Failure("run good.onnx", 64, "good.onnx: no value was given for input 'input'"),
    Failure("run good.onnx --input x=good.onnx", 65, "good.onnx"),
    Failure("run good.onnx --input missing.npy", 66, "missing.npy: cannot open"),
    Failure("run good.onnx --seed 1 -o good.onnx", 73, "good.onnx: cannot create: Not a directory"),
    Failure("run good.onnx --seed 1 --memory-limit 1K", 75, "bytes more would pass the memory limit of 1000 bytes"),
    Failure("verify good.onnx", 64, "a FIXTURE folder or --against OTHER is missing"),
    Failure("verify good.onnx .", 65, ".: holds no output_0.pb"),
    Failure("verify good.onnx missing", 66, "missing: cannot open: No such file or directory"),
    Failure("verify --suite .", 65, ".: holds no folder with a model.onnx"),
    Failure("verify good.onnx --against good.onnx --rtol=-1", 64, "tolerances are numbers from 0 on"),
    Failure("zoo nothing -o x.onnx", 64, "there is no architecture 'nothing'"),
    Failure("zoo lenet5", 64, "-o OUT is missing; name a file to write, as in -o lenet5.onnx"),
    Failure("zoo resnet51", 64, "there is no architecture 'resnet51'; did you mean resnet"),
    Failure("unknown", 64, "there is no command 'unknown'; the commands are import, "),
    Failure("verfy a", 64, "there is no command 'verfy'; did you mean verify?"),
    Failure("fuse good.onnx -o x.onnx --passes fold-constnats", 64, "did you mean fold-constants"),
  ]

  @Test(arguments: failures) func isOneLine(_ failure: Failure) throws {
    let folder = try CommandLine.temporaryFolder()
    try CommandLine("zoo", "lenet5", "-o", "good.onnx", in: folder)
    try CommandLine("zoo", "lenet5", "-o", "good.pth", in: folder)
    for (name, text) in [
      ("empty.onnx", ""), ("page.onnx", "<!DOCTYPE html><html></html>"), ("text.onnx", "hello"),
      ("pointer.onnx", "version https://git-lfs.github.com/spec/v1\n"), ("archive.pth", "PK\u{3}\u{4}"),
    ] { try Data(text.utf8).write(to: folder.appending(path: name)) }
    try failure.check(in: folder)
  }

  @Test func helpIsNoFailure() throws {
    let help = try CommandLine("--help")
    #expect(help.status == 0)
    #expect(help.output.contains("SUBCOMMANDS"))
    #expect(help.errors == "")
  }

  /// A file cut off anywhere is bad input, never a crash.
  @Test func truncationIsBadInput() throws {
    let folder = try CommandLine.temporaryFolder()
    try CommandLine("zoo", "lenet5", "-o", "good.onnx", in: folder)
    let bytes = try Data(contentsOf: folder.appending(path: "good.onnx"))
    for length in stride(from: 1, to: bytes.count, by: bytes.count / 40) {
      try bytes.prefix(length).write(to: folder.appending(path: "cut.onnx"))
      let result = try CommandLine("import", "cut.onnx", in: folder)
      #expect(result.status == 65, "cut after \(length) bytes: \(result.errors)")
    }
  }
}
