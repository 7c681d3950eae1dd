import CNNTensors
import TestSupport
import Testing

@testable import CNNFormats

@Suite struct ScriptParserTests {
  /// The forms that `torch.jit.save` writes, by hand.
  static let source = """
    op_version_set = 1
    import __torch__.other
    class Net(Module):
      __parameters__ = ["weight", ]
      __buffers__ = ["mean", ]
      weight : Tensor
      mean : Tensor
      training : bool
      size : Final[Tuple[int, int]] = (3, -4)
      __annotations__["0"] = __torch__.other.Layer
      def forward(self: __torch__.net.Net,
        x: Tensor,
        scale: float=1.0000000000000001e-05,
        *,
        flag: Optional[bool]=None) -> Tuple[Tensor, Dict[str, Tensor]]:
        # a remark
        _0 = getattr(self, "0")
        a, b, = torch.split(x, [2, -1], dim=1)
        c, d = a, torch.add(b, -inf, alpha=nan)
        if torch.gt(scale, 0.):
          y : Optional[Tensor] = (_0).forward(c, )
        else:
          if flag:
            pass
          else:
            ops.prim.RaiseException("no \\"such\\" thing\\n\\x41\\101")
          y = CONSTANTS.c0
        for i in range(torch.len([1, 2])):
          e = annotate(List[int], [])[i]
        while True:
          f = 3
        with no_grad:
          self.state = 9223372036854775807
        return (y, {"a": d, "b": x, })
    def free(x: Tensor) -> Tensor:
      return torch.relu(x)
    """

  private func parse(_ text: String) throws -> ScriptSource {
    try ScriptParser.parse(Array(text.utf8), module: "__torch__.net", budget: ScriptParser.Budget())
  }

  @Test func readsEveryForm() throws {
    let source = try parse(Self.source)
    let net = try #require(source.classes["Net"])
    #expect(net.name == "__torch__.net.Net")
    #expect(net.base == "Module")
    #expect(net.parameters == ["weight"])
    #expect(net.buffers == ["mean"])
    #expect(net.attributes.map(\.name) == ["weight", "mean", "training", "size", "0"])
    #expect(net.attributes.last?.type.dottedName == "__torch__.other.Layer")
    guard case .tuple(let extents)? = net.constants["size"]?.kind, case .integer(-4) = extents[1].kind else {
      Issue.record("the constant is no tuple")
      return
    }
    let forward = try #require(net.methods["forward"])
    #expect(forward.parameters.map(\.name) == ["self", "x", "scale", "flag"])
    guard case .float(let number)? = forward.parameters[2].value?.kind else {
      Issue.record("no default")
      return
    }
    #expect(number == 1e-5)
    #expect(forward.body.count == 8)
    #expect(forward.body[0].line == 17)
    guard case .unpack(["a", "b"], let split) = forward.body[1].kind,
      case .call(_, let arguments, let named) = split.kind
    else {
      Issue.record("no unpacking")
      return
    }
    #expect(arguments.count == 2)
    #expect(named.map(\.name) == ["dim"])
    guard case .assign(["c", "d"], let values) = forward.body[2].kind, values.count == 2,
      case .call(_, let parts, _) = values[1].kind, case .float(let infinite) = parts[1].kind
    else {
      Issue.record("no assignment of two")
      return
    }
    #expect(infinite == -.infinity)
    guard case .branch(_, _, let otherwise) = forward.body[3].kind,
      case .branch(_, let none, let fails) = otherwise[0].kind, none.isEmpty,
      case .evaluate(let call) = fails[0].kind, case .call(_, let words, _) = call.kind,
      case .string(let text) = words[0].kind
    else {
      Issue.record("no branch")
      return
    }
    #expect(text == "no \"such\" thing\nAA")
    guard case .countedLoop("i", _, _) = forward.body[4].kind, case .whileLoop = forward.body[5].kind,
      case .scope(_, nil, let inner) = forward.body[6].kind, case .set(_, "state", _) = inner[0].kind,
      case .giveBack = forward.body[7].kind
    else {
      Issue.record("a statement is missing")
      return
    }
    #expect(source.functions["free"]?.name == "__torch__.net.free")
  }

  @Test(arguments: [
    ("x = 1\n", "a class or a function expected, 'x' found"),
    ("def f(x):\n  return x +\n", "an unexpected '+'"),
    ("def f(x):\n  lambda: x\n", "the statement 'lambda' is not supported"),
    ("def f(x):\n  y = not x\n", "'not' is not supported"),
    ("def f(x):\n  import os\n", "the statement 'import' is not supported"),
    ("def f(x):\n  for i in x:\n    pass\n", "a loop over anything but range(…) is not supported"),
    ("def f(x):\n  a.b, c = x, x\n", "an assignment to anything but a name is not supported"),
    ("def f(x):\n  a, b, c = x, x\n", "3 names for 2 values"),
    ("def f(x):\n  a = 'x\n", "a text without an end"),
    ("def f(x):\n  a = \"\\q\"\n", "an unknown escape in a text"),
    ("def f(x):\n  a = 1j\n", "a number that cannot be read"),
    ("def f(x):\n  a = 99999999999999999999\n", "a number that cannot be read"),
    ("def f(x):\n    a = 1\n  b = 2\n", "a line that is indented unlike any before"),
    ("def f(x):\n\ta = 1\n", "a tab at the beginning of a line"),
    ("def f(x):\n  a = (1, 2\n", "')' expected, the end of the line found"),
    ("def f(x\n", "')' expected, the end of the line found"),
    ("class A(Module):\n  __forward_hooks__ = [\"h\", ]\n", "a hook of a module is not supported"),
    ("def f(x):\n  a = x(b=1, 2)\n", "an argument with a name expected, ')' found"),
  ])
  func refusesWhatIsNoScript(_ text: String, _ message: String) {
    do {
      _ = try parse(text)
      Issue.record("it was read")
    } catch let error as TorchScriptFault {
      #expect(error.message.contains(message), "\(error.message)")
      #expect(error.message.hasPrefix("code/__torch__/net.py line "), "\(error.message)")
      #expect(!error.message.contains("\n"))
    } catch { Issue.record("\(error)") }
  }

  @Test(arguments: ["(", "[", "{", "x[", "x.y.", "x()", "-", "x(y=", "if x:"])
  func boundsDepth(_ part: String) {
    var text = "def f(x):\n  a = " + String(repeating: part, count: 50_000)
    if part == "x()" { text = "def f(x):\n  a = x" + String(repeating: "()", count: 50_000) + "\n" }
    if part == "x.y." { text = "def f(x):\n  a = x" + String(repeating: ".y", count: 50_000) + "\n" }
    if part == "if x:" {
      let lines = (1..<300).map { String(repeating: " ", count: $0) + "if x:\n" }
      text = "def f(x):\n" + lines.joined() + String(repeating: " ", count: 300) + "pass\n"
    }
    do {
      _ = try parse(text)
      Issue.record("it was read")
    } catch let error as TorchScriptFault {
      #expect(error.isLimit || part == "-" && error.isUnsupported, "\(error.message)")
    } catch { Issue.record("\(error)") }
  }

  @Test func boundsNumberOfExpressions() {
    let text = "def f(x):\n  a = [" + String(repeating: "0,", count: ScriptParser.Budget.limit) + "]\n"
    #expect(throws: TorchScriptFault.self) { try parse(text) }
  }

  @Test func survivesTruncationAndDamage() throws {
    let bytes = Array(Self.source.utf8)
    for count in bytes.indices {
      _ = try? ScriptParser.parse(Array(bytes[..<count]), module: "m", budget: ScriptParser.Budget())
    }
    var random = SplitMix(seed: 14)
    for _ in 0..<2000 {
      var damaged = bytes
      damaged.corrupt(&random)
      // A trap would end the tests; what is thrown is a fault with a line.
      _ = try? ScriptParser.parse(damaged, module: "m", budget: ScriptParser.Budget())
    }
  }
}
