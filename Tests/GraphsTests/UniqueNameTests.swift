import CNNGraphs
import Testing

@Suite struct UniqueNameTests {
  @Test func isTheTextItselfIfThatIsFree() { #expect("a".unique { _ in false } == "a") }

  @Test func countsOn() {
    #expect("a".unique { ["a"].contains($0) } == "a_1")
    #expect("a".unique { ["a", "a_1"].contains($0) } == "a_2")
    #expect("a".unique { ["a", "a_1", "a_2", "a_3", "a_4"].contains($0) } == "a_5")
  }

  /// Numbers with gaps: what comes out is free, be it the first gap or not.
  @Test func isFree() {
    let taken: Set = ["a", "a_1", "a_3", "a_4", "a_9"]
    #expect(!taken.contains("a".unique { taken.contains($0) }))
  }

  /// A hundred thousand names of one stem ask some 34 questions each, not a hundred thousand.
  @Test func asksFewQuestions() {
    var taken: Set<String> = []
    var questions = 0
    for _ in 0..<20_000 {
      taken.insert(
        "a".unique { name in
          questions += 1
          return taken.contains(name)
        })
    }
    #expect(taken.count == 20_000)
    #expect(taken.contains("a_19999"))
    #expect(questions < 20_000 * 40)
  }
}
