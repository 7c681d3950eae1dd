import CNNTensors

/// Makes tensors of the records that an archive keeps of them: views of the file, or copies of what does not lie in order.
final class TorchExportTensors {
  private static let freeCopies = 64 << 20
  private static let copiesPerByte = 8

  /// Bytes that may still be copied: small files must not make large tensors.
  private var allowance: Int
  private var known: [Place: Tensor] = [:]

  /// The same place makes the same tensor, so that tied weights stay tied.
  private struct Place: Hashable {
    let source: Storage.Source
    let start: Int
    let view: StridedView
    let type: ElementType
  }

  init(archiveByteCount: Int) {
    let (inProportion, overflow) = archiveByteCount.multipliedReportingOverflow(by: Self.copiesPerByte)
    allowance = overflow ? .max : max(inProportion, Self.freeCopies)
  }

  /// The tensor of a record over a whole storage.
  func tensor(_ record: TorchExportGraph.TensorRecord, over storage: Storage, key: String) throws -> Tensor {
    guard record.isStrided else { throw TorchExportFault.unsupported("tensor \(key.quoted) is sparse or packed") }
    guard let type = record.elementType else {
      throw TorchExportFault.unsupported("tensor \(key.quoted): element type number \(record.typeNumber)")
    }
    let shape = record.sizes.compactMap { if case .fixed(let extent) = $0 { extent } else { nil } }
    guard shape.count == record.sizes.count else { throw TorchExportFault.tensorField("sizes", tensor: key) }
    guard let strides = record.strides else { throw TorchExportFault.tensorField("strides", tensor: key) }
    let width = type.bitWidth / 8
    let view = StridedView(offset: record.offset, shape: shape, strides: strides)
    let reach: Int
    do throws(FormatError.StrideFault) {
      reach = try view.validate(type, available: storage.byteCount / width)
    } catch { throw FormatError.strided(key, error) }
    let place = Place(source: storage.place.source, start: storage.place.offset, view: view, type: type)
    if let tensor = known[place] { return tensor }
    do {
      let span = try Storage(part: storage, offset: reach == 0 ? 0 : view.offset * width, count: reach * width)
      let tensor = try Tensor(type, shape: shape, storage: view.isContiguous ? span : gathered(view, span, width, key))
      known[place] = tensor
      return tensor
    } catch let error as TensorError { throw FormatError.tensor(key, error) }
  }

  private func gathered(_ view: StridedView, _ span: Storage, _ width: Int, _ key: String) throws -> Storage {
    let byteCount = view.count * width
    guard byteCount <= allowance else { throw FormatError.strided(key, .tooManyCopies(byteCount, left: allowance)) }
    allowance -= byteCount
    return try Storage(byteCount: byteCount) { target in
      span.withBytes { view.gather($0, into: target, width: width) }
    }
  }
}
