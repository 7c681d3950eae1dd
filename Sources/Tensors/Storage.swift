import CNNSystem

/// Bytes that never change once made: a range of a mapped file, memory of their own, or a range of another storage.
public final class Storage: Sendable {
  private enum Owner {
    case memory(UnsafeMutableRawPointer, MemoryBudget)
    case file(MappedFile, offset: Int)
    case part(of: Storage, offset: Int)
  }

  /// Where bytes lie: in a file, or in memory that a storage owns. Two storages of the same source share their bytes
  /// where their ranges meet; the comparison holds as long as both live.
  public struct Source: Hashable, Sendable {
    private let owner: ObjectIdentifier

    fileprivate init(_ owner: AnyObject) { self.owner = ObjectIdentifier(owner) }
  }

  /// Memory of its own starts at a multiple of this many bytes.
  public static let alignment = 64

  /// What a storage is charged beside its bytes: many small tensors take more than their elements.
  package static let overhead = 256

  /// Number of bytes.
  public let byteCount: Int
  private nonisolated(unsafe) let owner: Owner
  private nonisolated(unsafe) let base: UnsafeRawPointer
  /// The budget of a view, which owns no bytes.
  private let viewBudget: MemoryBudget?

  /// A view of `count` bytes of a file from `offset` on, nothing being read.
  /// - Throws: ``TensorError/range(offset:count:available:)`` if the file is shorter.
  public init(file: MappedFile, offset: Int, count: Int) throws(TensorError) {
    guard offset >= 0, count >= 0, offset <= file.byteCount, count <= file.byteCount - offset else {
      throw .range(offset: offset, count: count, available: file.byteCount)
    }
    viewBudget = try Storage.chargedForView()
    byteCount = count
    owner = .file(file, offset: offset)
    base = file.address(of: offset) ?? UnsafeRawPointer(bitPattern: Storage.alignment)!
  }

  /// A view of `count` bytes of another storage from `offset` on; of a file's bytes it becomes a view of the file.
  /// - Throws: ``TensorError/range(offset:count:available:)`` if the other storage is shorter.
  public init(part other: Storage, offset: Int, count: Int) throws(TensorError) {
    guard offset >= 0, count >= 0, offset <= other.byteCount, count <= other.byteCount - offset else {
      throw .range(offset: offset, count: count, available: other.byteCount)
    }
    viewBudget = try Storage.chargedForView()
    byteCount = count
    base = other.base + offset
    owner =
      switch other.owner {
      case .memory: .part(of: other, offset: offset)
      case .file(let file, let start): .file(file, offset: start + offset)
      case .part(let whole, let start): .part(of: whole, offset: start + offset)
      }
  }

  /// The smallest view that covers these bytes and another storage's; `nil` if they lie in different sources.
  public func covering(_ other: Storage) -> Storage? {
    guard place.source == other.place.source else { return nil }
    let start = min(place.offset, other.place.offset)
    let end = max(place.offset + byteCount, other.place.offset + other.byteCount)
    return switch owner {
    case .memory: self
    case .file(let file, _): try? Storage(file: file, offset: start, count: end - start)
    case .part(let whole, _): try? Storage(part: whole, offset: start, count: end - start)
    }
  }

  /// New memory, filled by `body`, which must write every byte.
  /// The bytes are charged to the current ``MemoryBudget``.
  /// - Throws: ``TensorError/outOfMemory(requested:limit:)`` if the budget is spent, and what `body` throws.
  @inlinable
  public convenience init(byteCount: Int, _ body: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
    let budget = MemoryBudget.current
    let memory = try Storage.allocate(byteCount, budget)
    do {
      try body(UnsafeMutableRawBufferPointer(start: memory, count: byteCount))
    } catch {
      Storage.discard(memory, byteCount, budget)
      throw error
    }
    self.init(adopting: memory, byteCount: byteCount, budget)
  }

  /// A copy of bytes in memory of its own.
  public convenience init(copying bytes: UnsafeRawBufferPointer) throws {
    try self.init(byteCount: bytes.count) { $0.copyMemory(from: bytes) }
  }

  @usableFromInline
  init(adopting memory: UnsafeMutableRawPointer, byteCount: Int, _ budget: MemoryBudget) {
    self.byteCount = byteCount
    owner = .memory(memory, budget)
    base = UnsafeRawPointer(memory)
    viewBudget = nil
  }

  @usableFromInline
  static func allocate(_ byteCount: Int, _ budget: MemoryBudget) throws -> UnsafeMutableRawPointer {
    try budget.charge(byteCount.saturatingAdded(to: overhead))
    guard let memory = RawMemory.allocate(byteCount: max(byteCount, 1), alignment: alignment) else {
      budget.release(byteCount + overhead)
      throw TensorError.noMemory(requested: byteCount)
    }
    return memory
  }

  @usableFromInline
  static func discard(_ memory: UnsafeMutableRawPointer, _ byteCount: Int, _ budget: MemoryBudget) {
    RawMemory.deallocate(memory)
    budget.release(byteCount + overhead)
  }

  private static func chargedForView() throws(TensorError) -> MemoryBudget {
    let budget = MemoryBudget.current
    try budget.charge(overhead)
    return budget
  }

  deinit {
    if case .memory(let memory, let budget) = owner { Storage.discard(memory, byteCount, budget) }
    viewBudget?.release(Storage.overhead)
  }

  /// The file and offset these bytes are a view of, if they are one.
  public var fileRange: (file: MappedFile, offset: Int)? {
    if case .file(let file, let offset) = owner { (file, offset) } else { nil }
  }

  /// What the bytes are a range of, and where in it they begin.
  public var place: (source: Source, offset: Int) {
    switch owner {
    case .memory: (Source(self), 0)
    case .file(let file, let offset): (Source(file), offset)
    case .part(let whole, let offset): (Source(whole), offset)
    }
  }

  /// The bytes, valid during `body`. Those of a file lie at any alignment.
  @inlinable
  public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try withExtendedLifetime(self) { try body(UnsafeRawBufferPointer(start: start, count: byteCount)) }
  }

  @usableFromInline var start: UnsafeRawPointer { base }
}
