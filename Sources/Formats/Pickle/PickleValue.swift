/// A value of a pickle. Texts and bytes stay where they stand in the stream; everything that refers to further values is
/// an object of the ``PickleTree``, named by its number, so that neither cycles nor depth cost anything.
enum PickleValue: Hashable {
  case none
  case boolean(Bool)
  case integer(Int)
  /// An integer of more than 64 bits: its bytes, or its digits, in the stream.
  case wideInteger(offset: Int, count: Int)
  case float(Double)
  /// UTF-8 in the stream.
  case text(offset: Int, count: Int)
  /// A text that the stream holds in another spelling: the number of a string of the tree.
  case respelledText(Int)
  case bytes(offset: Int, count: Int)
  /// A class or function, by the number of its name.
  case global(Int)
  case object(Int)
}

/// A value that refers to others: a record of what the pickle says, whatever Python would have made of it.
struct PickleObject {
  enum Kind {
    case tuple, list, set
    /// Keys and values take turns in the items.
    case dictionary
    /// What a class or function makes of the arguments; it has neither been called nor will it be.
    case instance
    /// What the loader finds under the identifier that the arguments are.
    case persistent
  }

  var kind: Kind
  /// What made it; `none` for plain containers.
  var type = PickleValue.none
  /// What it was made of: a tuple, or an identifier.
  var arguments = PickleValue.none
  /// The attributes that it was given afterwards.
  var state = PickleValue.none
  var items: [PickleValue] = []
}
