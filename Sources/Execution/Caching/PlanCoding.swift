import CNNTensors

extension Plan {
  /// The plan as bytes; `nil` if it holds what cannot be kept: operators, or weights that lie in no file.
  func encoded() -> [UInt8]? {
    guard nodes.isEmpty, constantSlots.isEmpty else { return nil }
    var writer = ByteWriter()
    do { try writer.put(steps) { writer, step in try step.write(to: &writer) } } catch { return nil }
    writer.put(buffers) { writer, buffer in
      let border = buffer.border
      writer.put([
        buffer.layout.rawValue, buffer.images, buffer.planes, buffer.height, buffer.width, border.top, border.left,
        border.bottom, border.right, buffer.offset,
      ])
      writer.put(buffer.elementType.description)
    }
    writer.put([arenaByteCount, scratchCount, packedCount, slotCount])
    writer.put(slotShapes.sorted { $0.key < $1.key }) { writer, entry in
      writer.put(entry.key)
      writer.put(entry.value)
    }
    var isKept = true
    writer.put(tensors) { writer, tensor in
      guard let range = tensor.storage?.fileRange, tensor.elementType == .float32 else {
        isKept = false
        return
      }
      writer.put(range.file.path)
      writer.put(range.offset)
      writer.put(tensor.shape)
    }
    for ports in [inputs, outputs] {
      writer.put(ports) { writer, port in
        writer.put(port.name)
        writer.put(port.shape)
        writer.put(port.elementType.description)
        writer.put(port.slot ?? -1)
        writer.put(port.view) { $0.put([$1.buffer, $1.start, $1.rows, $1.columns, $1.rowDistance]) }
      }
    }
    writer.put(notes) { $0.put($1) }
    return isKept ? writer.bytes : nil
  }

  /// A plan from bytes that ``encoded()`` made; the files that hold weights are opened anew.
  init(decoding bytes: UnsafeRawBufferPointer) throws {
    var reader = ByteReader(bytes)
    steps = try reader.getList { try Step(from: &$0) }
    buffers = try reader.getList { reader in
      let n = try reader.get(arrayOf: Int.self)
      guard n.count == 10, let layout = Buffer.Layout(rawValue: n[0]) else { throw ByteReader.Malformed() }
      let shape = ImageShape(images: n[1], channels: n[2], spatial: [n[3], n[4]])
      var buffer = Buffer(layout, shape, planes: n[2])
      buffer.elementType = try ElementType(from: &reader)
      buffer.border = Buffer.Border(top: n[5], left: n[6], bottom: n[7], right: n[8])
      buffer.offset = n[9]
      return buffer
    }
    let counts = try reader.get(arrayOf: Int.self)
    guard counts.count == 4 else { throw ByteReader.Malformed() }
    (arenaByteCount, scratchCount, packedCount, slotCount) = (counts[0], counts[1], counts[2], counts[3])
    for (slot, shape) in try reader.getList({ (try $0.get(Int.self), try $0.get(arrayOf: Int.self)) }) {
      slotShapes[slot] = shape
    }
    var files: [String: MappedFile] = [:]
    tensors = try reader.getList { reader in
      let path = try reader.getString()
      let file = try files[path] ?? MappedFile(path: path)
      files[path] = file
      let offset = try reader.get(Int.self)
      let shape = try reader.get(arrayOf: Int.self)
      let count = try Tensor.elementCount(of: shape)
      return try Tensor(.float32, shape: shape, storage: Storage(file: file, offset: offset, count: count * 4))
    }
    func ports() throws -> [Port] {
      try reader.getList { reader in
        let name = try reader.getString()
        let shape = try reader.get(arrayOf: Int.self)
        let elementType = try ElementType(from: &reader)
        let slot = try reader.get(Int.self)
        let view = try reader.getOptional { reader -> PlainView in
          let n = try reader.get(arrayOf: Int.self)
          guard n.count == 5 else { throw ByteReader.Malformed() }
          return PlainView(buffer: n[0], start: n[1], rows: n[2], columns: n[3], rowDistance: n[4])
        }
        return Port(name: name, shape: shape, elementType: elementType, slot: slot < 0 ? nil : slot, view: view)
      }
    }
    inputs = try ports()
    outputs = try ports()
    notes = try reader.getList { try $0.getString() }
  }
}

extension ElementType {
  fileprivate init(from reader: inout ByteReader) throws {
    let name = try reader.getString()
    guard let type = ElementType.allCases.first(where: { $0.description == name }) else {
      throw ByteReader.Malformed()
    }
    self = type
  }
}
