import CNNGraphs
import CNNOperators
import CNNTensors
import Testing

/// Attributes as files state them: each is read once, as what it is, and none is left over.
@Suite struct NodeReaderTests {
  private func reader(_ attributes: [String: Attribute]) -> NodeReader {
    NodeReader(version: 25, inputCount: 1, outputCount: 1, attributes: attributes)
  }

  @Test func leftoversAreNamed() throws {
    var reader = reader(["axis": .int(1), "b": .int(2), "a": .float(3)])
    #expect(try reader.int("axis") == 1)
    #expect(throws: OperatorError.unknownAttributes(["a", "b"])) { try reader.finish() }
    reader.ignore("a", "b")
    try reader.finish()
  }

  @Test func whatIsReadIsGone() throws {
    var reader = reader(["axis": .int(1)])
    #expect(reader.has("axis"))
    #expect(try reader.int("axis", default: 7) == 1)
    #expect(!reader.has("axis"))
    #expect(try reader.int("axis", default: 7) == 7)
  }

  @Test func kindsAreChecked() {
    var reader = reader([
      "int": .float(1), "ints": .int(1), "float": .int(1), "floats": .float(1), "string": .string([0xFF]),
      "strings": .strings([[0x61], [0xFF]]), "graph": .int(0), "tensor": .string([]),
    ])
    #expect(throws: OperatorError.attribute("int", "an integer expected, a float found")) { try reader.int("int") }
    #expect(throws: OperatorError.attribute("ints", "integers expected, an integer found")) { try reader.ints("ints") }
    #expect(throws: OperatorError.attribute("float", "a float expected, an integer found")) {
      try reader.float("float")
    }
    #expect(throws: OperatorError.attribute("floats", "floats expected, a float found")) { try reader.floats("floats") }
    #expect(throws: OperatorError.attribute("string", "a UTF-8 string expected, a string found")) {
      try reader.string("string")
    }
    #expect(throws: OperatorError.attribute("strings", "UTF-8 strings expected, strings found")) {
      try reader.strings("strings")
    }
    #expect(throws: OperatorError.attribute("graph", "a graph expected, an integer found")) {
      try reader.graph("graph")
    }
    #expect(throws: OperatorError.attribute("tensor", "a tensor expected, a string found")) {
      try reader.tensor("tensor")
    }
  }

  private enum Mode: String { case low, high }

  @Test func choicesAreKnown() throws {
    var reader = reader(["mode": .string(Array("high".utf8)), "other": .string(Array("medium".utf8))])
    #expect(try reader.choice("mode", default: Mode.low) == .high)
    #expect(try reader.choice("missing", default: Mode.low) == .low)
    #expect(throws: OperatorError.attribute("other", "'medium' is not known")) {
      try reader.choice("other", default: Mode.low)
    }
  }

  @Test func requiredOnesMustBeThere() {
    var reader = reader([:])
    #expect(throws: OperatorError.attribute("body", "missing")) { try reader.graph("body") }
    #expect(throws: OperatorError.attribute("to", "missing")) { try reader.require("to", nil as Int?) }
  }
}
