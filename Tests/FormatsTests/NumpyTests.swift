import CNNTensors
import TestSupport
import Testing

import CNNFormats

// The expected values stand in Fixtures/Formats/generate.py, which has numpy write them.

@Suite struct NumpyTests {
  private func read(_ name: String) throws -> Tensor { try NumpyFile.read(fixture("numpy/\(name).npy")) }

  @Test(arguments: ["f4", "fortran", "big-endian", "version2", "version3"])
  func grid(_ name: String) throws {
    let tensor = try read(name)
    #expect(tensor.shape == [2, 3])
    #expect(try tensor.elements() == [0, 1, 2, 3, 4, 5] as [Float])
  }

  @Test func plainDataStaysInTheFile() throws {
    #expect(try read("f4").storage?.fileRange?.offset == 128)
  }

  @Test func columnMajorOfRankThree() throws {
    let tensor = try read("fortran3")
    #expect(tensor.shape == [2, 3, 4])
    #expect(try tensor.elements() == (0..<24).map(Int16.init))
  }

  @Test func otherTypes() throws {
    #expect(try read("scalar").shape == [])
    #expect(try read("scalar").elements() == [2.5] as [Double])
    #expect(try read("empty").shape == [2, 0, 3])
    #expect(try read("vector").elements() == [1, -2, 3] as [Int64])
    #expect(try read("bool").elementType == .bool)
    #expect(try read("bool").values() == [1, 0] as [UInt64])
    #expect(try read("f2").values() == [1, -2, 0.5] as [Float])
    #expect(try read("u1").elements() == [0, 255] as [UInt8])
    #expect(try read("complex").elementType == .complex64)
    #expect(try read("complex").withBytes { $0.loadUnaligned(fromByteOffset: 4, as: Float.self) } == 2)
    let pair = try read("complex-big-endian")
    #expect(pair.elementType == .complex128)
    let parts = pair.withBytes { bytes in
      (0..<4).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
    }
    #expect(parts == [1, 2, 0, -3])
  }

  @Test func strings() throws {
    #expect(try read("strings").strings == ["a", "Größe", "", "😀"])
    #expect(try read("strings").shape == [2, 2])
    #expect(try read("strings-big-endian").strings == ["ab", "c"])
    #expect(try read("no-strings").strings == [])
  }

  @Test(arguments: ["stored", "deflated"])
  func archives(_ name: String) throws {
    let members = try NumpyFile.readArchive(fixture("numpy/\(name).npz"))
    #expect(members.map(\.name) == ["f4", "fortran", "big-endian", "strings", "scalar", "empty"])
    for member in members.prefix(3) { #expect(try member.tensor.elements() == [0, 1, 2, 3, 4, 5] as [Float]) }
    #expect(members[3].tensor.strings == ["a", "Größe", "", "😀"])
    #expect(members[5].tensor.shape == [2, 0, 3])
  }

  /// numpy's own bytes.
  @Test(arguments: ["f4", "scalar", "empty", "vector", "bool", "f2", "u1", "complex", "strings"])
  func writesAsNumpyDoes(_ name: String) throws {
    let folder = try TemporaryFolder()
    try NumpyFile.write(read(name), to: folder.path + "/out.npy")
    #expect(try contents(folder.path + "/out.npy") == contents(fixture("numpy/\(name).npy")))
  }

  @Test func widensTypesThatNumpyLacks() throws {
    let folder = try TemporaryFolder()
    func roundTrip(_ type: ElementType) throws -> Tensor {
      let tensor = try Tensor([1, 0, 1] as [Float], shape: [3]).converted(to: type)
      try NumpyFile.write(tensor, to: folder.path + "/out.npy")
      return try NumpyFile.read(folder.path + "/out.npy")
    }
    for type in [ElementType.bfloat16, .float8e4m3fn, .float8e5m2fnuz, .float4e2m1] {
      #expect(try roundTrip(type).elements() == [1, 0, 1] as [Float])
    }
    for type in [ElementType.int4, .int2] { #expect(try roundTrip(type).elements() == [1, 0, 1] as [Int8]) }
    for type in [ElementType.uint4, .uint2] { #expect(try roundTrip(type).elements() == [1, 0, 1] as [UInt8]) }
  }

  @Test func unsupportedTypes() throws {
    for name in ["objects", "structured"] {
      let error = formatError { _ = try read(name) }
      #expect(error?.isUnsupported == true)
    }
  }
}

@Suite struct HostileNumpyTests {
  private func file(_ header: String, data: Int = 0, version: UInt8 = 1) -> [UInt8] {
    let length = UInt16(header.utf8.count)
    return [0x93] + Array("NUMPY".utf8) + [version, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(header.utf8)
      + [UInt8](repeating: 0, count: data)
  }

  private func error(_ bytes: [UInt8]) throws -> FormatError? {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes)
    return formatError { _ = try NumpyFile.read(path) }
  }

  @Test func shortFiles() throws {
    for name in ["f4", "strings", "big-endian", "version2"] {
      let whole = try contents(fixture("numpy/\(name).npy"))
      for length in 0..<whole.count { #expect(try error(Array(whole.prefix(length))) != nil) }
    }
  }

  @Test(arguments: 0..<4)
  func randomCorruption(_ seed: UInt64) throws {
    var generator = SplitMix(state: seed)
    let folder = try TemporaryFolder()
    for name in ["f4.npy", "fortran3.npy", "strings.npy", "version3.npy", "stored.npz", "deflated.npz"] {
      let whole = try contents(fixture("numpy/\(name)"))
      for _ in 0..<200 {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        let path = try folder.write(bytes)
        if name.hasSuffix("npz") {
          _ = try? NumpyFile.readArchive(path)
        } else {
          _ = try? NumpyFile.read(path)
        }
      }
    }
  }

  @Test(
    arguments: [
      "", "{", "{}", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': False}", "{'descr': <f4}",
      "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': [1]}", "{'descr': '<f4', 'fortran_order': False, 'shape': (1",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1 2)}", "{'descr': '<f4', 'other': 1}", "{'descr",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9223372036854775807)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,)}",
      "{'descr': '<U268435456', 'fortran_order': False, 'shape': (36028797018963968,)}",
      "{'descr': '<U0', 'fortran_order': True, 'shape': (1073741824, 1073741824)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4,)}",
      "{'descr': '<f16', 'fortran_order': False, 'shape': ()}",
      "{'descr': '', 'fortran_order': False, 'shape': ()}", "{'descr': '<U-1', 'fortran_order': False, 'shape': ()}",
    ])
  func brokenHeader(_ header: String) throws {
    #expect(try error(file(header)) != nil)
  }

  @Test func unusualHeaders() throws {
    #expect(try error(file("{\"descr\":\"<f4\",\"fortran_order\":True,\"shape\":(1L,)}  ", data: 4)) == nil)
    #expect(try error(file("{'shape': (), 'fortran_order': False, 'descr': '=i2', }", data: 2)) == nil)
    #expect(
      try error(file("{'shape': (3,), 'fortran_order': False, 'descr': '=i2'}", data: 5))
        == .numpy(.dataSize(expected: 6, found: 5), at: 65))
    #expect(try error(file("{}", version: 4)) == .numpy(.version(major: 4, minor: 0), at: 6))
    #expect(try error([1, 2, 3]) == .numpy(.notNumpy, at: nil))
    let long = [0x93] + Array("NUMPY".utf8) + [2, 0, 0xff, 0xff, 0xff, 0xff, 0, 0]
    #expect(try error(long)?.isLimit == true)
  }

  @Test func archives() throws {
    let folder = try TemporaryFolder()
    func error(_ bytes: [UInt8]) throws -> FormatError? {
      let path = try folder.write(bytes)
      return formatError { _ = try NumpyFile.readArchive(path) }
    }
    guard case .archive(nil, _) = try error([1, 2, 3]) else {
      Issue.record("three bytes are an archive")
      return
    }
    let whole = try contents(fixture("numpy/stored.npz"))
    for length in stride(from: 0, to: whole.count, by: 7) { #expect(try error(Array(whole.prefix(length))) != nil) }
    // A byte of the first member's data: the checksum differs.
    var changed = whole
    changed[30 + 6 + 128 + 3] ^= 1
    guard case .archive("f4.npy", _) = try error(changed) else {
      Issue.record("a wrong checksum goes unnoticed")
      return
    }
    // The first directory entry declares four gigabytes.
    var bomb = try contents(fixture("numpy/deflated.npz"))
    let directory = try #require((0..<bomb.count - 4).first { Array(bomb[$0..<$0 + 4]) == [0x50, 0x4b, 1, 2] })
    for i in 24..<28 { bomb[directory + i] = 0xfe }
    guard case .archive = try error(bomb) else {
      Issue.record("an impossible size goes unnoticed")
      return
    }
  }
}
