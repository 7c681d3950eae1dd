import CNNTensors

/// Reads and writes numpy's `.npy` files (versions 1.0 to 3.0) and reads its `.npz` archives.
package enum NumpyFile {
  /// Reads a `.npy` file. Little-endian row-major data is not read but becomes a view of the file.
  /// - Throws: ``FormatError``, ``FileError``.
  package static func read(_ path: String) throws -> Tensor {
    let file = try MappedFile(path: path)
    let header = try file.withBytes { try NumpyHeader($0) }
    let available = file.byteCount - header.dataOffset
    guard header.dataByteCount <= available else {
      throw FormatError.numpy(.dataSize(expected: header.dataByteCount, found: available), at: header.dataOffset)
    }
    return try wrapping {
      let data = try Storage(file: file, offset: header.dataOffset, count: header.dataByteCount)
      return try NumpyData(header: header).tensor(data)
    }
  }

  /// Reads every array of a `.npz` archive, in the archive's order, its names without `.npy`.
  /// - Throws: ``FormatError``, ``FileError``.
  package static func readArchive(_ path: String) throws -> [(name: String, tensor: Tensor)] {
    // libzip would say of a missing file only that it is missing.
    let file = try MappedFile(path: path)
    let archive = try NumpyArchive(path: path, fileByteCount: file.byteCount)
    return try archive.members.map { member in
      let tensor = try wrapping { try archive.read(member) }
      return (member.name.hasSuffix(".npy") ? String(member.name.dropLast(4)) : member.name, tensor)
    }
  }

  /// Writes a tensor. Types that numpy lacks are widened: small floating point to `float32`, small integers to 8 bits.
  /// - Throws: ``FormatError``, ``FileError``.
  package static func write(_ tensor: Tensor, to path: String) throws {
    if let strings = tensor.strings { return try write(strings, shape: tensor.shape, to: path) }
    let tensor = try wrapping { try widened(tensor) }
    guard let storage = tensor.storage, let descr = NumpyType.descr(tensor.elementType, width: 0) else {
      throw FormatError.numpy(.elementType("\(tensor.elementType)"), at: nil)
    }
    let file = try AtomicFile(path: path)
    try NumpyHeader.bytes(descr: descr, shape: tensor.shape).withUnsafeBytes { try file.write($0) }
    try file.write(storage)
    try AtomicFile.publish(file)
  }

  private static func widened(_ tensor: Tensor) throws -> Tensor {
    switch tensor.elementType {
    case .bfloat16, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0, .float4e2m1:
      try tensor.converted(to: .float32)
    case .int4, .int2: try tensor.converted(to: .int8)
    case .uint4, .uint2: try tensor.converted(to: .uint8)
    default: tensor
    }
  }

  private static func write(_ strings: [String], shape: [Int], to path: String) throws {
    let length = max(1, strings.reduce(0) { max($0, $1.unicodeScalars.count) })
    // One long string among many short ones makes all of them long.
    let (size, overflow) = strings.count.multipliedReportingOverflow(by: 4 * length)
    guard !overflow, size <= MemoryBudget.current.limit else {
      throw FormatError.tensor(
        nil, .outOfMemory(requested: overflow ? Int.max : size, limit: MemoryBudget.current.limit))
    }
    let file = try AtomicFile(path: path)
    let header = NumpyHeader.bytes(descr: "<U\(length)", shape: shape)
    try header.withUnsafeBytes { try file.write($0) }
    for string in strings {
      let codes = string.unicodeScalars.map(\.value)
      try codes.withUnsafeBytes { try file.write($0) }
      try file.writeZeros(4 * (length - codes.count))
    }
    try AtomicFile.publish(file)
  }

  private static func wrapping<R>(_ body: () throws -> R) throws -> R {
    do { return try body() } catch let error as TensorError { throw FormatError.tensor(nil, error) }
  }
}
