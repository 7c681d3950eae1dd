import CNNGraphs
import CNNTensors
import Testing

@Suite struct ConversionErrorTests {
  private struct Unknown: Error {}

  @Test func anErrorNobodyKnowsIsAFaultOfTheProgram() {
    let error = ConversionError(Unknown(), at: .init(node: "node 'n' (Conv)"))
    #expect(error.code == .internalFault)
    #expect(error.remedy == .report)
    #expect("\(error)" == "node 'n' (Conv): Unknown(); this is a fault of the program; please report it")
  }

  @Test(
    arguments: [
      (.unsupported("x"), .unsupported), (.unknownAttributes(["x"]), .unsupported), (.limit("x"), .limit),
      (.missingOutputs(expected: 2, found: 1), .internalFault), (.invalid("x"), .badInput),
      (.input(0, expected: "a tensor"), .badInput), (.elementType(input: 0, found: .int8), .badInput),
      (.rank(input: 0, expected: "4", found: 2), .badInput), (.attribute("a", "x"), .badInput),
    ] as [(OperatorError, ConversionError.Code)])
  func operatorsTellTheirCode(_ error: OperatorError, _ code: ConversionError.Code) {
    #expect(ConversionError(error).code == code)
    #expect(ConversionError(error).message == "\(error)")
  }

  @Test func memoryThatIsNotAllowedSaysHowToAllowIt() {
    let error = ConversionError(TensorError.outOfMemory(requested: 4096, limit: 1000))
    #expect(error.code == .limit)
    #expect(error.remedy == .raiseMemoryLimit)
    #expect("\(error)" == "4096 more bytes would pass the memory limit of 1000; raise the limit")
  }

  @Test func anErrorGainsOnlyTheLocationItLacks() {
    let inner = ConversionError(.badInput, "is wrong", at: .init(tensor: "w"), remedy: .skipVerification)
    let outer = ConversionError(inner, at: .init(file: "a.onnx", node: "node 'n' (Conv)", tensor: "other"))
    #expect(outer.location == .init(file: "a.onnx", node: "node 'n' (Conv)", tensor: "w"))
    #expect(outer.remedy == .skipVerification)
  }

  @Test func whatTheProgramMadeItselfIsNoBadInput() {
    let fault = ConversionError(.badInput, "is wrong", at: .init(tensor: "w")).asInternalFault
    #expect(fault.code == .internalFault)
    #expect(fault.message == "is wrong")
    #expect(fault.location.tensor == "w")
    #expect(ConversionError(.limit, "too much", remedy: .raiseMemoryLimit).asInternalFault.code == .limit)
    #expect(ConversionError(.inputOutput, "no disk").asInternalFault.code == .inputOutput)
  }

  /// Options of a command line.
  private struct Options: Wording {
    func words(for setting: Setting) -> String { "-a" }
    func words(for remedy: Remedy) -> String { "try -b" }
  }

  @Test func aProgramPutsItsOwnWordsIn() {
    let error = ConversionError(
      .usage, "does not fit", at: .init(file: "a.onnx", setting: Setting("architecture", value: "vgg16")),
      remedy: .listArchitectures)
    #expect(error.text(in: Options()) == "a.onnx: -a does not fit; try -b")
    #expect("\(error)" == "a.onnx: the architecture 'vgg16' does not fit; the zoo lists the known ones")
    #expect(Remark("odd", remedy: .chooseStateDictionary).text(in: Options()) == "odd; try -b")
    #expect("\(Remark("odd"))" == "odd")
  }

  @Test(
    arguments: [
      .giveInputShape(input: nil), .giveInputShape(input: "x"), .raiseMemoryLimit, .allowOperatorSet(13),
      .chooseArchitecture("vgg16", effect: "it"), .chooseStateDictionary, .listArchitectures, .chooseName(among: ["a"]),
      .skipVerification, .compareWithoutLayers, .leaveOut(.deployment), .report,
    ] as [Remedy])
  func plainWordsNameNoOption(_ remedy: Remedy) {
    #expect(!PlainWording().words(for: remedy).contains("--"))
  }
}
