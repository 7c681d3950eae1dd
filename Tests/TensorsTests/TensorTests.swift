import CNNTensors
import Foundation
import TestSupport
import Testing

@Suite struct TensorTests {
  @Test(arguments: [
    ([-1, 2], TensorError.negativeDimension([-1, 2])),
    ([Int.max, 2], .tooLarge([Int.max, 2], .int8)),
    ([1 << 40, 1 << 40, 0], .tooLarge([1 << 40, 1 << 40, 0], .int8)),
  ])
  func refusesShapes(_ shape: [Int], _ error: TensorError) {
    #expect(throws: error) { try Tensor.elementCount(of: shape) }
  }

  @Test func aShapeWithAZeroIsEmpty() throws { #expect(try Tensor.elementCount(of: [3, 0, 5]) == 0) }

  @Test func storageMustFit() throws {
    let storage = try Storage(byteCount: 8) { $0.initializeMemory(as: UInt8.self, repeating: 0) }
    #expect(throws: TensorError.storageSize(expected: 12, found: 8)) {
      try Tensor(.float32, shape: [3], storage: storage)
    }
  }

  @Test func packsSmallIntegersLowBitsFirst() throws {
    let packed = try Tensor([Int64(1), -2, 7], shape: [3]).converted(to: .int4)
    #expect(packed.withBytes { Array($0) } == [0xE1, 0x07])
    #expect(try packed.values(as: Int64.self) == [1, -2, 7])
    let crumbs = try Tensor([Int64(1), 2, 3, 0, 1], shape: [5]).converted(to: .uint2)
    #expect(crumbs.withBytes { Array($0) } == [0b00_11_10_01, 0b01])
  }

  @Test func sixBitElementsSpanBytes() throws {
    let packed = try Tensor([Float(0.125), 7.5, -7.5, 1], shape: [4]).converted(to: .float6e2m3)
    #expect(packed.byteCount == 3)
    #expect(try packed.values(as: Float.self) == [0.125, 7.5, -7.5, 1])
  }

  @Test(arguments: [
    (Double.nan, Int64(0)), (.infinity, 0), (1e300, 0), (-1.9, -1), (0x1p63, .min), (-0x1p64 - 4096, -4096),
  ])
  func convertsAnyDoubleToAnInteger(_ value: Double, _ expected: Int64) throws {
    #expect(try Tensor([value], shape: [1]).converted(to: .int64).values(as: Int64.self) == [expected])
  }

  @Test func integersWrapAround() throws {
    let wide = try Tensor([Int64(300), -1], shape: [2])
    #expect(try wide.converted(to: .uint8).values(as: Int64.self) == [44, 255])
    #expect(try wide.converted(to: .bool).values(as: UInt64.self) == [1, 1])
  }

  @Test func theBudgetIsKept() throws {
    let before = MemoryBudget.process.used
    #expect(throws: TensorError.self) { try Storage(byteCount: 1 << 50) { _ in } }
    #expect(MemoryBudget.process.used <= before + 1 << 30)
  }

  @Test func readsMisalignedRangesOfAFile() throws {
    let folder = try TemporaryFolder()
    var bytes: [UInt8] = [9]
    for value in [Float(1.5), -2] { withUnsafeBytes(of: value) { bytes += $0 } }
    let file = try folder.map(bytes)
    let tensor = try Tensor(.float32, shape: [2], storage: Storage(file: file, offset: 1, count: 8))
    #expect(try tensor.elements(as: Float.self) == [1.5, -2])
    #expect(throws: TensorError.range(offset: 2, count: 8, available: 9)) {
      try Storage(file: file, offset: 2, count: 8)
    }
    #expect(throws: TensorError.range(offset: 1, count: .max, available: 9)) {
      try Storage(file: file, offset: 1, count: .max)
    }
  }

  @Test func partsShareTheirBytes() throws {
    let whole = try Storage(byteCount: 16) { target in for i in 0..<16 { target[i] = UInt8(i) } }
    let part = try Storage(part: whole, offset: 4, count: 8)
    let inner = try Storage(part: part, offset: 2, count: 3)
    #expect(inner.withBytes { Array($0) } == [6, 7, 8])
    #expect(inner.place.source == whole.place.source)
    #expect(inner.place.offset == 6)
    #expect(inner.fileRange == nil)
    let other = try Storage(part: whole, offset: 11, count: 5)
    #expect(inner.covering(other)?.withBytes { Array($0) } == Array(6..<16))
    #expect(whole.covering(inner)?.byteCount == 16)
    let copy = try whole.withBytes { try Storage(copying: $0) }
    #expect(inner.covering(copy) == nil)
    #expect(copy.place.source != whole.place.source)
  }

  @Test func aPartKeepsTheWholeAlive() throws {
    var part: Storage? = try Storage(
      part: Storage(byteCount: 1 << 20) { $0.initializeMemory(as: UInt8.self, repeating: 9) }, offset: 1 << 19, count: 1
    )
    #expect(part?.withBytes { $0[0] } == 9)
    part = nil
  }

  @Test(arguments: [(-1, 1), (0, -1), (0, 17), (17, 0), (16, 1), (Int.max, 1), (1, Int.max)])
  func partsLieInside(_ offset: Int, _ count: Int) throws {
    let whole = try Storage(byteCount: 16) { $0.initializeMemory(as: UInt8.self, repeating: 0) }
    #expect(throws: TensorError.range(offset: offset, count: count, available: 16)) {
      try Storage(part: whole, offset: offset, count: count)
    }
  }

  @Test func partsOfFilesAreViewsOfTheFile() throws {
    let folder = try TemporaryFolder()
    let file = try folder.map([0, 1, 2, 3, 4, 5, 6, 7])
    let part = try Storage(part: Storage(file: file, offset: 1, count: 6), offset: 2, count: 3)
    #expect(part.fileRange?.offset == 3)
    #expect(part.withBytes { Array($0) } == [3, 4, 5])
    let start = try Storage(file: file, offset: 0, count: 1)
    #expect(part.covering(start)?.withBytes { Array($0) } == [0, 1, 2, 3, 4, 5])
    #expect(part.covering(start)?.fileRange?.offset == 0)
  }
}
