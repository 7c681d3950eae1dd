import CNNTensors

extension Plan {
  /// The plan as bytes; `nil` if it holds what cannot be kept: operators, or weights that are no constants of the model in
  /// a file.
  ///
  /// What follows from the steps and buffers is left out: ``complete(packedCount:)`` finds it anew.
  func encoded(_ key: PlanKey) -> [UInt8]? {
    guard nodes.isEmpty, constantSlots.isEmpty else { return nil }
    var writer = ByteWriter()
    writer.put(key.words) { $0.put($1) }
    do { try writer.put(steps) { writer, step in try step.write(to: &writer) } } catch { return nil }
    writer.put(buffers) { writer, buffer in
      let border = buffer.border
      writer.put([
        buffer.layout.rawValue, buffer.images, buffer.planes, buffer.height, buffer.width, border.top, border.left,
        border.bottom, border.right, buffer.offset,
      ])
    }
    let numbers = key.weightNumbers
    var isKept = true
    writer.put(tensors) { writer, tensor in
      guard let weights = PlanKey.Weights(tensor), let number = numbers[weights] else {
        isKept = false
        return
      }
      writer.put(number)
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
    return isKept && takes(key) ? writer.bytes : nil
  }

  /// A plan from bytes that ``encoded(_:)`` made; weights are the model's own.
  ///
  /// Its numbers are as they were read: ``complete(packedCount:)`` checks them.
  init(decoding bytes: UnsafeRawBufferPointer, _ key: PlanKey) throws {
    var reader = ByteReader(bytes)
    guard try reader.getList({ try $0.getString() }) == key.words else { throw ByteReader.Malformed() }
    steps = try reader.getList { try Step(from: &$0) }
    buffers = try reader.getList { reader in
      let n = try reader.get(arrayOf: Int.self)
      guard n.count == 10, let layout = Buffer.Layout(rawValue: n[0]) else { throw ByteReader.Malformed() }
      let shape = ImageShape(images: n[1], channels: n[2], spatial: [n[3], n[4]])
      var buffer = Buffer(layout, shape, planes: n[2])
      buffer.border = Buffer.Border(top: n[5], left: n[6], bottom: n[7], right: n[8])
      buffer.offset = n[9]
      return buffer
    }
    tensors = try reader.getList { reader in
      guard let constant = key.constants[try reader.get()] else { throw ByteReader.Malformed() }
      return try constant.reshaped(reader.get(arrayOf: Int.self))
    }
    inputs = try reader.getList { try Port(from: &$0) }
    outputs = try reader.getList { try Port(from: &$0) }
    notes = try reader.getList { try $0.getString() }
    guard reader.isAtEnd, takes(key) else { throw ByteReader.Malformed() }
  }

  /// True if inputs and outputs are those that a key asks for.
  private func takes(_ key: PlanKey) -> Bool {
    guard inputs.count == key.inputs.count, outputs.count == key.outputs.count,
      Set(inputs.map(\.name)).count == inputs.count, inputs.enumerated().allSatisfy({ $0 == $1.slot && $1.view == nil })
    else { return false }
    return inputs.allSatisfy { key.inputs[$0.name] == $0.shape }
      && zip(outputs, key.outputs).allSatisfy { port, extents in
        guard let extents else { return true }
        return port.shape.count == extents.count && zip(port.shape, extents).allSatisfy { $1 == nil || $0 == $1 }
      }
  }
}

extension Plan.Port {
  init(from reader: inout ByteReader) throws {
    name = try reader.getString()
    shape = try reader.get(arrayOf: Int.self)
    elementType = try ElementType(from: &reader)
    let number = try reader.get(Int.self)
    slot = number < 0 ? nil : number
    view = try reader.getOptional { reader in
      let n = try reader.get(arrayOf: Int.self)
      guard n.count == 5 else { throw ByteReader.Malformed() }
      return PlainView(buffer: n[0], start: n[1], rows: n[2], columns: n[3], rowDistance: n[4])
    }
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
