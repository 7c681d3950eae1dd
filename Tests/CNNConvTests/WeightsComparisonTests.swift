import CNNConv
import TestSupport
import Testing

/// What differs between two files of weights.
@Suite struct WeightsComparisonTests {
  private func compare(_ first: [(String, Tensor)], _ second: [(String, Tensor)]) throws -> WeightsComparison {
    let folder = try TemporaryFolder()
    func inventory(_ list: [(String, Tensor)], _ name: String) throws -> TensorInventory {
      let entries = list.map { StateDictionary.Entry(key: $0.0, tensor: $0.1) }
      _ = try ModelFormats.standard.write(
        StoredTensors(container: "test", content: .weights, entries: entries), to: folder.file(name))
      return try TensorInventory(contentsOf: folder.file(name))
    }
    return try WeightsComparison(inventory(first, "a.safetensors"), inventory(second, "b.pth"))
  }

  private func tensor(_ values: [Float], _ shape: [Int]) throws -> Tensor { try Tensor(values, shape: shape) }

  @Test func findsEveryKind() throws {
    let same = try tensor([1, 2, 3, 4], [2, 2])
    let result = try compare(
      [
        ("same", same), ("gone", tensor([5], [1])), ("reshaped", same), ("retyped", same), ("changed", same),
        ("old", tensor([7, 8, 9], [3])),
      ],
      [
        ("same", same), ("added", tensor([5, 6], [2])), ("reshaped", same.reshaped([4])),
        ("retyped", same.converted(to: .float64)), ("changed", tensor([1, 2, 3.5, 3.75], [2, 2])),
        ("new", tensor([7, 8, 9], [3])),
      ])
    #expect(!result.agrees)
    #expect(result.equalCount == 1)
    let kinds = Dictionary(result.changes.map { ($0.name, $0.kind) }, uniquingKeysWith: { a, _ in a })
    #expect(
      kinds == [
        "gone": .gone, "added": .added, "reshaped": .reshaped, "retyped": .retyped, "changed": .changed,
        "old": .renamed,
      ])
    let changed = try #require(result.changes.first { $0.name == "changed" }?.difference)
    #expect(changed.count == 2)
    #expect(changed.largest == 0.5)
    #expect(changed.index == [1, 0])
    #expect(result.changes.first { $0.name == "retyped" }?.difference == nil)
    #expect(result.changes.first { $0.name == "old" }?.otherName == "new")
  }

  @Test func numbersThatAreNoneDiffer() throws {
    let result = try compare([("a", tensor([1, .nan, 0], [3]))], [("a", tensor([.nan, .nan, -0.0], [3]))])
    let difference = try #require(result.changes.first?.difference)
    #expect(difference.count == 1 && difference.largest == .infinity && difference.index == [0])
    let zeros = try compare([("a", tensor([0], [1]))], [("a", tensor([-0.0], [1]))])
    #expect(zeros.changes.first?.difference?.count == 0 && !zeros.agrees)
    #expect(try compare([("a", tensor([.nan], [1]))], [("a", tensor([.nan], [1]))]).agrees)
  }

  @Test func renamesDifferBetweenStateDicts() throws {
    #expect(try !compare([("a", tensor([1], [1]))], [("b", tensor([1], [1]))]).agrees)
  }
}
