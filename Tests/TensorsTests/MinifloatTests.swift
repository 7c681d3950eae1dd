import CNNTensors
import Foundation
import TestSupport
import Testing

/// Codes and values from ml_dtypes (`Fixtures/Tensors/generate.py`).
@Suite struct MinifloatTests {
  @Test func agreesWithTheTables() throws {
    let text = try String(contentsOfFile: FixtureFolders.path("Tensors/minifloats.txt"), encoding: .utf8)
    var wrong: [String] = []
    var count = 0
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      let type = try #require(ElementType(rawValue: words[1]))
      let format = try #require(Minifloat(type))
      let (from, to) = (try #require(UInt32(words[2])), try #require(UInt32(words[3])))
      count += 1
      if words[0] == "decode" {
        let (found, expected) = (format.decode(Int(from)), Float(bitPattern: to))
        if !(found.isNaN && expected.isNaN) && found.bitPattern != to { wrong.append("\(line): \(found)") }
      } else {
        let found = format.encode(Float(bitPattern: from))
        if found != Int(to) { wrong.append("\(line): \(found)") }
      }
    }
    #expect(wrong == [])
    #expect(count > 3000)
  }

  @Test(arguments: [
    (ElementType.float8e4m3fn, Float(1000), true, 0x7E), (.float8e4m3fn, 1000, false, 0x7F),
    (.float8e5m2, .infinity, true, 0x7B), (.float8e5m2, .infinity, false, 0x7C),
    (.float8e4m3fnuz, -1000, true, 0xFF), (.float8e4m3fnuz, -1000, false, 0x80), (.float4e2m1, 100, false, 0x7),
  ])
  func saturates(_ type: ElementType, _ value: Float, _ saturating: Bool, _ code: Int) throws {
    #expect(try #require(Minifloat(type)).encode(value, saturating: saturating) == code)
  }
}
