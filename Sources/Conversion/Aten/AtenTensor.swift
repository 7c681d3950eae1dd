import CNNGraphs

/// A tensor of a PyTorch program: a name for memory that may be written to.
///
/// A graph has no memory. Each write makes a new value; the tensor remembers which one stands for it now. A tensor that
/// shares memory with another one (`x[:, 1]`, `x.view(…)`) is a ``View`` of it: a write to the view makes a new value of
/// the base, and a write to the base makes the view be derived anew when it is next read.
/// ``AtenGraphBuilder/read(_:)`` and ``AtenGraphBuilder/write(_:to:)`` do both.
final class AtenTensor {
  /// How a tensor comes from another one that it shares memory with.
  struct View {
    /// The tensor whose memory it is.
    let base: AtenTensor
    /// The view's value from the base's.
    let derive: (inout AtenGraphBuilder, ValueID) throws -> ValueID
    /// The base's value after the view has got the value that comes last; `nil` if no such write is known.
    let restore: ((inout AtenGraphBuilder, _ base: ValueID, _ view: ValueID) throws -> ValueID)?
    /// False if PyTorch may as well have made a copy: `reshape` does when strides ask for it.
    var isCertain = true
  }

  /// The value as of the last read or write.
  var value: ValueID
  /// What it is a view of.
  var view: View?
  /// How often it has been written.
  var version = 0
  /// The base's version that ``value`` was derived from.
  var seen: Int
  /// The name of the buffer or parameter that it is; writes to it outlive a run.
  let state: String?
  /// True after a write of which nobody can tell whether it concerns this tensor.
  var isDoubtful = false

  /// A tensor with memory of its own, or a view.
  init(_ value: ValueID, view: View? = nil, state: String? = nil) {
    (self.value, self.view, self.state) = (value, view, state)
    seen = view?.base.version ?? 0
  }
}
