/// The neighbours of each vertex, in one array.
struct Adjacency {
  private var starts: [Int]
  private var neighbours: [Int]

  /// Takes pairs of a vertex and its neighbour, and keeps their order.
  init(count: Int, _ pairs: [(Int, Int)]) {
    starts = [Int](repeating: 0, count: count + 1)
    for (vertex, _) in pairs { starts[vertex + 1] += 1 }
    for vertex in 0..<count { starts[vertex + 1] += starts[vertex] }
    var ends = starts
    neighbours = [Int](repeating: 0, count: pairs.count)
    for (vertex, neighbour) in pairs {
      neighbours[ends[vertex]] = neighbour
      ends[vertex] += 1
    }
  }

  subscript(vertex: Int) -> ArraySlice<Int> { neighbours[starts[vertex]..<starts[vertex + 1]] }
}
