/// The values that a pickle asked to remember. Writers number them from 0 up; whatever else a stream does is kept aside.
struct PickleMemo {
  private var dense: [PickleValue] = []
  private var sparse: [Int: PickleValue] = [:]

  /// Number of values remembered.
  var count: Int { dense.count + sparse.count }

  subscript(index: Int) -> PickleValue? {
    get { dense.indices.contains(index) ? dense[index] : sparse[index] }
    set {
      guard let newValue else { return }
      if dense.indices.contains(index) {
        dense[index] = newValue
      } else if index == dense.count, sparse.isEmpty {
        dense.append(newValue)
      } else {
        sparse[index] = newValue
      }
    }
  }
}
