import CNNTensors
import Testing

@testable import CNNFormats

@Test(arguments: ElementType.allCases)
func elementTypeHasOnnxNumber(_ type: ElementType) {
  #expect(type.onnxNumber > 0)
  #expect(ElementType(onnxNumber: type.onnxNumber) == type)
}
