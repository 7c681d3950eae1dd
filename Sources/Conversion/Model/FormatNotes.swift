/// What only one format understands of a model, such as the fields of its file that mean nothing here. The format
/// attaches it when it reads, and finds it again when it writes.
public protocol FormatNotes: Sendable {}

/// The notes of all formats that a model has gone through.
public struct AttachedNotes: Sendable {
  private var notes: [any FormatNotes] = []

  /// No notes.
  public init() {}

  /// The notes of a kind; `nil` if there are none.
  public subscript<Notes: FormatNotes>(kind: Notes.Type) -> Notes? {
    get { notes.lazy.compactMap { $0 as? Notes }.first }
    set {
      notes.removeAll { $0 is Notes }
      if let newValue { notes.append(newValue) }
    }
  }
}
