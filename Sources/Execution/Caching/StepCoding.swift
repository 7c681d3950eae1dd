extension Step {
  /// Appends the step. Addresses in the kernels' contexts are empty, and count for nothing.
  func write(to writer: inout ByteWriter) throws {
    var (kernel, fields) = (kernel, FieldWriter(writer: writer))
    // Two who hold the bytes would have each step copy all of them.
    writer = ByteWriter()
    fields.writer.put(type(of: kernel).code)
    try kernel.visit(&fields)
    fields.writer.put(label)
    fields.writer.put(work)
    writer = fields.writer
  }

  init(from reader: inout ByteReader) throws {
    guard let type = Lowerings.kernel(code: try reader.getString()) else { throw ByteReader.Malformed() }
    var kernel: any Kernel = type.init()
    var fields = FieldReader(reader: reader)
    try kernel.visit(&fields)
    reader = fields.reader
    self.init(kernel, try reader.getString())
    work = try reader.get()
  }
}

/// Appends a kernel's properties to bytes.
private struct FieldWriter: KernelFields {
  var writer: ByteWriter

  mutating func value<T: BitwiseCopyable>(_ value: inout T) { writer.put(value) }

  mutating func values<T: BitwiseCopyable>(_ values: inout [T]) { writer.put(values) }

  mutating func planes(_ planes: inout [PlaneReference], _ access: Access) {
    writer.put(planes.flatMap { [$0.buffer, $0.plane] })
  }

  mutating func operand(_ operand: inout Operand?, _ access: Access) { writer.put(operand?.numbers ?? []) }
}

/// Takes a kernel's properties from bytes.
private struct FieldReader: KernelFields {
  var reader: ByteReader

  mutating func value<T: BitwiseCopyable>(_ value: inout T) throws { value = try reader.get() }

  mutating func values<T: BitwiseCopyable>(_ values: inout [T]) throws { values = try reader.get(arrayOf: T.self) }

  mutating func planes(_ planes: inout [PlaneReference], _ access: Access) throws {
    let numbers = try reader.get(arrayOf: Int.self)
    guard numbers.count % 2 == 0 else { throw ByteReader.Malformed() }
    planes = stride(from: 0, to: numbers.count, by: 2).map {
      PlaneReference(buffer: numbers[$0], plane: numbers[$0 + 1])
    }
  }

  mutating func operand(_ operand: inout Operand?, _ access: Access) throws {
    let numbers = try reader.get(arrayOf: Int.self)
    if numbers.isEmpty {
      operand = nil
    } else {
      operand = try Operand(numbers: numbers)
    }
  }
}

extension Operand {
  fileprivate var numbers: [Int] {
    switch self {
    case .packed(let offset): [0, offset]
    case .tensor(let index): [1, index]
    case .buffer(let index, let start): [2, index, start]
    case .slot(let index): [3, index]
    }
  }

  fileprivate init(numbers: [Int]) throws {
    switch (numbers.count, numbers[0]) {
    case (2, 0): self = .packed(numbers[1])
    case (2, 1): self = .tensor(numbers[1])
    case (3, 2): self = .buffer(numbers[1], start: numbers[2])
    case (2, 3): self = .slot(numbers[1])
    default: throw ByteReader.Malformed()
    }
  }
}
