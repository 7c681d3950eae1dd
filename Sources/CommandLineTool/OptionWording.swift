import CNNConv

/// Settings and remedies as options of the command line.
struct OptionWording: Wording {
  private static let options = [
    OperatorSetOption.name: "--opset", ExternalDataOption.name: "--external-data",
    ArchitectureOption.name: "--arch", StateDictionaryOption.name: "--state-dict",
    Setting.deployment.name: "--deploy",
  ]

  func words(for setting: Setting) -> String {
    guard let option = Self.options[setting.name] else { return PlainWording().words(for: setting) }
    return "\(option)\(setting.value.map { " \($0)" } ?? "")"
  }

  func words(for remedy: Remedy) -> String {
    switch remedy {
    case .giveInputShape(nil): "give --input-shape NAME:1,3,224,224"
    case .giveInputShape(let input?): "give its shape, as in --input-shape \(input):1,3,224,224"
    case .raiseMemoryLimit: "raise it with --memory-limit"
    case .raiseWorkLimit: "raise it with --work-limit"
    case .allowMoreTime: "allow more with --timeout"
    case .allowOperatorSet(let version): "--opset \(version) allows it"
    case .chooseArchitecture(let name, let effect): "--arch \(name) takes \(effect)"
    case .chooseStateDictionary: "--state-dict NAME takes another"
    case .listArchitectures: "'cnnconv zoo' lists the known ones"
    case .listPasses: "'cnnconv passes' lists them"
    case .skipVerification: "--no-verify writes the weights all the same"
    case .compareWithoutLayers: "compare without --layers"
    case .foldPicture: "--depth N folds it by modules"
    case .freezeInputs: "--freeze-inputs makes constants of them"
    case .leaveOut(let setting): "leave \(words(for: setting)) out"
    case .chooseName, .writeGraph, .report: PlainWording().words(for: remedy)
    }
  }
}
