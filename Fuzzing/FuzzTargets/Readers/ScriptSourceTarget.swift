@testable import CNNFormats

extension FuzzTarget {
  /// The source of a TorchScript archive: its classes, functions and expressions.
  static let scriptSource = FuzzTarget(
    "script-source", mutation: HeaderMutations.code, words: HeaderMutations.codeWords + scriptWords
  ) { input in
    _ = try ScriptParser.parse(Array(input.bytes), module: "__torch__.net", budget: ScriptParser.Budget())
  }

  private static let scriptWords = [
    "def forward(self: __torch__.net.Net,\n    x: Tensor) -> Tensor:\n", "  if torch.gt(x, 0):\n", "  else:\n",
    "  for i in range(3):\n", "  while True:\n", "  with no_grad:\n", "  return x\n", "  a, b, = ", "CONSTANTS.c0",
    "annotate(List[int], [])", "getattr(self, \"0\")", "(_0).forward(x, )", "torch.conv2d(", "-inf", "1.e-05", "\\x41",
    "\\101", "{\"a\": x, }", "  pass\n", "__annotations__[\"0\"] = ", " : Final[int] = 3\n",
  ]
}
