import CNNGraphs
import CNNOperators
import CNNTensors

/// The list of tensors in `x[i, :, j]`: a list of places for some axes, all stretched to one shape (NumPy, "Indexing on
/// ndarrays", advanced indexing).
struct AtenIndexList {
  /// The axes that are indexed, ascending.
  private let axes: [Int]
  /// Their places.
  private let places: [ValueID]

  /// Reads the list of an argument. A mask stands for the places where it holds.
  init(_ call: AtenCall, _ name: String, _ builder: inout AtenGraphBuilder) throws {
    var axes: [Int] = []
    var places: [ValueID] = []
    var axis = 0
    for item in try call.list(name) {
      guard case .tensor(let tensor) = item else {
        guard item.isNone else { throw call.fault(name, expected: "tensors") }
        axis += 1
        continue
      }
      let id = try builder.read(tensor)
      if try [.bool, .uint8].contains(builder.elementType(of: id)) {
        let depth = try builder.rank(of: id)
        let list = try builder.apply(NonZero(), id)
        let rows = depth == 1 ? [list] : try builder.apply(Split(axis: 0, partCount: depth), to: [list], count: depth)
        for row in rows {
          axes.append(axis)
          places.append(try builder.squeeze(row, [0]))
          axis += 1
        }
      } else {
        axes.append(axis)
        places.append(try builder.cast(id, to: .int64))
        axis += 1
      }
    }
    guard !axes.isEmpty else { throw call.fault(name, expected: "at least one tensor") }
    (self.axes, self.places) = (axes, places)
  }

  private var isAdjacent: Bool { zip(axes, axes.dropFirst()).allSatisfy { $1 == $0 + 1 } }

  /// The indexed axes first, the others behind them.
  private func order(rank: Int) throws -> [Int] {
    guard axes.allSatisfy({ $0 < rank }) else { throw ConversionError(.badInput, "more indices than axes") }
    return axes + (0..<rank).filter { !axes.contains($0) }
  }

  /// The places as one list, `[…, axes]`, and the number of axes that they are spread over.
  private func combined(_ builder: inout AtenGraphBuilder) throws -> (list: ValueID, rank: Int) {
    let stretched = try builder.broadcast(places)
    let rank = try builder.rank(of: stretched[0])
    let columns = try stretched.map { try builder.unsqueeze($0, [rank]) }
    let list = columns.count == 1 ? columns[0] : try builder.apply(Concatenation(axis: rank), to: columns, count: 1)[0]
    return (list, rank)
  }

  /// Where the axes of a result, the places' first, stand in PyTorch's.
  private func arrangement(placesRank: Int, rest: Int) -> [Int] {
    guard isAdjacent else { return Array(0..<placesRank + rest) }
    let first = axes[0]
    let before = (0..<first).map { $0 + placesRank }
    return before + Array(0..<placesRank) + (first..<rest).map { $0 + placesRank }
  }

  /// The elements at the places.
  func take(_ x: ValueID, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let rank = try builder.rank(of: x)
    let order = try order(rank: rank)
    if places.count == 1 { return try builder.apply(Gather(axis: axes[0]), x, places[0]) }
    let (list, placesRank) = try combined(&builder)
    let taken = try builder.apply(GatherND(), builder.transpose(x, order), list)
    return try builder.transpose(taken, arrangement(placesRank: placesRank, rest: rank - axes.count))
  }

  /// The tensor with values at the places.
  func put(
    _ values: ValueID, into x: ValueID, _ reduction: ScatterReduction, _ builder: inout AtenGraphBuilder
  ) throws -> ValueID {
    let rank = try builder.rank(of: x)
    let order = try order(rank: rank)
    let (list, placesRank) = try combined(&builder)
    let front = try builder.transpose(x, order)
    let rest = rank - axes.count
    // The values have the shape of what would be taken, or stretch to it.
    let arrangement = arrangement(placesRank: placesRank, rest: rest)
    var target = try (0..<placesRank).map { try builder.extent($0, of: list) }
    target += try (axes.count..<rank).map { try builder.extent($0, of: front) }
    let stretched = try builder.expand(values, to: arrangement.map { target[$0] })
    var inverse = arrangement
    for (index, axis) in arrangement.enumerated() { inverse[axis] = index }
    let result = try builder.apply(
      ScatterND(reduction: reduction), front, list, builder.transpose(stretched, inverse))
    var back = order
    for (index, axis) in order.enumerated() { back[axis] = index }
    return try builder.transpose(result, back)
  }
}
