import CNNConv
import Testing

/// What is told of a tensor's elements.
@Suite struct TensorStatisticsTests {
  @Test func leavesOutWhatIsNotFinite() throws {
    let tensor = try Tensor([1, 2, 3, 4, Float.nan, .infinity, 0, -0.0], shape: [2, 4])
    let statistics = try TensorStatistics(tensor)
    #expect(statistics.range == 0...4)
    #expect(statistics.nonFiniteCount == 2)
    #expect(statistics.zeroCount == 2)
    #expect(abs((statistics.mean ?? 0) - 10.0 / 6) < 1e-12)
    // 30 / 6 - (10 / 6)²
    #expect(abs((statistics.standardDeviation ?? 0) - (20.0 / 9).squareRoot()) < 1e-12)
  }

  /// The mean of 0 … n - 1 is (n - 1) / 2, their variance (n² - 1) / 12; so many take several blocks.
  @Test func joinsBlocks() throws {
    let count = 150_001
    let statistics = try TensorStatistics(Tensor((0..<count).map { Int32($0) }, shape: [count]))
    #expect(statistics.range == 0...Double(count - 1))
    #expect(statistics.mean == Double(count - 1) / 2)
    let deviation = ((Double(count) * Double(count) - 1) / 12).squareRoot()
    #expect(abs((statistics.standardDeviation ?? 0) / deviation - 1) < 1e-12)
  }

  @Test func ofNothingThereIsNothing() throws {
    let empty = try TensorStatistics(Tensor([Float](), shape: [0, 3]))
    #expect(empty.range == nil && empty.mean == nil && empty.standardDeviation == nil)
    let none = try TensorStatistics(Tensor([Float.nan, .infinity], shape: [2]))
    #expect(none.range == nil && none.nonFiniteCount == 2)
    let strings = try TensorStatistics(Tensor(strings: ["a"], shape: [1]))
    #expect(strings.digest == nil && strings.range == nil)
  }

  /// The examples of FIPS 180-2, appendix B, and the digest of nothing.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ])
  func digestsAreThoseOfTheStandard(text: String, digest: String) throws {
    let found = try Array(text.utf8).withUnsafeBytes { try SHA256.hexadecimal($0) }
    #expect(found == digest)
  }

  @Test func patternsMatchWholeNames() {
    for (pattern, name, isLike) in [
      ("*", "", true), ("*.weight", "conv1.weight", true), ("*.weight", "conv1.weights", false),
      ("conv?.weight", "conv1.weight", true), ("conv?.weight", "conv12.weight", false), ("a*b*c", "axxbyybzc", true),
      ("a*b*c", "axxbyybz", false), ("", "a", false), ("layer*", "layer1.0.conv1.weight", true), ("a[b]", "a[b]", true),
    ] { #expect(NamePattern(pattern).matches(name) == isLike, "\(pattern) \(name)") }
  }
}
