import Foundation
import Testing

/// `cnnconv bench` and the ways to run a model as a user would type them.
@Suite struct BenchCommandTests {
  /// A folder with `lenet.onnx`, of free batch, and the RepVGG block `block.onnx`, of batch 1, in it.
  private func folderWithModels() throws -> URL {
    let folder = try CommandLine.temporaryFolder()
    #expect(try CommandLine("zoo", "lenet5", "-o", "lenet.onnx", "--seed", "3", in: folder).status == 0)
    try FileManager.default.copyItem(
      at: CommandLine.root.appending(path: "Fixtures/Fusing/repvgg-identity/model.onnx"),
      to: folder.appending(path: "block.onnx"))
    return folder
  }

  private func bench(_ arguments: String..., in folder: URL) throws -> [String: Any] {
    let page = try CommandLine(list: ["bench", "--seconds", "0", "--json"] + arguments, in: folder)
    #expect(page.status == 0 && page.errors == "", "\(page.errors)")
    return try #require(JSONSerialization.jsonObject(with: Data(page.output.utf8)) as? [String: Any])
  }

  private func number(_ object: [String: Any], _ key: String) throws -> Double {
    let value = object[key] as? Double ?? (object[key] as? Int).map(Double.init)
    return try #require(value, "\(key) is missing")
  }

  static let documented: Set<String> = [
    "load_ms", "prepare_ms", "first_run_ms", "median_ms", "min_ms", "p90_ms", "peak_rss_mib", "runs", "threads",
    "batch", "effective_gflops", "peak_gflops", "reference_steps",
  ]

  // MARK: JSON

  @Test func printsJSON() throws {
    let object = try bench("lenet.onnx", "--threads", "1", in: folderWithModels())
    #expect(Set(object.keys) == Self.documented)
    for key in ["load_ms", "prepare_ms", "first_run_ms", "median_ms", "min_ms", "effective_gflops", "peak_gflops"] {
      #expect(try number(object, key) > 0, "\(key)")
    }
    #expect(try number(object, "min_ms") <= number(object, "median_ms"))
    #expect(try number(object, "median_ms") <= number(object, "p90_ms"))
    #expect(try number(object, "runs") >= 5)
    #expect(try number(object, "threads") == 1)
    #expect(try number(object, "batch") == 1)
    // A process that has read a model takes more than this, and a small one less than that.
    #expect(try (2.0..<2000).contains(number(object, "peak_rss_mib")))
    #expect(object["reference_steps"] as? [String] == [])
  }

  @Test func measuresForAWhile() throws {
    let page = try CommandLine("bench", "lenet.onnx", "--seconds", "0.3", "--json", in: folderWithModels())
    let object = try #require(JSONSerialization.jsonObject(with: Data(page.output.utf8)) as? [String: Any])
    let (runs, median) = (try number(object, "runs"), try number(object, "median_ms"))
    #expect(runs > 5 && runs * median < 1000)
  }

  /// The error is there if it was asked for, and it is one of rounding.
  @Test(arguments: [[], ["--no-fuse"], ["--batch", "3"]] as [[String]], ["lenet.onnx", "block.onnx"])
  func checks(arguments: [String], model: String) throws {
    let folder = try folderWithModels()
    let page = try CommandLine(list: ["bench", model, "--seconds", "0", "--json", "--check"] + arguments, in: folder)
    let object = try #require(JSONSerialization.jsonObject(with: Data(page.output.utf8)) as? [String: Any])
    #expect(Set(object.keys) == Self.documented.union(["max_rel_error_vs_reference"]))
    #expect(try number(object, "max_rel_error_vs_reference") <= 2e-5)
    #expect(try number(object, "batch") == (arguments == ["--batch", "3"] ? 3 : 1))
  }

  /// The batch is the caller's choice, whether the model leaves it open or not.
  @Test(arguments: ["lenet.onnx", "block.onnx"]) func takesABatch(model: String) throws {
    let folder = try folderWithModels()
    let (one, two) = (try bench(model, in: folder), try bench(model, "--batch", "2", in: folder))
    #expect(try number(one, "batch") == 1 && number(two, "batch") == 2)
  }

  @Test func profilesInJSON() throws {
    let object = try bench("lenet.onnx", "--profile", "--no-fuse", in: folderWithModels())
    #expect(Set(object.keys) == Self.documented.union(["profile"]))
    let steps = try #require(object["profile"] as? [[String: Any]])
    #expect(steps.count >= 5)
    #expect(steps.allSatisfy { Set($0.keys) == ["kernel", "label", "milliseconds", "work"] })
    // As many multiplications as `import` counts, of convolutions and linear layers together.
    #expect(steps.reduce(0) { $0 + ($1["work"] as? Int ?? 0) } == 416_520)
  }

  @Test func runsTheReference() throws {
    let object = try bench("lenet.onnx", "--reference", "--check", in: folderWithModels())
    #expect(try number(object, "max_rel_error_vs_reference") == 0)
    #expect(try number(object, "peak_gflops") == 0)
  }

  // MARK: Pages

  @Test func printsAPage() throws {
    let page = try CommandLine("bench", "lenet.onnx", "--seconds", "0", "--check", in: folderWithModels())
    #expect(page.status == 0 && page.errors == "")
    let labels = ["load", "prepare", "first run", "median", "fastest", "90 %", "peak memory", "speed", "error"]
    let lines = page.output.split(separator: "\n").map(String.init)
    for label in labels {
      #expect(lines.contains { $0.hasPrefix(label + " ") }, "\(label) is missing in \(page.output)")
    }
    #expect(lines.count == labels.count)
    #expect(page.output.contains(" batch 1\n"))
  }

  @Test func printsPlanAndProfile() throws {
    let folder = try folderWithModels()
    let plain = try CommandLine("bench", "lenet.onnx", "--seconds", "0", in: folder).output
    let plan = try CommandLine("bench", "lenet.onnx", "--seconds", "0", "--plan", in: folder).output
    let profile = try CommandLine("bench", "lenet.onnx", "--seconds", "0", "--profile", in: folder).output
    for part in ["steps: ", "memory: arena ", "linear", "pack"] { #expect(plan.contains(part), "\(part)") }
    for part in ["GFLOP/s  kernel and node", "linear: "] { #expect(profile.contains(part), "\(part)") }
    #expect(!plain.contains("steps: ") && !plain.contains("kernel and node"))
    func lines(_ page: String) -> Int { page.split(separator: "\n").count }
    #expect(lines(plan) >= lines(plain) + 10 && lines(profile) >= lines(plain) + 6)
  }

  /// The block's three branches are one convolution, unless the graph is run as it is.
  @Test func fusesUnlessTold() throws {
    let folder = try folderWithModels()
    let fused = try CommandLine("bench", "block.onnx", "--seconds", "0", "--plan", in: folder).output
    let plain = try CommandLine("bench", "block.onnx", "--seconds", "0", "--plan", "--no-fuse", in: folder).output
    #expect(!fused.contains("elementwise") && plain.contains("elementwise"))
  }

  // MARK: Running

  /// The numbers of a `.npy` file of single precision.
  private func numbers(_ file: URL) throws -> [Float] {
    let data = try Data(contentsOf: file)
    let head = 10 + Int(data[8]) + Int(data[9]) << 8
    #expect(String(decoding: data[10..<head], as: UTF8.self).contains("'<f4'"))
    return stride(from: head, to: data.count, by: 4).map { offset in
      Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(data[offset + $1]) << UInt32(8 * $1) })
    }
  }

  @Test(arguments: ["lenet.onnx", "block.onnx"]) func runsBothWays(model: String) throws {
    let folder = try folderWithModels()
    for (output, arguments) in [("a", ["--reference"]), ("b", []), ("c", ["--threads", "1"])] as [(String, [String])] {
      let page = try CommandLine(list: ["run", model, "--seed", "5", "-o", output] + arguments, in: folder)
      #expect(page.status == 0, "\(page.errors)")
    }
    let expected = try numbers(folder.appending(path: "a/output.npy"))
    let largest = try #require(expected.map(abs).max())
    #expect(expected.count >= 10 && largest > 0)
    for output in ["b", "c"] {
      let actual = try numbers(folder.appending(path: "\(output)/output.npy"))
      #expect(actual.count == expected.count)
      #expect(zip(actual, expected).allSatisfy { abs($0 - $1) <= 2e-5 * largest })
    }
  }

  /// Bars are as long as their times, and fit the line; nothing that is piped has colours.
  @Test(arguments: [60, 80, 200]) func drawsAChart(columns: Int) throws {
    let page = try CommandLine(
      list: ["bench", "lenet.onnx", "--seconds", "0", "--profile"], in: folderWithModels(),
      environment: ["COLUMNS": "\(columns)"])
    #expect(page.status == 0 && !page.output.contains("\u{1B}"))
    let lines = page.output.split(separator: "\n").map(String.init)
    let steps = lines.dropFirst().prefix { $0.contains(": ") }
    #expect(steps.count >= 5)
    let bars = steps.map { line in
      line.reduce(0.0) { sum, character in
        sum
          + Double(
            "▏▎▍▌▋▊▉█".firstIndex(of: character).map { "▏▎▍▌▋▊▉█".distance(from: "▏▎▍▌▋▊▉█".startIndex, to: $0) + 1 }
              ?? 0)
      }
    }
    let times = steps.map { Double($0.split(separator: " ")[0]) ?? 0 }
    #expect(bars.first == Double(8 * max(8, min(40, (columns - 30) / 4))))
    // Both are rounded: a bar to an eighth of a character, the time to the last digit that is shown.
    let rounding = 1.5 / bars[0] + (times[0] < 1 ? 1e-5 : times[0] < 100 ? 1e-3 : 0.1) / times[0]
    for (bar, time) in zip(bars, times) {
      #expect(abs(bar / bars[0] - time / times[0]) <= rounding, "\(bar) for \(time) ms")
    }
  }

  @Test func comparesInTurns() throws {
    let folder = try folderWithModels()
    let page = try CommandLine(
      "bench", "--compare", "lenet.onnx", "block.onnx", "--seconds", "0.1", "--json", in: folder)
    #expect(page.status == 0 && page.errors == "", "\(page.errors)")
    let object = try #require(JSONSerialization.jsonObject(with: Data(page.output.utf8)) as? [String: Any])
    #expect(Set(object.keys) == ["first", "second", "ratio", "turns", "threads"])
    let ratio = try #require(object["ratio"] as? [String: Any])
    let (low, middle, high) = (try number(ratio, "p10"), try number(ratio, "median"), try number(ratio, "p90"))
    #expect(low > 0 && low <= middle && middle <= high)
    let sides = try ["first", "second"].map { try #require(object[$0] as? [String: Any]) }
    #expect(sides.map { $0["model"] as? String } == ["lenet.onnx", "block.onnx"])
    for side in sides { #expect(try number(side, "min_ms") <= number(side, "median_ms")) }
    #expect(try number(object, "turns") >= 5)
  }

  @Test func tellsTheRatio() throws {
    let page = try CommandLine(
      "bench", "lenet.onnx", "lenet.onnx", "--compare", "--seconds", "0", in: folderWithModels())
    #expect(page.status == 0)
    #expect(page.output.contains("lenet.onnx takes ") && page.output.contains(" in 8 of 10 turns (5 turns, "))
  }

  // MARK: Failures

  static let failures = [
    Failure("bench", 64, "Missing expected argument '<MODEL>'"),
    Failure("bench --compare lenet.onnx", 64, "--compare takes two models"),
    Failure("bench lenet.onnx block.onnx", 64, "two models go with --compare"),
    Failure("bench --compare lenet.onnx block.onnx --plan", 64, "--compare goes with none of --check, --plan and"),
    Failure("bench --compare lenet.onnx missing.onnx", 66, "missing.onnx: cannot open: No such file or directory"),
    Failure("bench lenet.onnx --threads 0", 64, "--threads is a number from 1 to 1024"),
    Failure("bench lenet.onnx --threads 1025", 64, "--threads is a number from 1 to 1024"),
    Failure("bench lenet.onnx --threads x", 64, "The value 'x' is invalid for '--threads"),
    Failure("run lenet.onnx --seed 1 --threads 0", 64, "--threads is a number from 1 to 1024"),
    Failure("bench lenet.onnx --batch 0", 64, "--batch is a number from 1 on"),
    Failure("bench lenet.onnx --seconds=-1", 64, "--seconds is a number from 0 to 86400"),
    Failure("bench lenet.onnx --seconds nan", 64, "--seconds is a number from 0 to 86400"),
    Failure("bench lenet.onnx --wrong", 64, "Unknown option '--wrong'"),
    Failure("bench lenet.onnx --input-shape x:1,1,32,32", 64, "there is no input 'x'; the inputs are 'input'"),
    Failure("bench lenet.onnx --arch vgg16", 64, "--arch vgg16 is for files that hold weights alone"),
    Failure("bench lenet.onnx --state-dict ema", 64, "--state-dict ema is for files that hold weights alone"),
    Failure("bench missing.onnx", 66, "missing.onnx: cannot open: No such file or directory"),
    Failure("bench empty.onnx", 65, "empty.onnx: is empty"),
    Failure("bench lenet.onnx --input-shape input:1,3,32,32", 65, "lenet.onnx: node"),
    Failure("bench lenet.onnx --memory-limit 1K", 75, "bytes more would pass the memory limit of 1000 bytes"),
  ]

  @Test(arguments: failures) func isOneLine(_ failure: Failure) throws {
    let folder = try folderWithModels()
    try Data().write(to: folder.appending(path: "empty.onnx"))
    try failure.check(in: folder)
  }
}
