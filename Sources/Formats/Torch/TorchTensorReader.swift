import CNNTensors

/// Makes tensors of the records that a pickle keeps of them. Only those that are asked for are looked at; contiguous ones
/// become views of the container.
final class TorchTensorReader {
  /// What a record turns out to be.
  enum Outcome {
    case tensor(Tensor)
    /// A tensor that cannot be used, and why: "is quantized".
    case unusable(String)
  }

  /// A tensor wraps another at most so many times: a parameter of a subclass of a tensor.
  private static let wrapperLimit = 8
  private static let freeCopies = 64 << 20
  private static let copiesPerByte = 8

  private let tree: PickleTree
  private let storages: any TorchStorages
  /// Bytes that may still be copied: small files must not make large tensors.
  private var copyAllowance: Int
  private var known: [Place: Tensor] = [:]
  private var swapped: [Swap: Storage] = [:]
  private var nested: [PickleValue: TorchLegacyStream] = [:]

  /// The same place makes the same tensor, so that what is shared stays shared.
  private struct Place: Hashable {
    let source: Storage.Source
    let start: Int
    let view: StridedView
    let type: ElementType
  }

  private struct Swap: Hashable {
    let source: Storage.Source
    let start: Int
    let width: Int
  }

  init(_ tree: PickleTree, _ storages: any TorchStorages) {
    (self.tree, self.storages) = (tree, storages)
    let (inProportion, overflow) = storages.byteCount.multipliedReportingOverflow(by: Self.copiesPerByte)
    copyAllowance = overflow ? .max : max(inProportion, Self.freeCopies)
  }

  /// True if a value is a tensor or an array, usable or not. Numpy's scalars do not count.
  func isTensor(_ value: PickleValue) -> Bool {
    guard let object = tree.object(value), object.kind == .instance else { return false }
    switch tree.role(object.type) {
    case .tensor, .foreignTensor, .array(.reconstruct), .array(.fromBuffer): return true
    default: return false
    }
  }

  /// The tensor of a record; `nil` for everything else.
  /// - Throws: ``FormatError`` naming the tensor by its key.
  func tensor(_ value: PickleValue, key: String) throws -> Outcome? {
    do { return try read(value, key: key) } catch let error as TensorError { throw FormatError.tensor(key, error) }
  }

  private func read(_ value: PickleValue, key: String) throws -> Outcome? {
    var value = value
    for _ in 0..<Self.wrapperLimit {
      guard let object = tree.object(value), object.kind == .instance, let role = tree.role(object.type) else {
        return nil
      }
      var arguments = tree.items(object.arguments) ?? []
      switch role {
      case .tensor(var call):
        if call == .subclass {
          // The function that makes the plain tensor, the class, and the function's arguments.
          guard arguments.count >= 3, let inner = tree.global(arguments[0]), let rest = tree.items(arguments[2]) else {
            throw FormatError.strided(key, .record)
          }
          guard case .tensor(let innerCall) = inner.role, innerCall != .subclass else {
            return .unusable("is of the class \((tree.global(arguments[1])?.name ?? inner.name).inSentence)")
          }
          (call, arguments) = (innerCall, rest)
        }
        if call == .wrapped {
          guard let first = arguments.first else { return nil }
          value = first
          continue
        }
        return try strided(arguments, isTyped: call == .typed, key)
      case .foreignTensor(let kind): return .unusable("is \(kind.inSentence)")
      case .array:
        let outcome = try NumpyPickle(tree: tree).tensor(object)
        if case .tensor(let tensor)? = outcome, tensor.storage?.fileRange == nil { try charge(tensor.byteCount, key) }
        return outcome
      default: return nil
      }
    }
    throw FormatError.strided(key, .record)
  }

  // MARK: Strided tensors

  /// storage, offset, extents, strides, …; typed: …, gradient, hooks, element type.
  private func strided(_ arguments: [PickleValue], isTyped: Bool, _ key: String) throws -> Outcome {
    guard arguments.count >= (isTyped ? 7 : 4), let offset = tree.integer(arguments[1]),
      let shape = integers(arguments[2]), let strides = integers(arguments[3])
    else { throw FormatError.strided(key, .record) }
    let stream = try nestedStream(arguments[0], key)
    guard
      let reference = stream.map({ TorchStorageReference($0.tree.root, in: $0.tree) })
        ?? TorchStorageReference(arguments[0], in: tree)
    else { throw FormatError.strided(key, .record) }
    var type = reference.type
    if isTyped {
      guard case .elementType(let stated)? = tree.global(arguments[6])?.role else {
        throw FormatError.strided(key, .record)
      }
      type = stated
    }
    guard type != .untyped else { throw FormatError.strided(key, .record) }
    guard let elementType = type.elementType else { return .unusable("has elements of type \(type.name.inSentence)") }
    let width = elementType.bitWidth / 8
    let storage = try bytes(of: reference, in: stream ?? storages, swappedAs: elementType, key)
    let view = StridedView(offset: offset, shape: shape, strides: strides)
    let reach: Int
    do throws(FormatError.StrideFault) {
      reach = try view.validate(elementType, available: storage.byteCount / width)
    } catch { throw FormatError.strided(key, error) }
    let place = Place(source: storage.place.source, start: storage.place.offset, view: view, type: elementType)
    if let tensor = known[place] { return .tensor(tensor) }
    // An empty tensor may state any offset.
    let span = try Storage(part: storage, offset: reach == 0 ? 0 : offset * width, count: reach * width)
    let contents = view.isContiguous ? span : try gathered(view, span, width, key)
    let tensor = try Tensor(elementType, shape: shape, storage: contents)
    known[place] = tensor
    return .tensor(tensor)
  }

  /// The stream in a string of bytes that a storage is where `pickle.dump` met a tensor.
  private func nestedStream(_ value: PickleValue, _ key: String) throws -> TorchLegacyStream? {
    guard let object = tree.object(value), tree.role(object.type) == .nestedStream,
      let content = tree.items(object.arguments)?.first
    else { return nil }
    if let known = nested[content] { return known }
    guard let bytes = try tree.bytes(content), bytes.withBytes(TorchLegacyStream.isMagic) else {
      throw FormatError.strided(key, .record)
    }
    if bytes.fileRange == nil { try charge(bytes.byteCount, key) }
    let stream = try TorchLegacyStream(bytes)
    nested[content] = stream
    return stream
  }

  private func integers(_ value: PickleValue) -> [Int]? {
    guard let items = tree.items(value) else { return nil }
    var numbers: [Int] = []
    for item in items {
      guard let number = tree.integer(item) else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  /// The bytes that a storage's identifier stands for, in this machine's order.
  private func bytes(
    of reference: TorchStorageReference, in storages: any TorchStorages, swappedAs type: ElementType, _ key: String
  ) throws -> Storage {
    guard let whole = try storages.storage(reference.key) else {
      throw FormatError.strided(key, .noStorage(reference.key))
    }
    guard reference.byteCount <= whole.byteCount else {
      throw FormatError.strided(
        key, .shortStorage(reference.key, expected: reference.byteCount, found: whole.byteCount))
    }
    let part = try Storage(part: whole, offset: 0, count: reference.byteCount)
    let ordered = storages.isBigEndian ? try inOrder(part, type, key) : part
    guard let view = reference.view else { return ordered }
    return try Storage(part: ordered, offset: view.lowerBound, count: view.count)
  }

  private func inOrder(_ storage: Storage, _ type: ElementType, _ key: String) throws -> Storage {
    let width = type.bitWidth / (type == .complex64 || type == .complex128 ? 16 : 8)
    guard width > 1 else { return storage }
    let swap = Swap(source: storage.place.source, start: storage.place.offset, width: width)
    if let known = swapped[swap] { return known }
    try charge(storage.byteCount, key)
    let result = try storage.bytesReversed(inGroupsOf: width)
    swapped[swap] = result
    return result
  }

  private func gathered(_ view: StridedView, _ span: Storage, _ width: Int, _ key: String) throws -> Storage {
    let byteCount = view.count * width
    try charge(byteCount, key)
    return try Storage(byteCount: byteCount) { target in
      span.withBytes { view.gather($0, into: target, width: width) }
    }
  }

  private func charge(_ byteCount: Int, _ key: String) throws {
    guard byteCount <= copyAllowance else {
      throw FormatError.strided(key, .tooManyCopies(byteCount, left: copyAllowance))
    }
    copyAllowance -= byteCount
  }
}
