import CNNConv
import CNNGraphs
import CNNTensors
import Foundation
import TestSupport
import Testing

@testable import CNNFormats

/// TorchScript archives made by hand that nobody saves: one line, a documented code, bounded work and memory.
@Suite struct TorchScriptHostileTests {
  /// A program that must be refused.
  struct Program: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let source: String
    let code: ConversionError.Code
    let message: String

    init(_ name: String, _ code: ConversionError.Code, _ message: String, body: String, rest: String = "") {
      testDescription = name
      (self.code, self.message) = (code, message)
      let lines = body.split(separator: "\n").map { "    \($0)\n" }.joined()
      source = """
        class Net(Module):
          __parameters__ = []
          __buffers__ = []
          training : Final[bool] = False
          def forward(self: __torch__.net.Net,
            x: Tensor) -> Tensor:
        \(lines)\(rest)
        """
    }
  }

  static let programs: [Program] = [
    Program(
      "unknown operator", .unsupported, "operator aten.system is not supported (code/__torch__/net.py line 7)",
      body: "return torch.system(x)"),
    Program("unknown name space", .unsupported, "operator evil.run is not supported", body: "return ops.evil.run(x)"),
    Program("Python's own modules", .unsupported, "os.system is not known", body: "return os.system(\"reboot\")"),
    Program("a name from nowhere", .badInput, "'y' is not known", body: "return y"),
    Program("evaluation", .unsupported, "eval is not known", body: "return eval(\"x\")"),
    Program(
      "a class from nowhere", .badInput, "defines '__torch__.other.Thing'", body: "return __torch__.other.Thing(x)"),
    Program("no such constant", .badInput, "there is no constant 9", body: "return torch.add(x, CONSTANTS.c9)"),
    Program("no such attribute", .badInput, "has no attribute 'weight'", body: "return self.weight"),
    Program("an exception", .unsupported, "the network fails: no", body: "ops.prim.RaiseException(\"no\")\nreturn x"),
    Program("an endless loop", .limit, "", body: "while True:\n  pass\nreturn x"),
    Program(
      "a loop of many rounds", .limit, "a loop of 1000000000000 rounds",
      body: "for i in range(1000000000000):\n  pass\nreturn x"),
    Program(
      "a method that calls itself", .limit, "call one another more than 100 deep", body: "return (self).again(x, )",
      rest: "  def again(self: __torch__.net.Net,\n    x: Tensor) -> Tensor:\n    return (self).again(x, )\n"),
    Program(
      "functions that call one another", .limit, "call one another more than 100 deep",
      body: "return __torch__.net.a(x)",
      rest: """
        def a(x: Tensor) -> Tensor:
          return __torch__.net.b(x)
        def b(x: Tensor) -> Tensor:
          return __torch__.net.a(x)

        """),
    Program(
      "calls that double", .limit, "", body: "return __torch__.net.f0(x)",
      rest: (0..<60).map { number in
        let call = number == 59 ? "x" : "torch.relu(__torch__.net.f\(number + 1)(__torch__.net.f\(number + 1)(x)))"
        return "def f\(number)(x: Tensor) -> Tensor:\n  return \(call)\n"
      }.joined()),
    Program(
      "a list that doubles", .limit, "a list of the program has more than 1048576 elements",
      body: "a = [1]\nfor i in range(64):\n  a = torch.add(a, a)\nreturn x"),
    Program(
      "a list of many elements", .limit, "a list of the program", body: "a = torch.mul([1], 1000000000000)\nreturn x"),
    Program(
      "a text that doubles", .limit, "a text", body: "a = \"ab\"\nfor i in range(64):\n  a = torch.add(a, a)\nreturn x"),
    Program("a list in itself", .limit, "nested", body: "a = [1]\nb = torch.append(a, a)\nreturn a"),
    Program(
      "a list in itself, compared", .limit, "nested",
      body: "a = [1]\nb = torch.append(a, a)\nc = [1]\nd = torch.append(c, c)\nreturn torch.eq(a, c)"),
    Program(
      "a tuple as deep as a loop is long", .limit, "lists and tuples",
      body: "a = (x,)\nfor i in range(60000):\n  a = (a,)\nreturn x"),
    Program(
      "lists as deep as a loop is long", .limit, "",
      body: "a = [x]\nfor i in range(60000):\n  b = [x]\n  c = torch.append(a, b)\n  a = b\nreturn x"),
    Program(
      "lists that share", .limit, "", body: "a = [x, x]\nfor i in range(30):\n  a = [a, a]\nreturn a"),
    Program("a division by nothing", .badInput, "divided by 0", body: "a = torch.floordiv(1, 0)\nreturn x"),
    Program(
      "an overflow", .badInput, "overflows", body: "a = torch.mul(9223372036854775807, 2)\nreturn x"),
    Program(
      "a state that changes", .unsupported, "outlives the run",
      body: "a = self.training\nself.training = True\nreturn x"),
    Program("a class as a result", .unsupported, "gives back", body: "return self"),
  ]

  /// `data.pkl` of one object without attributes: `__torch__.net.Net()`.
  private static let object = Array("\u{2}c__torch__.net\nNet\n)".utf8)

  private func archive(_ source: String, data: [UInt8]? = nil) throws -> String {
    let path = try TemporaryFolder.path("model.pt")
    let data = data ?? [0x80] + Self.object + [0x81, 0x7d, 0x62, 0x2e]
    let file = try AtomicFile(path: path)
    var zip = ZipWriter(file)
    try zip.add("net/data.pkl", data)
    try zip.add("net/code/__torch__/net.py", source)
    try zip.add("net/constants.pkl", [0x80, 2, 0x29, 0x2e])
    try zip.add("net/version", "3\n")
    try zip.finish()
    try AtomicFile.publish(file)
    return path
  }

  private func refusal(_ path: String) -> ConversionError? {
    let limits = WorkBudget(limit: 10_000_000_000)
    do {
      _ = try WorkBudget.$current.withValue(limits) {
        try Model(contentsOf: path, inputShapes: [InputShape("x", [2, 3])])
      }
      Issue.record("it was read")
    } catch let error as ConversionError {
      #expect(!error.message.contains("\n"))
      return error
    } catch { Issue.record("\(error)") }
    return nil
  }

  @Test(arguments: programs) func refuses(_ program: Program) throws {
    let error = try refusal(archive(program.source))
    #expect(error?.code == program.code, "\(error?.message ?? "")")
    #expect(program.message.isEmpty || error?.message.contains(program.message) ?? false, "\(error?.message ?? "")")
  }

  @Test func readsTheHarmless() throws {
    let source = Program("", .limit, "", body: "return torch.relu(x)").source
    let model = try Model(contentsOf: archive(source), inputShapes: [InputShape("x", [2, 3])])
    #expect(model.graph.nodes.count == 1)
  }

  @Test func refusesCyclicModules() throws {
    let source = Program("", .limit, "", body: "return torch.relu(x)").source
    // An object whose attribute "a" is itself: BINPUT 0, then BINGET 0 in its state.
    let cyclic: [UInt8] =
      [0x80] + Self.object + [0x81, 0x71, 0, 0x7d] + [0x58, 1, 0, 0, 0, 0x61] + [0x68, 0] + [0x73, 0x62, 0x2e]
    #expect(try refusal(archive(source, data: cyclic))?.message.contains("endless") ?? false)
    var deep: [UInt8] = [0x80, 2]
    for _ in 0..<5000 { deep += Array(Self.object.dropFirst()) + [0x81, 0x7d, 0x58, 1, 0, 0, 0, 0x61] }
    deep += [0x4e] + [UInt8](repeating: 0, count: 0)
    for _ in 0..<5000 { deep += [0x73, 0x62] }
    #expect(try refusal(archive(source, data: deep + [0x2e]))?.message.contains("endless") ?? false)
  }

  /// Any byte of the source and of the module tree damaged: an error or a model, never a crash.
  @Test func survivesDamage() throws {
    let bytes = try contents(FixtureFolders.path("TorchScript/shuffle.scripted-frozen/model.pt"))
    let path = try TemporaryFolder.path("model.pt")
    var random = SplitMix(seed: 3)
    for round in 0..<400 {
      var damaged = bytes
      if round % 2 == 0 {
        damaged.corrupt(&random)
      } else {
        damaged.removeLast(Int.random(in: 1..<damaged.count, using: &random))
      }
      try Data(damaged).write(to: URL(filePath: path))
      do { _ = try Model(contentsOf: path) } catch let error as ConversionError {
        #expect(error.code != .internalFault, "\(error.message)")
      }
    }
  }

  private func contents(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }
}
