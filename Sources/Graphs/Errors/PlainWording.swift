/// Words that fit any program.
public struct PlainWording: Wording {
  /// Makes the wording.
  public init() {}

  /// A setting as the subject of a sentence.
  public func words(for setting: Setting) -> String {
    "the \(setting.name)\(setting.value.map { " \($0.quoted)" } ?? "")"
  }

  /// A remedy as a clause.
  public func words(for remedy: Remedy) -> String {
    switch remedy {
    case .giveInputShape(let input): input == nil ? "give the shape of an input" : "give its shape"
    case .raiseMemoryLimit, .raiseWorkLimit: "raise the limit"
    case .allowMoreTime: "allow more time"
    case .allowOperatorSet(let version): "allow operator set \(version)"
    case .chooseArchitecture(let name, let effect): "the architecture \(name) takes \(effect)"
    case .chooseStateDictionary: "another one can be chosen"
    case .listArchitectures: "the zoo lists the known ones"
    case .listPasses: "the pipeline lists the known ones"
    case .chooseName(let names): "did you mean \(names.joined(separator: ", "))?"
    case .writeGraph(let endings): "write \(endings.joined(separator: " or ")) instead"
    case .skipVerification: "the weights can be written without the comparison"
    case .compareWithoutLayers: "compare the outputs alone"
    case .foldPicture: "fold it by modules"
    case .freezeInputs: "make constants of them"
    case .leaveOut(let setting): "do without \(words(for: setting))"
    case .report: "this is a fault of the program; please report it"
    }
  }
}
