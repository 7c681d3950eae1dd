import CKernels

extension Step {
  /// Appends the step; the contexts' addresses are empty, and count for nothing.
  func write(to writer: inout ByteWriter) {
    switch kernel {
    case .convolution(let c): writer.put(tag: 0, c)
    case .winogradInput(let c): writer.put(tag: 1, c)
    case .winograd(let c): writer.put(tag: 2, c)
    case .depthwise(let c): writer.put(tag: 3, c)
    case .pooling(let c): writer.put(tag: 4, c)
    case .globalPooling(let c): writer.put(tag: 5, c)
    case .elementwise(let c): writer.put(tag: 6, c)
    case .gather(let c): writer.put(tag: 7, c)
    case .pack(let c): writer.put(tag: 8, c)
    case .unpack(let c): writer.put(tag: 9, c)
    case .frame(let c): writer.put(tag: 10, c)
    case .border(let c): writer.put(tag: 11, c)
    case .normalization(let c): writer.put(tag: 12, c)
    case .linear(let c): writer.put(tag: 13, c)
    case .softmax(let c): writer.put(tag: 14, c)
    case .reference: preconditionFailure("a plan with reference steps is not kept")
    }
    writer.put(label)
    writer.put([work, sourceStart, targetStart, flatRow ?? -1, tasks])
    for planes in [input, second, output] { writer.put(planes.flatMap { [$0.buffer, $0.plane] }) }
    for operand in [source, target, weights, bias, scale, shift] { writer.put(operand?.code ?? [-1, 0]) }
    writer.put(gatherSources)
    writer.put(gatherLanes)
  }

  init(from reader: inout ByteReader) throws {
    let kernel: Kernel
    switch try reader.get(UInt8.self) {
    case 0: kernel = .convolution(try reader.get())
    case 1: kernel = .winogradInput(try reader.get())
    case 2: kernel = .winograd(try reader.get())
    case 3: kernel = .depthwise(try reader.get())
    case 4: kernel = .pooling(try reader.get())
    case 5: kernel = .globalPooling(try reader.get())
    case 6: kernel = .elementwise(try reader.get())
    case 7: kernel = .gather(try reader.get())
    case 8: kernel = .pack(try reader.get())
    case 9: kernel = .unpack(try reader.get())
    case 10: kernel = .frame(try reader.get())
    case 11: kernel = .border(try reader.get())
    case 12: kernel = .normalization(try reader.get())
    case 13: kernel = .linear(try reader.get())
    case 14: kernel = .softmax(try reader.get())
    default: throw ByteReader.Malformed()
    }
    self.init(kernel, try reader.getString())
    let numbers = try reader.get(arrayOf: Int.self)
    guard numbers.count == 5 else { throw ByteReader.Malformed() }
    (work, sourceStart, targetStart, tasks) = (numbers[0], numbers[1], numbers[2], numbers[4])
    flatRow = numbers[3] < 0 ? nil : numbers[3]
    func planes() throws -> [PlaneReference] {
      let numbers = try reader.get(arrayOf: Int.self)
      guard numbers.count % 2 == 0 else { throw ByteReader.Malformed() }
      return stride(from: 0, to: numbers.count, by: 2).map {
        PlaneReference(buffer: numbers[$0], plane: numbers[$0 + 1])
      }
    }
    (input, second, output) = (try planes(), try planes(), try planes())
    func operand() throws -> Operand? { try Operand.decoded(try reader.get(arrayOf: Int.self)) }
    (source, target, weights) = (try operand(), try operand(), try operand())
    (bias, scale, shift) = (try operand(), try operand(), try operand())
    gatherSources = try reader.get()
    gatherLanes = try reader.get()
  }
}

extension ByteWriter {
  fileprivate mutating func put<T: BitwiseCopyable>(tag: UInt8, _ context: T) {
    put(tag)
    put(context)
  }
}

extension ByteReader {
  fileprivate mutating func get<T: BitwiseCopyable>() throws -> [T] { try get(arrayOf: T.self) }
}

extension Operand {
  fileprivate var code: [Int] {
    switch self {
    case .packed(let place): [0, place]
    case .tensor(let index): [1, index]
    case .buffer(let index): [2, index]
    case .slot(let index): [3, index]
    }
  }

  fileprivate static func decoded(_ code: [Int]) throws -> Operand? {
    guard code.count == 2 else { throw ByteReader.Malformed() }
    switch code[0] {
    case -1: return nil
    case 0: return .packed(code[1])
    case 1: return .tensor(code[1])
    case 2: return .buffer(code[1])
    case 3: return .slot(code[1])
    default: throw ByteReader.Malformed()
    }
  }
}
