import CNNConversion
import CNNFormats
import CNNGraphs
import CNNTensors

/// What differs between two files, tensor by tensor.
///
/// Tensors are matched by name. If one file brings a graph along and few names agree, both are first put under the keys of
/// the network that they are recognised as. What is then left over is matched by type, shape and bytes.
public struct WeightsComparison: Sendable {
  /// What happened to a tensor on the way from the first file to the second.
  public enum Kind: String, Sendable {
    /// The second file alone has it.
    case added
    /// The first file alone has it.
    case gone
    /// The shape is another.
    case reshaped
    /// The type is another.
    case retyped
    /// Elements are others.
    case changed
    /// It bears another name.
    case renamed
  }

  /// A tensor that is not the same in both files.
  public struct Change: Sendable {
    /// Its name in the first file, or in the second if that alone has it.
    public let name: String
    /// Its name in the second file, if that is another.
    public let otherName: String?
    /// What happened.
    public let kind: Kind
    /// The tensor of the first file; `nil` if it was added.
    public let before: Tensor?
    /// The tensor of the second file; `nil` if it is gone.
    public let after: Tensor?
    /// How far they are apart, if they have one shape and are not the same.
    public let difference: TensorDifference?
  }

  /// Whose names the tensors were matched by.
  public enum Matching: Sendable, Equatable {
    /// The files' own.
    case names
    /// The keys of the architecture that both are recognised as, such as `ResNet-18`.
    case keys(of: String)
  }

  /// How tensors were matched.
  public let matching: Matching
  /// What is not the same: in the order of the first file, then what the second alone has.
  public let changes: [Change]
  /// Tensors that are the same.
  public let equalCount: Int
  /// True if a name that differs is no difference, since a graph names its constants as it likes.
  public let namesAreFree: Bool

  /// True if nothing differs, other than names that are free.
  public var agrees: Bool { changes.allSatisfy { $0.kind == .renamed && namesAreFree } }

  /// Compares two files.
  /// - Throws: ``ConversionError`` if there is no memory.
  public init(_ first: TensorInventory, _ second: TensorInventory) throws {
    namesAreFree = first.stored.content != second.stored.content
    var sides = (first.stored.entries, second.stored.entries)
    var matching = Matching.names
    let least = min(sides.0.count, sides.1.count)
    if namesAreFree, 2 * Self.common(sides.0, sides.1) < least, let keyed = Self.keyed(first, second),
      Self.common(keyed.0, keyed.1) > Self.common(sides.0, sides.1)
    {
      (sides.0, sides.1, matching) = (keyed.0, keyed.1, .keys(of: keyed.title))
    }
    self.matching = matching
    do {
      (changes, equalCount) = try Self.changes(StateDictionary(sides.0), StateDictionary(sides.1))
    } catch { throw ConversionError(outside: error) }
  }

  private static func common(_ a: [StateDictionary.Entry], _ b: [StateDictionary.Entry]) -> Int {
    Set(a.map(\.key)).intersection(b.map(\.key)).count
  }

  /// Both files' tensors under the keys of one network, without the counters of batches, which no graph has; `nil` if
  /// they are not both known.
  private static func keyed(
    _ first: TensorInventory, _ second: TensorInventory
  ) -> (Array<StateDictionary.Entry>, Array<StateDictionary.Entry>, title: String)? {
    guard let a = try? Model(contentsOf: first.path), let b = try? Model(contentsOf: second.path),
      let before = try? a.keyedWeights(), let after = try? b.keyedWeights()
    else { return nil }
    func counted(_ entries: [StateDictionary.Entry]) -> [StateDictionary.Entry] {
      entries.filter { !$0.key.hasSuffix("num_batches_tracked") }
    }
    let title = a.architecture?.title ?? b.architecture?.title ?? "a known network"
    return (counted(before), counted(after), title)
  }

  private static func changes(
    _ first: StateDictionary, _ second: StateDictionary
  ) throws -> ([Change], equal: Int) {
    var equal = 0
    var changes: [Change] = []
    let renamed = try renames(first, second)
    for entry in first.entries {
      let (name, before) = (entry.key, entry.tensor)
      if let after = second[name] {
        if let change = try change(name, before, after) { changes.append(change) } else { equal += 1 }
      } else if let other = renamed[name] {
        changes.append(
          Change(name: name, otherName: other, kind: .renamed, before: before, after: second[other], difference: nil))
      } else {
        changes.append(Change(name: name, otherName: nil, kind: .gone, before: before, after: nil, difference: nil))
      }
    }
    let taken = Set(renamed.values)
    for entry in second.entries where first[entry.key] == nil && !taken.contains(entry.key) {
      changes.append(
        Change(name: entry.key, otherName: nil, kind: .added, before: nil, after: entry.tensor, difference: nil))
    }
    return (changes, equal)
  }

  private static func change(_ name: String, _ before: Tensor, _ after: Tensor) throws -> Change? {
    func change(_ kind: Kind, _ difference: TensorDifference?) -> Change {
      Change(name: name, otherName: nil, kind: kind, before: before, after: after, difference: difference)
    }
    guard before.shape == after.shape else { return change(.reshaped, nil) }
    let difference = try TensorDifference(before, after)
    if before.elementType != after.elementType { return change(.retyped, difference) }
    return difference.map { change(.changed, $0) }
  }

  /// What a tensor that only the second file has may be the same as.
  private struct Likeness: Hashable {
    let type: ElementType
    let shape: [Int]
    let digest: String

    init(_ tensor: Tensor) throws {
      (type, shape) = (tensor.elementType, tensor.shape)
      digest = try tensor.storage.map { try $0.withBytes(SHA256.hexadecimal) } ?? tensor.strings?.description ?? ""
    }
  }

  /// The new name of each tensor that only the first file has, if one of the second file alone is the same.
  private static func renames(_ first: StateDictionary, _ second: StateDictionary) throws -> [String: String] {
    let gone = first.entries.filter { second[$0.key] == nil }
    let added = second.entries.filter { first[$0.key] == nil }
    // Without a shape that both have there is nothing to read.
    let shapes = Set(gone.map(\.tensor.shape)).intersection(added.map(\.tensor.shape))
    var names: [Likeness: [String]] = [:]
    for entry in added.reversed() where shapes.contains(entry.tensor.shape) {
      names[try Likeness(entry.tensor), default: []].append(entry.key)
    }
    var renames: [String: String] = [:]
    for entry in gone where shapes.contains(entry.tensor.shape) {
      if let name = try names[Likeness(entry.tensor)]?.popLast() { renames[entry.key] = name }
    }
    return renames
  }
}
