import CNNExecution
import CNNGraphs
import CNNSystem
import CNNTensors

/// What a graph holds, as bytes to be hashed: nodes, settings and types, small constants whole, and of each large constant
/// in a file some pages, so that nothing is read that a start does not read anyway.
///
/// Which pages those are only the holder of the secret knows. What was made in memory, by unpacking or converting, is
/// taken whole: making it took longer.
struct GraphContent {
  /// Bytes of a constant in a file up to which it is taken whole.
  private static let smallConstant = 64 << 10
  /// The most pages of a large constant.
  private static let mostPages = 32
  private static let page = 4096

  private var head = ByteWriter()
  private var parts: [UnsafeRawBufferPointer] = []
  private var constants = 0
  private let sum: KeyedSum

  /// The digest of a graph.
  /// - Parameter threads: how many threads compute it.
  /// - Returns: `nil` if an operator does not tell its settings, or the system gives no threads.
  static func digest(_ graph: Graph, _ sum: KeyedSum, threads: Int) -> String? {
    var content = GraphContent(sum)
    guard (try? content.put(graph)) != nil else { return nil }
    return withExtendedLifetime(graph) {
      content.head.bytes.withUnsafeBytes { sum.digest([], [$0] + content.parts, threads: threads) }
    }
  }

  private init(_ sum: KeyedSum) { self.sum = sum }

  private mutating func put(_ graph: Graph) throws {
    head.put(graph.inputs.map(\.index))
    head.put(graph.outputs.map(\.index))
    head.put(graph.values.count)
    for value in graph.values {
      head.put(value.name)
      put(value.type)
      put(value.declaredType ?? .unknown)
      head.put(UInt8((value.constant == nil ? 0 : 1) + (value.sparseConstant == nil ? 0 : 2)))
      if let constant = value.constant { put(constant) }
      if let constant = value.sparseConstant { put(constant) }
    }
    head.put(graph.nodes.count)
    for node in graph.nodes {
      let signature = node.operator.signature
      head.put(signature.domain)
      head.put(signature.name)
      for ids in [node.inputs, node.outputs] { head.put(ids.map { $0?.index ?? -1 }) }
      head.put(node.captures.map(\.index))
      var settings = NodeWriter(version: .max, inputs: [])
      try node.operator.write(to: &settings)
      head.put(settings.attributes.count)
      for (name, value) in settings.attributes {
        head.put(name)
        try put(value)
      }
    }
  }

  private mutating func put(_ type: ValueType) {
    guard case .tensor(let tensor) = type else { return head.put("\(type)") }
    head.put(tensor.elementType?.description ?? "")
    head.put(tensor.shape?.count ?? -1)
    for extent in tensor.shape ?? [] {
      switch extent {
      case .fixed(let value): head.put(value)
      case .symbol(let name): head.put(name)
      case .unknown: head.put(-1)
      }
    }
  }

  private mutating func put(_ attribute: Attribute) throws {
    head.put(attribute.kind)
    switch attribute {
    case .float(let value): head.put(value)
    case .int(let value): head.put(value)
    case .string(let bytes): head.put(bytes)
    case .tensor(let tensor): put(tensor)
    case .sparseTensor(let tensor): put(tensor)
    case .graph(let graph): try put(graph)
    case .type(let type): put(type)
    case .floats(let values): head.put(values)
    case .ints(let values): head.put(values)
    case .strings(let strings): head.put(strings) { $0.put($1) }
    case .tensors(let tensors): for tensor in tensors { put(tensor) }
    case .sparseTensors(let tensors): for tensor in tensors { put(tensor) }
    case .graphs(let graphs): for graph in graphs { try put(graph) }
    case .types(let types): for type in types { put(type) }
    case .reference(let name, let kind):
      head.put(name)
      head.put(kind)
    }
  }

  private mutating func put(_ tensor: SparseTensor) {
    head.put(tensor.shape)
    put(tensor.values)
    put(tensor.indices)
  }

  private mutating func put(_ tensor: Tensor) {
    head.put(tensor.elementType.description)
    head.put(tensor.shape)
    if let strings = tensor.strings { head.put(strings) { $0.put($1) } }
    guard let storage = tensor.storage else { return }
    constants += 1
    storage.withBytes { bytes in
      if bytes.count <= GraphContent.page {
        head.put(bytes)
      } else if storage.fileRange == nil || bytes.count <= GraphContent.smallConstant {
        parts.append(bytes)
      } else {
        sample(bytes)
      }
    }
  }

  /// The first and the last page, and one at a secret place in each of as many equal ranges between.
  private mutating func sample(_ bytes: UnsafeRawBufferPointer) {
    let page = GraphContent.page
    let count = min(GraphContent.mostPages, bytes.count / GraphContent.smallConstant + 2)
    // From one page's start in memory to the next: no sample touches two.
    let first = page - Int(bitPattern: bytes.baseAddress) & (page - 1)
    let pages = (bytes.count - first) / page
    var places = [0..<first, bytes.count - page..<bytes.count]
    for index in 0..<count - 2 {
      let range = pages * index / (count - 2)..<max(pages * (index + 1) / (count - 2), pages * index / (count - 2) + 1)
      let secret = sum.number([constants, index, bytes.count])
      let place = first + (range.lowerBound + Int(secret % UInt64(range.count))) * page
      places.append(place..<min(place + page, bytes.count))
    }
    let samples = places.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    RawMemory.fetch(samples)
    parts += samples
  }
}
