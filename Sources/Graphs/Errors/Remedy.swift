/// What a user can do about an error or a remark.
///
/// A remedy is data: a program can act on it, and ``Wording`` says it in the language of a program's users.
public enum Remedy: Hashable, Sendable {
  /// Give the shape of an input whose dimensions are free; `nil` if it may be any of them.
  case giveInputShape(input: String?)
  /// Allow tensors more memory.
  case raiseMemoryLimit
  /// Allow more units of work.
  case raiseWorkLimit
  /// Allow more time.
  case allowMoreTime
  /// Write a newer version of ONNX's operators.
  case allowOperatorSet(Int)
  /// Take weights for another architecture. `effect` is what that takes, as in `the first 1x1`.
  case chooseArchitecture(String, effect: String)
  /// Take another of a checkpoint's state dicts.
  case chooseStateDictionary
  /// Look up the names of the architectures.
  case listArchitectures
  /// Look up the names of the passes.
  case listPasses
  /// Ask for one of these names, which are close to the one that was given.
  case chooseName(among: [String])
  /// Write a file that brings its graph along, with a name of one of these endings.
  case writeGraph(endings: [String])
  /// Write the result without comparing it with the original.
  case skipVerification
  /// Compare the outputs alone.
  case compareWithoutLayers
  /// Fold a picture by modules.
  case foldPicture
  /// Make constants of the inputs that have a default.
  case freezeInputs
  /// Do without a setting.
  case leaveOut(Setting)
  /// Report a fault of the program.
  case report
}
