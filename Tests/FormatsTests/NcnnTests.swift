import CNNSystem
import CNNTensors
import TestSupport
import Testing

@testable import CNNFormats

/// The two files of ncnn: text and weights.
@Suite struct NcnnTests {
  private func layers(_ text: String) throws -> [NcnnLayer] {
    try Array(text.utf8).withUnsafeBytes { try NcnnText.layers(of: $0) }
  }

  /// What ncnn's parser accumulates of a text: digits in 32 bits, scaled in double precision, then rounded.
  private func asNcnnReads(_ text: String) -> Float {
    var rest = Substring(text)
    let isNegative = rest.first == "-"
    if isNegative { rest = rest.dropFirst() }
    let whole = rest.prefix { $0.isNumber }
    rest = rest.dropFirst(whole.count + 1)
    let fraction = rest.prefix { $0.isNumber }
    rest = rest.dropFirst(fraction.count + 1)
    var number = Double(UInt32(whole) ?? 0)
    if let digits = UInt32(fraction) {
      number += Double(digits) / Double((0..<fraction.count).reduce(UInt32(1)) { power, _ in power &* 10 })
    }
    var exponent = Int(rest.drop { $0 == "-" || $0 == "+" }) ?? 0
    var scale = 1.0
    while exponent >= 8 { (scale, exponent) = (scale * 1e8, exponent - 8) }
    while exponent > 0 { (scale, exponent) = (scale * 10, exponent - 1) }
    number = rest.first == "-" ? number / scale : number * scale
    return Float(isNegative ? -number : number)
  }

  @Test func numbersComeBackAsNcnnReadsThem() {
    var random = SplitMix(seed: 7)
    var numbers: [Float] = [
      0, 1, -1, 0.1, 1e-5, 6, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1 / 6, 16777216, 1e-30,
    ]
    for _ in 0..<2000 {
      let number = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      if number.isNormal { numbers.append(number) }
    }
    for number in numbers {
      let text = NcnnNumber.text(number)
      #expect(text.utf8.count <= 15, "\(text)")
      #expect(Float(text) == number, "\(text)")
      let read = asNcnnReads(text)
      let error = abs(read - number)
      // Scaling in double precision may round once more at the very edge.
      #expect(error <= number.ulp, "\(text) is read as \(read)")
    }
    #expect(NcnnNumber.text(.infinity) == NcnnNumber.text(.greatestFiniteMagnitude))
    #expect(NcnnNumber.text(1e-5) == "1.00000000e-05" || Float(NcnnNumber.text(1e-5)) == 1e-5)
  }

  @Test func textComesBack() throws {
    var parameters = NcnnParameters()
    parameters.set(0, 8)
    parameters.set(1, Float(-0.5))
    parameters.set(9, [1, -233])
    parameters.set(10, [Float(0), 6])
    let written = [
      NcnnLayer("Input", name: "data", inputs: [], outputs: ["data"]),
      NcnnLayer("Test", name: "a/b.c", inputs: ["data"], outputs: ["x", "y"], parameters: parameters),
    ]
    let text = NcnnText.text(of: written)
    var read = try layers(text)
    for index in read.indices { read[index].line = 0 }
    #expect(read == written)
    let lines = text.split(separator: "\n")
    #expect(lines[0] == "7767517" && lines[1] == "2 3")
    #expect(
      lines[3].hasSuffix("1 2 data x y 0=8 1=-5.00000000e-01 -23309=2,1,-233 -23310=2,0.00000000e+00,6.00000000e+00"))
  }

  @Test func newListsAndStringsAreRead() throws {
    let layer = try layers("7767517\n1 1\nT n 0 1 x 3=1.5,2 4=7,8 6=\"0w,1h\" -23305=1,2.0\r\n")[0]
    #expect(layer.parameters[3] == .floats([1.5, 2]) && layer.parameters[4] == .ints([7, 8]))
    #expect(layer.parameters[6] == .string("0w,1h") && layer.parameters[5] == .floats([2]))
  }

  @Test(arguments: [
    ("", "does not begin with"), ("7767518\n1 1\nInput a 0 1 a\n", "does not begin with"),
    ("7767517\n", "line 2"), ("7767517\n0 0\n", "line 2"), ("7767517\n1 -1\nInput a 0 1 a\n", "line 2"),
    ("7767517\n1 1\nInput a 0\n", "line 3: TYPE NAME"), ("7767517\n1 1\nInput a 0 9999999999999999999 a\n", "line 3"),
    ("7767517\n1 1\nInput a 0 9223372036854775807 a\n", "line 3"), ("7767517\n1 1\nInput a -1 1 a\n", "line 3"),
    ("7767517\n1 1\nInput a 0 1 a 0\n", "setting '0'"), ("7767517\n1 1\nInput a 0 1 a 32=1\n", "setting '32=1'"),
    ("7767517\n1 1\nInput a 0 1 a 0=\n", "setting '0='"), ("7767517\n1 1\nInput a 0 1 a 0=4294967296\n", "setting"),
    ("7767517\n1 1\nInput a 0 1 a -23300=2,1\n", "setting"), ("7767517\n1 1\nInput a 0 1 a -23300=\n", "setting"),
    ("7767517\n1 1\nInput a 0 1 a -9223372036854775808=1\n", "setting"),
    ("7767517\n2 1\nInput a 0 1 a\n", "2 layers announced, 1 found"),
    ("7767517\n1 2\nInput a 0 1 a\n", "2 blobs announced, 1 found"),
    ("7767517\n1 1\nReLU a 1 1 z a\n", "blob 'z' is read before"),
    ("7767517\n2 1\nInput a 0 1 a\nInput b 0 1 a\n", "blob 'a' is made a second time"),
  ]) func wrongTextIsTold(_ text: String, _ words: String) throws {
    let fault = #expect(throws: NcnnFault.self) { try layers(text) }
    #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
  }

  @Test func textIsNoOtherBytes() {
    #expect(throws: NcnnFault.notText) { try [0x37, 0xff, 0xfe].withUnsafeBytes { try NcnnText.layers(of: $0) } }
  }

  /// A text without its last line is not taken for whole, wherever it ends.
  @Test func aTextCutShortIsRefused() throws {
    let text = "7767517\n3 3\nInput in 0 1 in 0=4\nReLU r 1 1 in out 0=0.5\n"
    let last = "ReLU s 1 1 out end -23301=2,1,2\n"
    #expect(try layers(text + last).count == 3)
    for length in 0...text.utf8.count {
      let part = String(decoding: text.utf8.prefix(length), as: UTF8.self)
      #expect(throws: NcnnFault.self, "\(length) bytes") { try layers(part) }
    }
  }

  // MARK: Weights

  private func half(_ values: [Float]) throws -> Tensor { try Tensor(values, shape: [values.count]) }

  @Test func halvesAreRoundedToEvenAndKeepSubnormals() throws {
    let path = try TemporaryFolder.path("halves.param")
    // 2049 lies between 2048 and 2050; 2^-24 is the least subnormal; 65519 is the last that fits.
    let values: [Float] = [2049, 2051, 0x1p-24, 0x1.8p-24, 0x1p-26, 65519, -0x1.004p0]
    let layer = NcnnLayer("Input", name: "a", inputs: [], outputs: ["a"])
    let remarks = try NcnnFiles.write(
      [(layer, [.tagged(try half(values)), .plain(try half([0.1]))])], isHalf: true, to: path)
    #expect(remarks.isEmpty)
    let bytes = try MappedFile(path: NcnnFiles.dataPath(of: path)).withBytes { Array($0) }
    // Tag, seven halves, two bytes of padding, a float.
    #expect(bytes.count == 4 + 14 + 2 + 4)
    #expect(bytes[..<4] == [0x47, 0x6b, 0x30, 0x01])
    let halves = (0..<7).map { UInt16(bytes[4 + 2 * $0]) | UInt16(bytes[5 + 2 * $0]) << 8 }
    #expect(halves == [0x6800, 0x6802, 0x0001, 0x0002, 0x0000, 0x7bff, 0xbc01])
    var data = try NcnnData(besideModelAt: path)
    #expect(try data.tagged(7, of: "a").values(as: Float.self) == [2048, 2052, 0x1p-24, 0x1p-23, 0, 65504, -0x1.004p0])
    #expect(try data.plain(1, of: "a").values(as: Float.self) == [0.1])
    try data.finish()
  }

  @Test func whatDoesNotFitIntoHalvesStays() throws {
    let path = try TemporaryFolder.path("large.param")
    let layer = NcnnLayer("Input", name: "big", inputs: [], outputs: ["a"])
    let remarks = try NcnnFiles.write([(layer, [.tagged(try half([1, 65520]))])], isHalf: true, to: path)
    #expect(remarks.count == 1 && remarks[0].contains("'big'"))
    var data = try NcnnData(besideModelAt: path)
    #expect(try data.tagged(2, of: "big").values(as: Float.self) == [1, 65520])
  }

  @Test func missingAndLeftoverBytesAreTold() throws {
    let path = try TemporaryFolder.path("short.param")
    let layer = NcnnLayer("Input", name: "a", inputs: [], outputs: ["a"])
    _ = try NcnnFiles.write([(layer, [.tagged(try half([1, 2, 3]))])], to: path)
    var data = try NcnnData(besideModelAt: path)
    #expect(throws: NcnnFault.shortData(layer: "w", needed: 16, offset: 4, available: 16)) {
      try data.tagged(4, of: "w")
    }
    var other = try NcnnData(besideModelAt: path)
    _ = try other.tagged(2, of: "w")
    #expect(throws: NcnnFault.leftoverData(used: 12, available: 16)) { try other.finish() }
    var huge = try NcnnData(besideModelAt: path)
    #expect(throws: NcnnFault.self) { try huge.plain(.max / 2, of: "w") }
    var none = try NcnnData(besideModelAt: TemporaryFolder.path("none.param"))
    #expect(throws: NcnnFault.self) { try none.plain(1, of: "w") }
  }
}
