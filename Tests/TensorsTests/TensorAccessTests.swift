import CNNTensors
import Testing

/// Tensors from arrays, and back.
struct TensorAccessTests {
  @Test func numbersInTheSourceAreFloats() throws {
    let row = try Tensor([1, 2.5, 3], shape: [1, 3])
    #expect(row.elementType == .float32)
    #expect(row.shape == [1, 3])
    #expect(try row.values(as: Float.self) == [1, 2.5, 3])
    #expect(try Tensor([1, 2]).shape == [2])
  }

  @Test func arraysKeepTheirType() throws {
    let (doubles, integers, bytes): ([Double], [Int], [UInt8]) = ([1], [-2], [3])
    #expect(try Tensor(doubles).elementType == .float64)
    #expect(try Tensor(integers).elementType == .int64)
    #expect(try Tensor(integers).elements(as: Int.self) == [-2])
    #expect(try Tensor(bytes, shape: [1, 1]).elementType == .uint8)
  }

  @Test func nestedArraysBecomeAxes() throws {
    let matrix = try Tensor([[1, 2, 3], [4, 5, 6]])
    #expect(matrix.elementType == .float32)
    #expect(matrix.shape == [2, 3])
    #expect(try matrix.values(as: Float.self) == [1, 2, 3, 4, 5, 6])
    #expect(try Tensor([[[[1], [2]]]]).shape == [1, 1, 2, 1])
    let labels: [[Int32]] = [[1], [2]]
    #expect(try Tensor(labels).elementType == .int32)
    #expect(try Tensor([[Float]]()).shape == [0])
  }

  @Test func arraysOfDifferentLengthsAreRefused() {
    #expect(throws: TensorError.ragged(depth: 1)) { try Tensor([[1, 2], [3]]) }
    #expect(throws: TensorError.ragged(depth: 2)) { try Tensor([[[1], [2]], [[3], []]]) }
    #expect(throws: TensorError.ragged(depth: 1)) { try Tensor([[], [1]]) }
    #expect(throws: TensorError.storageSize(expected: 16, found: 12)) { try Tensor([1, 2, 3], shape: [2, 2]) }
    #expect(throws: TensorError.negativeDimension([-3])) { try Tensor([1, 2, 3], shape: [-3]) }
  }

  @Test func elementsAreFoundByTheirIndex() throws {
    let tensor = try Tensor([[1, 2, 3], [4, 5, 6]])
    #expect(tensor[1, 2] == 6)
    #expect(tensor[0, 1, as: Int64.self] == 2)
    #expect(try tensor.element(at: [1, 0], as: Float.self) == 4)
    #expect(try Tensor(scalar: Float(7)).element(at: [], as: Double.self) == 7)
  }

  @Test func elementsThatAreNotThereAreNil() throws {
    let tensor = try Tensor([[1, 2, 3], [4, 5, 6]])
    #expect(tensor[2, 0] == nil)
    #expect(tensor[0, -1] == nil)
    #expect(tensor[0] == nil)
    #expect(tensor[0, 0, 0] == nil)
    #expect(throws: TensorError.index([0, 3], shape: [2, 3])) { try tensor.element(at: [0, 3], as: Float.self) }
    let words = try Tensor(strings: ["a"], shape: [1])
    #expect(words[0] == nil)
    #expect(throws: TensorError.conversion(from: .string, to: .float32)) { try words.element(at: [0], as: Float.self) }
  }

  @Test(arguments: ElementType.allCases.filter { $0.numericKind != nil })
  func elementsAreThoseOfTheWholeTensor(_ type: ElementType) throws {
    let tensor = try Tensor([1, 0, 1, 0, 0, 1, 1], shape: [7]).converted(to: type)
    let values = try tensor.values(as: Double.self)
    for (index, value) in values.enumerated() { #expect(tensor[index] == value) }
  }
}
