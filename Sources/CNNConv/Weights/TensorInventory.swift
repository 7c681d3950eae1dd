import CNNArchitectures
import CNNConversion
import CNNFormats
import CNNGraphs
import CNNTensors

/// The tensors of any file that can be read, without a graph: their names, types and shapes, and which share their bytes.
///
/// ```swift
/// let inventory = try TensorInventory(contentsOf: "checkpoint.pth")
/// for entry in inventory.stored.entries { print(entry.key, entry.tensor.elementType, entry.tensor.shape) }
/// try inventory.write(to: "checkpoint.safetensors")
/// ```
public struct TensorInventory: Sendable {
  /// The file.
  public let path: String
  /// What it holds.
  public let stored: StoredTensors

  /// Reads the names, types and shapes of a file's tensors. No architecture is looked for; weights stay in the file.
  /// - Parameters:
  ///   - path: a file or folder of any of the formats, or a single array (`.npy`, a `TensorProto`).
  ///   - stateDictionary: which of a checkpoint's state dicts to take, such as `model_ema`.
  ///   - formats: the formats that the file may have.
  /// - Throws: ``ConversionError`` saying what is wrong and where.
  public init(contentsOf path: String, stateDictionary: String? = nil, formats: ModelFormats = .standard) throws {
    self.path = path
    var options = FormatOptions()
    options[StateDictionaryOption.self] = stateDictionary.map { StateDictionaryOption($0) }
    do { stored = try formats.readTensors(path, options: options) } catch {
      throw ConversionError(outside: error, at: .init(file: path))
    }
  }

  /// For each tensor the number of the group whose members share bytes; `nil` for one that shares none.
  public var sharedGroups: [Int?] {
    var spans: [Storage.Source: [(range: Range<Int>, index: Int)]] = [:]
    for (index, entry) in stored.entries.enumerated() {
      guard let storage = entry.tensor.storage, storage.byteCount > 0 else { continue }
      let (source, offset) = storage.place
      spans[source, default: []].append((offset..<offset + storage.byteCount, index))
    }
    var members: [[Int]] = []
    for list in spans.values {
      var (group, end) = ([Int](), Int.min)
      for span in list.sorted(by: { ($0.range.lowerBound, $0.index) < ($1.range.lowerBound, $1.index) }) {
        if span.range.lowerBound >= end {
          members.append(group)
          group = []
        }
        group.append(span.index)
        end = max(end, span.range.upperBound)
      }
      members.append(group)
    }
    var groups = [Int?](repeating: nil, count: stored.entries.count)
    let shared = members.filter { $0.count > 1 }.sorted { ($0.min() ?? 0) < ($1.min() ?? 0) }
    for (number, group) in shared.enumerated() { for index in group { groups[index] = number } }
    return groups
  }

  /// Writes the tensors, each bit for bit under its own name, in a format of weights that the name of `path` asks for.
  /// - Returns: what a user should know of the file, one line each.
  /// - Throws: ``ConversionError``, of code `unsupported` if the format lacks a tensor's type.
  @discardableResult
  public func write(
    to path: String, options: FormatOptions = FormatOptions(), formats: ModelFormats = .standard
  ) throws -> [String] {
    do {
      return try formats.write(stored, stateVersion: stateVersion, to: path, options: options)
    } catch { throw ConversionError(outside: error, at: .init(file: path)) }
  }

  /// The version that PyTorch's class asks for, if the weights are those of a network that asks for one.
  private var stateVersion: Int? {
    guard stored.content == .weights else { return nil }
    let shapes = stored.entries.map { (key: $0.key, shape: $0.tensor.shape) }
    return try? WeightsRecognizer.recognize(shapes).architecture.stateVersion
  }
}

extension ConversionError {
  /// True if weights were to be written under the keys of a network, and the graph is none of those that are known.
  package var isOfUnknownNetwork: Bool {
    if code == .unsupported, case .writeGraph = remedy { true } else { false }
  }
}
