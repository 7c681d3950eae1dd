/// What can be wrong with a pickle.
public enum PickleFault: Hashable, Sendable {
  /// The stream ends within an instruction, or before it says that it is complete.
  case endsEarly
  /// A byte that is no instruction.
  case opcode(UInt8)
  /// An instruction that needs something from outside the file: registered extensions, separate buffers.
  case outsideReference(String)
  /// A protocol newer than this program.
  case version(Int)
  /// A function or class that stands for running code.
  case forbidden(String)
  /// A call of something that is not known to make plain data.
  case call(String)
  /// An object of a class that is not known to be plain data, and whose module may not make any.
  case instance(String)
  /// An instruction that takes a value from the stack, which is empty, or a mark that was never set.
  case emptyStack
  /// A value that was never remembered is recalled.
  case memo(Int)
  /// An operand of another kind than its instruction needs; what was expected.
  case operand(String)
  /// More objects, names or values than the limit.
  case tooMany(String, limit: Int)
}
