import CNNConv
import Foundation
import TestSupport
import Testing

/// What people type wrong: the whole message, and the exit code. Each message says what to do.
@Suite struct MistakeTests {
  /// Words with a slip of the fingers.
  static let typos = [
    Failure("improt good.onnx", 64, "there is no command 'improt'; did you mean import?"),
    Failure("exprot good.onnx -o x.pth", 64, "there is no command 'exprot'; did you mean export?"),
    Failure("expotr good.onnx -o x.pth", 64, "there is no command 'expotr'; did you mean export?"),
    Failure("fsue block.onnx -o x.onnx", 64, "there is no command 'fsue'; did you mean fuse?"),
    Failure("rnu good.onnx", 64, "there is no command 'rnu'; did you mean run?"),
    Failure("verfy good.onnx", 64, "there is no command 'verfy'; did you mean verify?"),
    Failure("bnech good.onnx", 64, "there is no command 'bnech'; did you mean bench?"),
    Failure("tensor good.onnx", 64, "there is no command 'tensor'; did you mean tensors?"),
    Failure("layer good.onnx", 64, "there is no command 'layer'; did you mean layers?"),
    Failure("dif good.pth other.pth", 64, "there is no command 'dif'; did you mean diff?"),
    Failure("zooo", 64, "there is no command 'zooo'; did you mean zoo?"),
    Failure("opertors", 64, "there is no command 'opertors'; did you mean operators?"),
    Failure("pases", 64, "there is no command 'pases'; did you mean passes?"),
    Failure("cahce", 64, "there is no command 'cahce'; did you mean cache?"),
    Failure("cache lsit", 64, "there is no command 'cache lsit'; did you mean list?"),
    Failure("cache claer", 64, "there is no command 'cache claer'; did you mean clear?"),
    Failure("help fuze", 64, "there is no command 'fuze'; did you mean fuse?"),
    Failure("export good.onnx -o x.onnx --opst 13", 64, "Unknown option '--opst'; did you mean '--opset'?"),
    Failure(
      "export good.onnx -o x.onnx --external-dta", 64,
      "Unknown option '--external-dta'; did you mean '--external-data'?"),
    Failure("run good.onnx --sed 1", 64, "Unknown option '--sed'; did you mean '--seed'?"),
    Failure(
      "run good.onnx --seed 1 --compute engin", 64,
      "The value 'engin' is invalid for '--compute <WAY>'; provide one of 'engine', 'unfused' or 'reference'; did you mean engine?"
    ),
    Failure(
      "run good.onnx --seed 1 --compute refrence", 64,
      "The value 'refrence' is invalid for '--compute <WAY>'; provide one of 'engine', 'unfused' or 'reference'; did you mean reference?"
    ),
    Failure(
      "run good.onnx --seed 1 --keep conv11", 64,
      "good.onnx: there is no value 'conv11' that could be kept; did you mean conv1, conv2?"),
    Failure(
      "run good.onnx --input inptu=image.npy", 64, "good.onnx: there is no input 'inptu'; the inputs are 'input'"),
    Failure("import god.onnx", 66, "god.onnx: cannot open: No such file or directory; did you mean good.onnx?"),
    Failure("import good.onx", 66, "good.onx: cannot open: No such file or directory; did you mean good.onnx?"),
    Failure(
      "import good.onnx --inputshape 1,1,32,32", 64, "Unknown option '--inputshape'; did you mean '--input-shape'?"),
    Failure(
      "import good.pth --arch resnet51", 64,
      "good.pth: there is no architecture 'resnet51'; did you mean resnet50…"),
    Failure("import good.pth --arch lenet6", 64, "good.pth: there is no architecture 'lenet6'; did you mean lenet5…"),
    Failure(
      "zoo resnet-5O -o x.onnx", 64,
      "there is no architecture 'resnet-5O'; did you mean resnet50…"),
    Failure("zoo mobilenetv2 -o x.onnx", 64, "there is no architecture 'mobilenetv2'; did you mean mobilenet…"),
    Failure(
      "fuse block.onnx -o x.onnx --passes absorb-scale", 64,
      "there is no pass 'absorb-scale'; did you mean absorb-scales?"),
    Failure(
      "fuse block.onnx -o x.onnx --skip fold-constnats", 64,
      "there is no pass 'fold-constnats'; did you mean fold-constants?"),
    Failure(
      "export good.onnx -o x.safetensor", 64,
      "x.safetensor: the format of this name is not known; name it .onnx, .pth, .pt, .safetensors, .npz or .param"),
    Failure(
      "export good.onnx -o x.onx", 64,
      "x.onx: the format of this name is not known; name it .onnx, .pth, .pt, .safetensors, .npz or .param"),
    Failure(
      "export good.onnx -o - --format safetensor", 64,
      "--format safetensor: there is no such format; did you mean safetensors?"),
    Failure("edti good.onnx -o x.onnx", 64, "there is no command 'edti'; did you mean edit?"),
    Failure(
      "edit good.onnx -o x.onnx --outputs conv11", 64,
      "good.onnx: there is no value 'conv11'; did you mean conv1, conv2?"),
    Failure("verify good.onnx --agianst good.pth", 64, "Unknown option '--agianst'; did you mean '--against'?"),
    Failure(
      "verify good.onnx --against god.pth", 66,
      "god.pth: cannot open: No such file or directory; did you mean good.pth?"),
    Failure("bench good.onnx --no-fues", 64, "Unknown option '--no-fues'; did you mean '--no-fuse'?"),
    Failure("layers good.onnx --dept 1", 64, "Unknown option '--dept'; did you mean '--depth'?"),
  ]

  /// Things left out, put together that do not go together, or of another kind.
  static let mistakes = [
    Failure("import", 64, "Missing expected argument '<MODEL>'; see 'cnnconv import --help'"),
    Failure("import good.onnx good.pth", 64, "Unexpected argument 'good.pth'; see 'cnnconv import --help'"),
    Failure("import text.txt", 65, "text.txt: is not a model but a text"),
    Failure(
      "import nowhere/good.onnx", 66,
      "nowhere/good.onnx: cannot open: No such file or directory; there is no folder 'nowhere'"),
    Failure("import good.onnx --input-shape 1,1,32", 64, "good.onnx: input 'input' has 4 dimensions, 3 were given"),
    Failure(
      "import good.onnx --input-shape 1,1,32,abc!", 64,
      "--input-shape 1,1,32,abc!: a shape is written as 1,3,224,224 or 1x3x224x224, N for a free extent, NAME: before it if there are several inputs"
    ),
    Failure(
      "import good.onnx --input-shape x:1,1,32,32", 64, "good.onnx: there is no input 'x'; the inputs are 'input'"),
    Failure(
      "import good.onnx --json=yes", 64,
      "The option '--json' does not take any value, but 'yes' was specified; see 'cnnconv import --help'"),
    Failure("import good.onnx -j", 64, "Unknown option '-j'; see 'cnnconv import --help'"),
    Failure("import good.onnx -o", 64, "Missing value for '-o <OUT>'; see 'cnnconv import --help'"),
    Failure(
      "import good.onnx --memory-limit 0", 64,
      "The value '0' is invalid for '--memory-limit <BYTES>'; see 'cnnconv import --help'"),
    Failure(
      "import good.onnx --memory-limit lots", 64,
      "The value 'lots' is invalid for '--memory-limit <BYTES>'; see 'cnnconv import --help'"),
    Failure(
      "import good.onnx --timeout 0", 64, "--timeout is a number of seconds above 0; see 'cnnconv import --help'"),
    Failure(
      "import good.onnx --timeout soon", 64,
      "The value 'soon' is invalid for '--timeout <SECONDS>'; see 'cnnconv import --help'"),
    Failure(
      "import good.onnx --work-limit -1", 64,
      "Missing value for '--work-limit <UNITS>'; one that begins with a hyphen is written --work-limit=-1; see 'cnnconv import --help'"
    ),
    Failure("layers good.onnx --depth 0", 64, "--depth is a number from 1 to 64; see 'cnnconv layers --help'"),
    Failure(
      "layers good.onnx --depth many", 64, "The value 'many' is invalid for '--depth <N>'; see 'cnnconv layers --help'"),
    Failure("layers good.onnx --csv --json", 64, "--csv and --json exclude each other; see 'cnnconv layers --help'"),
    Failure("tensors", 64, "Missing expected argument '<FILE>'; see 'cnnconv tensors --help'"),
    Failure("tensors text.txt", 65, "text.txt: is not a model but a text"),
    Failure(
      "tensors good.onnx --tree --json", 64, "--tree goes with neither --json nor --stats; see 'cnnconv tensors --help'"
    ),
    Failure(
      "tensors good.pth --state-dict ema", 64, "good.pth: there is no state dict 'ema'; the only one is the file itself"
    ),
    Failure(
      "verify good.onnx good.pth", 64,
      "good.pth: is a model, not a fixture; write --against before it to compare with it"),
    Failure(
      "edit good.onnx -o x.onnx", 64,
      "say what to change: --inputs, --outputs, --add-output, --rename or --input-shape; see 'cnnconv edit --help'"),
    Failure(
      "export good.onnx -o x.pth --resize 64", 64,
      "x.pth: weights alone keep neither names of classes nor how pictures are prepared; write an .onnx file"),
    Failure(
      "fuse block.onnx x.onnx", 64,
      "Missing expected argument '-o <OUT>'; write -o before 'x.onnx'; see 'cnnconv fuse --help'"),
    Failure(
      "run good.onnx image.npy", 64,
      "Unexpected argument 'image.npy'; write --input before it; see 'cnnconv run --help'"),
    Failure(
      "run good.onnx --image text.txt --quiet", 65,
      "text.txt: is no picture that can be read; save it as JPEG, PNG, WebP or PPM"),
    Failure(
      "run good.onnx --image text.txt --confidence 2", 64,
      "--confidence is a number from 0 to 1; see 'cnnconv run --help'"),
    Failure(
      "run good.onnx --seed 1 --draw out.png", 64,
      "--labels, --draw, --csv and the settings of pictures go with --image FILE; see 'cnnconv run --help'"),
    Failure(
      "verify good.onnx --against good.pth --images folder", 66,
      "folder: the folder holds no JPEG, PNG, WebP or PPM picture"),
    Failure("diff good.pth", 64, "Missing expected argument '<B>'; see 'cnnconv diff --help'"),
    Failure(
      "diff good.pth nowhere.pth", 66, "nowhere.pth: cannot open: No such file or directory; did you mean other.pth?"),
    Failure("diff good.pth text.txt", 65, "text.txt: is not a model but a text"),
    Failure("fuse block.onnx", 64, "Missing expected argument '-o <OUT>'; see 'cnnconv fuse --help'"),
    Failure(
      "fuse block.onnx -o x", 64,
      "x: the format of this name is not known; name it .onnx, .pth, .pt, .safetensors, .npz or .param"),
    Failure(
      "fuse block.onnx -o folder", 64,
      "folder: the format of this name is not known; name it .onnx, .pth, .pt, .safetensors, .npz or .param"),
    Failure("fuse block.onnx -o x.onnx --opset 0", 64, "x.onnx: operator set 0 is not one of 1 to 28"),
    Failure(
      "fuse block.onnx -o x.onnx --seed -3", 64,
      "Missing value for '--seed <S>'; one that begins with a hyphen is written --seed=-3; see 'cnnconv fuse --help'"),
    Failure("export good.onnx", 64, "Missing expected argument '-o <OUT>'; see 'cnnconv export --help'"),
    Failure(
      "export good.onnx -o folder/none/x.onnx", 73, "folder/none/x.onnx: cannot create: No such file or directory"),
    Failure(
      "export good.onnx -o x.pth --opset 13", 64, "x.pth: --opset is for ONNX files; a state dict has no operators"),
    Failure(
      "export good.onnx -o x.onnx --opset thirteen", 64,
      "The value 'thirteen' is invalid for '--opset <N>'; see 'cnnconv export --help'"),
    Failure("run", 64, "Missing expected argument '<MODEL>'; see 'cnnconv run --help'"),
    Failure(
      "run good.onnx", 64,
      "good.onnx: no value was given for input 'input'; give it with --input, or draw it with --seed 1"),
    Failure(
      "run good.onnx --input small.npy", 65,
      "good.onnx: input 'input': shape float32[N, 1, 32, 32] expected, [1, 1, 28, 28] given"),
    Failure(
      "run good.onnx --input rank.npy", 65,
      "good.onnx: input 'input': shape float32[N, 1, 32, 32] expected, [32, 32] given"),
    Failure("run good.onnx --input empty.npy", 65, "empty.npy: is empty"),
    Failure(
      "run good.onnx --input text.txt", 65, "text.txt: is a text; a tensor is a .npy, .npz or TensorProto .pb file"),
    Failure("run good.onnx --input image.npy --input image.npy", 64, "input 'input' is given twice"),
    Failure("run good.onnx --input x=image.npy", 64, "good.onnx: there is no input 'x'; the inputs are 'input'"),
    Failure("run good.onnx --seed one", 64, "The value 'one' is invalid for '--seed <S>'; see 'cnnconv run --help'"),
    Failure("run good.onnx --seed 1 --threads 0", 64, "--threads is a number from 1 to 1024; see 'cnnconv run --help'"),
    Failure("run good.onnx --seed 1 -o good.onnx", 73, "good.onnx: cannot create: Not a directory"),
    Failure("run good.onnx --seed 1 --keep", 64, "Missing value for '--keep <VALUE>'; see 'cnnconv run --help'"),
    Failure("verify", 64, "a MODEL is missing; see 'cnnconv verify --help'"),
    Failure("verify good.onnx", 64, "a FIXTURE folder or --against OTHER is missing; see 'cnnconv verify --help'"),
    Failure(
      "verify good.onnx fix", 65,
      "fix: holds no output_0.pb and no file or array named after an output; a fixture is a folder of input_0.pb …, output_0.pb …, or .npy or .npz files"
    ),
    Failure(
      "verify good.onnx nowhere", 66,
      "nowhere: cannot open: No such file or directory; there are 'block.onnx', 'good.onnx', 'good.pth', 'other.pth'"
    ),
    Failure("verify good.onnx --suite .", 64, "--suite takes no other model; see 'cnnconv verify --help'"),
    Failure(
      "verify --suite nowhere", 66,
      "nowhere: cannot open: No such file or directory; there are 'block.onnx', 'good.onnx', 'good.pth', 'other.pth'"
    ),
    Failure(
      "verify good.onnx --layers", 64,
      "--layers and --reduce go with --against OTHER or a FIXTURE; see 'cnnconv verify --help'"),
    Failure(
      "verify good.onnx --against block.onnx", 65,
      "block.onnx: input 'input': shape float32[1, 8, 9, 9] expected, [1, 1, 32, 32] given"),
    Failure(
      "verify good.onnx --input image.npy", 64,
      "--input, --npz and --images go with --against OTHER; a FIXTURE has inputs of its own; see 'cnnconv verify --help'"
    ),
    Failure(
      "verify good.onnx --against good.pth --rtol -1", 64,
      "Missing value for '--rtol <R>'; one that begins with a hyphen is written --rtol=-1; see 'cnnconv verify --help'"),
    Failure(
      "verify good.onnx --against good.pth --atol x", 64,
      "The value 'x' is invalid for '--atol <A>'; see 'cnnconv verify --help'"),
    Failure("zoo lenet5", 64, "-o OUT is missing; name a file to write, as in -o lenet5.onnx"),
    Failure("zoo -o x.onnx", 64, "a NAME is missing; see 'cnnconv zoo --help'"),
    Failure("zoo lenet5 -o x.onnx --classes 0", 64, "--classes takes 1 to 1000000; see 'cnnconv zoo --help'"),
    Failure("zoo lenet5 -o x.onnx --deploy", 64, "lenet5 has no form of its own for deployment; leave --deploy out"),
    Failure("zoo lenet5 alexnet", 64, "Unexpected argument 'alexnet'; see 'cnnconv zoo --help'"),
    Failure("bench", 64, "Missing expected argument '<MODEL>'; see 'cnnconv bench --help'"),
    Failure(
      "bench good.onnx --seconds -1", 64,
      "Missing value for '--seconds <S>'; one that begins with a hyphen is written --seconds=-1; see 'cnnconv bench --help'"
    ),
    Failure("bench good.onnx --batch 0", 64, "--batch is a number from 1 on; see 'cnnconv bench --help'"),
    Failure("bench good.onnx --threads 5000", 64, "--threads is a number from 1 to 1024; see 'cnnconv bench --help'"),
    Failure(
      "operators --json --markdown", 64, "--markdown and --json exclude each other; see 'cnnconv operators --help'"),
    Failure("passes everything", 64, "Unexpected argument 'everything'; see 'cnnconv passes --help'"),
    Failure("cache clear --all", 64, "Unknown option '--all'; see 'cnnconv cache --help'"),
    Failure("--json", 64, "Unknown option '--json'; see 'cnnconv --help'"),
    Failure("-o x.onnx", 64, "Unknown option '-o'; see 'cnnconv --help'"),
    Failure("good.onnx", 64, "'good.onnx' is a file, not a command; did you mean cnnconv import good.onnx?"),
    Failure(
      "nonsense", 64,
      "there is no command 'nonsense'; the commands are import, layers, tensors, diff, fuse, export, edit, draw, report, run, verify, zoo, bench, operators, passes, cache, help"
    ),
  ]

  private static let folder = Result<URL, any Error> {
    let folder = try CommandLine.temporaryFolder()
    for arguments in ["good.onnx", "good.pth", "other.pth --classes 7"] {
      let words = ["zoo", "lenet5", "-o"] + arguments.split(separator: " ").map(String.init)
      #expect(try CommandLine(list: words, in: folder).status == 0)
    }
    let files = FileManager.default
    try files.copyItem(
      at: CommandLine.root.appending(path: "Fixtures/Fusing/repvgg-identity/model.onnx"),
      to: folder.appending(path: "block.onnx"))
    for name in ["fix", "folder"] {
      try files.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: false)
    }
    try Data("hello\n".utf8).write(to: folder.appending(path: "text.txt"))
    try Data().write(to: folder.appending(path: "empty.npy"))
    for (name, shape) in [("small", [1, 1, 28, 28]), ("image", [1, 1, 32, 32]), ("rank", [32, 32])] {
      let zeros = try Tensor([Float](repeating: 0, count: shape.reduce(1, *)), shape: shape)
      try TensorFile.write(zeros, to: folder.appending(path: "\(name).npy").path())
    }
    return folder
  }

  @Test(arguments: typos) func isAnsweredWithWhatWasMeant(_ failure: Failure) throws {
    try check(failure)
    #expect(
      failure.message.contains("did you mean") || failure.message.contains("; name it .onnx")
        || failure.message.contains("the inputs are"))
  }

  @Test(arguments: mistakes) func isExplained(_ failure: Failure) throws { try check(failure) }

  private func check(_ failure: Failure) throws {
    let folder = try Self.folder.get()
    let before = TemporaryFolder.names(of: folder.path())
    let words = failure.arguments.split(separator: " ").map(String.init)
    let result = try CommandLine(list: words, in: folder)
    #expect(result.status == failure.status)
    #expect(result.output == "")
    if failure.message.hasSuffix("…") {
      #expect(result.errors.hasPrefix("cnnconv: \(failure.message.dropLast())"))
    } else {
      #expect(result.errors == "cnnconv: \(failure.message)\n")
    }
    #expect(TemporaryFolder.names(of: folder.path()) == before)
  }

  /// There are as many as people make.
  @Test func areMany() {
    #expect(Self.typos.count >= 30)
    #expect(Self.mistakes.count >= 80)
  }
}
