import CNNTensors

/// Which tensors lie in the same bytes, so that they are written once and tied when they are read again.
struct SharedStorages {
  /// Where a tensor lies.
  struct Place {
    /// The number of its storage.
    let storage: Int
    /// Its first element there.
    let offset: Int
  }

  /// The storages in the order in which the tensors come to them.
  private(set) var storages: [Storage] = []
  /// The place of each tensor.
  private(set) var places: [Place] = []

  /// Finds the storages of tensors; strings have none and get no place.
  init(_ tensors: [Tensor]) {
    let parts = tensors.compactMap { tensor in tensor.storage.map { Part($0, tensor.elementType) } }
    var bySource: [Storage.Source: [Int]] = [:]
    for (index, part) in parts.enumerated() { bySource[part.source, default: []].append(index) }
    // Tensors of one source whose ranges overlap make a group.
    var groups: [Group] = []
    var groupOf = [Int](repeating: 0, count: parts.count)
    for indices in bySource.values {
      let ordered = indices.sorted { (parts[$0].start, $0) < (parts[$1].start, $1) }
      var open: [ElementType: Int] = [:]
      for index in ordered {
        let part = parts[index]
        if let number = open[part.type], groups[number].add(part) {
          groupOf[index] = number
        } else {
          groupOf[index] = groups.count
          open[part.type] = groups.count
          groups.append(Group(part))
        }
      }
    }
    var numbers: [Int: Int] = [:]
    for (index, part) in parts.enumerated() {
      let group = groups[groupOf[index]]
      let number = numbers[groupOf[index]] ?? storages.count
      if number == storages.count {
        numbers[groupOf[index]] = number
        storages.append(group.storage)
      }
      places.append(Place(storage: number, offset: (part.start - group.start) / part.width))
    }
  }

  private struct Part {
    let storage: Storage
    let source: Storage.Source
    let start: Int
    let type: ElementType
    var width: Int { max(type.bitWidth / 8, 1) }

    init(_ storage: Storage, _ type: ElementType) {
      (self.storage, self.type) = (storage, type)
      (source, start) = storage.place
    }
  }

  private struct Group {
    private(set) var storage: Storage
    let start: Int
    private var end: Int

    init(_ part: Part) {
      (storage, start, end) = (part.storage, part.start, part.start + part.storage.byteCount)
    }

    /// Takes in a part that begins no earlier than the last one, if it overlaps and begins at an element.
    mutating func add(_ part: Part) -> Bool {
      guard part.start < end, part.storage.byteCount > 0, (part.start - start) % part.width == 0,
        let whole = storage.covering(part.storage)
      else { return false }
      storage = whole
      end = max(end, part.start + part.storage.byteCount)
      return true
    }
  }
}
