import CNNTensors

/// Where the fields of an encoded plan lie.
struct PlanFieldMap: KernelFields {
  var reader: ByteReader
  private(set) var fields: [(String, Range<Int>)] = []
  private var place = ""

  init(reader: ByteReader) { self.reader = reader }

  mutating func read() throws {
    try field("words") { _ = try $0.getList { try $0.getString() } }
    for index in 0..<(try reader.get(Int.self)) {
      guard let type = Lowerings.kernel(code: try reader.getString()) else { throw ByteReader.Malformed() }
      var kernel: any Kernel = type.init()
      place = "step \(index) \(type.code) "
      try kernel.visit(&self)
      try field("label") { _ = try $0.getString() }
      try field("work") { _ = try $0.get(Int.self) }
    }
    place = ""
    try list("buffer") { _ = try $0.get(arrayOf: Int.self) }
    try list("tensor") { reader in
      _ = try reader.get(Int.self)
      _ = try reader.get(arrayOf: Int.self)
    }
    try list("input") { _ = try Plan.Port(from: &$0) }
    try list("output") { _ = try Plan.Port(from: &$0) }
    try list("note") { _ = try $0.getString() }
  }

  private mutating func list(_ name: String, _ body: (inout ByteReader) throws -> Void) throws {
    for _ in 0..<(try reader.get(Int.self)) { try field(name, body) }
  }

  private mutating func field(_ name: String, _ body: (inout ByteReader) throws -> Void) throws {
    let start = reader.position
    try body(&reader)
    fields.append((place + name, start..<reader.position))
  }

  mutating func value<T: BitwiseCopyable>(_ value: inout T) throws {
    // A kernel's sizes may say how many fields follow.
    try field("sizes") { value = try $0.get(T.self) }
  }

  mutating func values<T: BitwiseCopyable>(_ values: inout [T]) throws {
    try field("table") { _ = try $0.get(arrayOf: T.self) }
  }

  mutating func planes(_ planes: inout [PlaneReference], _ access: Access) throws {
    try field("\(access) planes") { _ = try $0.get(arrayOf: Int.self) }
  }

  mutating func operand(_ operand: inout Operand?, _ access: Access) throws {
    try field("\(access) operand") { _ = try $0.get(arrayOf: Int.self) }
  }
}
