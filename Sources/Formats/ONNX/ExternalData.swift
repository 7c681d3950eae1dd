import CNNSystem
import CNNTensors
import Synchronization

/// The data files beside a model: turns `external_data` entries into views of them, each file mapped once.
///
/// The entries are not trusted. A location must lead to a regular file inside the model's folder after symbolic links
/// are resolved, and a range must lie within that file. If the model itself is a link, the folder of the real file
/// counts, too.
package struct ExternalData: Sendable {
  /// The folder that locations are relative to.
  package let folder: String
  /// The model, if its path is a link.
  private let link: String?
  /// Where such a model really lies; what is not in the one folder may be in the other.
  private let realFolder: String?
  private let cache = Cache()

  private final class Cache: Sendable {
    let files = Mutex<[String: MappedFile]>([:])
  }

  /// Data files relative to a folder.
  package init(folder: String) { (self.folder, link, realFolder) = (folder, nil, nil) }

  /// Data files beside a model.
  package init(besideModelAt path: String) {
    folder = Path.split(path).folder
    let isLink = FileStatus(path: path, followsLink: false)?.kind == .link
    link = isLink ? path : nil
    realFolder = isLink ? Path.resolved(path).map { Path.split($0).folder } : nil
  }

  /// The tensor with its elements in reach; one that has them already is returned as it is.
  /// - Throws: ``FormatError/externalData(tensor:_:)``, ``FormatError/payloadSize(tensor:expected:found:)``.
  package func resolved(_ tensor: OnnxTensor) throws -> OnnxTensor {
    guard case .external(let entries) = tensor.payload else { return tensor }
    var resolved = tensor
    do throws(Fault) {
      resolved.payload = .bytes(try storage(entries, tensor))
    } catch {
      switch error {
      case .data(let fault): throw FormatError.externalData(tensor: tensor.name, fault)
      case .size(let expected, let found):
        throw FormatError.payloadSize(tensor: tensor.name, expected: expected, found: found)
      case .tensor(let error): throw FormatError.tensor(tensor.name, error)
      }
    }
    return resolved
  }

  private enum Fault: Error {
    case data(FormatError.ExternalDataFault)
    case size(expected: Int, found: Int)
    case tensor(TensorError)
  }

  private func storage(_ entries: [OnnxEntry], _ tensor: OnnxTensor) throws(Fault) -> Storage {
    let type = tensor.elementType
    guard type != .string else { throw .data(.elementType(type)) }
    let expected: Int
    do throws(TensorError) {
      guard let count = type.byteCount(of: try Tensor.elementCount(of: tensor.shape, type)) else {
        throw .tooLarge(tensor.shape, type)
      }
      expected = count
    } catch { throw .tensor(error) }

    func value(_ key: String) -> String? { entries.last { $0.key == key }?.value }
    func number(_ key: String) throws(Fault) -> Int? {
      guard let text = value(key) else { return nil }
      guard let number = Int(text), number >= 0 else { throw .data(.notANumber(key: key, value: text)) }
      return number
    }
    guard let location = value("location") else { throw .data(.noLocation) }
    let offset = try number("offset") ?? 0
    let length = try number("length") ?? expected
    guard length == expected else { throw .size(expected: expected, found: length) }
    let file = try self.file(location)
    do throws(TensorError) {
      return try Storage(file: file, offset: offset, count: length)
    } catch {
      throw .data(.range(location: location, offset: offset, length: length, available: file.byteCount))
    }
  }

  private func file(_ location: String) throws(Fault) -> MappedFile {
    guard ContainedFolder.isPlain(location) else { throw .data(.unsafeLocation(location)) }
    let result: Result<MappedFile, Fault> = cache.files.withLock { files in
      if let file = files[location] { return .success(file) }
      do throws(Fault) {
        let file = try open(location)
        files[location] = file
        return .success(file)
      } catch { return .failure(error) }
    }
    return try result.get()
  }

  private func open(_ location: String) throws(Fault) -> MappedFile {
    do throws(ContainedFolder.Fault) { return try ContainedFolder(folder, beside: link).file(location) } catch {
      if case .unreadable(let error) = error, error.isNotFound, let realFolder,
        let file = try? ContainedFolder(realFolder).file(location)
      {
        return file
      }
      switch error {
      case .outside: throw .data(.outsideFolder(location))
      case .unreadable(let error): throw .data(.unreadable(error))
      }
    }
  }
}
