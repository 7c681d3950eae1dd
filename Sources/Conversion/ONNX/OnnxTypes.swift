import CNNFormats
import CNNGraphs
import CNNTensors

extension ValueType {
  /// The type an ONNX file declares; element types newer than this program become "not known".
  init(_ type: OnnxType?) {
    switch type?.kind {
    case .tensor(let number, let shape):
      self = .tensor(TensorType(OnnxElementTypes.type(number), ValueType.shape(shape)))
    case .sparseTensor(let number, let shape):
      self = .sparseTensor(TensorType(OnnxElementTypes.type(number), ValueType.shape(shape)))
    case .sequence(let element): self = .sequence(ValueType(element))
    case .optional(let element): self = .optional(ValueType(element))
    case .map(let key, let value): self = .map(key: OnnxElementTypes.type(key), value: ValueType(value))
    case .opaque(let domain, let name): self = .opaque(domain: domain, name: name)
    case .some(.none), nil: self = .unknown
    }
  }

  private static func shape(_ dimensions: [OnnxDimension]?) -> [Dimension]? {
    dimensions?.map { dimension in
      switch dimension.extent {
      // Some exporters write -1 or 0 for an extent they do not know.
      case .value(let value): value < 0 ? .unknown : .fixed(Int(value))
      case .parameter(let name): name.isEmpty ? .unknown : .symbol(name)
      case .unknown: .unknown
      }
    }
  }

  /// The type as an ONNX file declares it.
  var onnx: OnnxType? {
    switch self {
    case .tensor(let type): OnnxType(.tensor(elementType: type.number, shape: type.onnxShape))
    case .sparseTensor(let type): OnnxType(.sparseTensor(elementType: type.number, shape: type.onnxShape))
    case .sequence(let element): OnnxType(.sequence(element.onnx ?? OnnxType(.none)))
    case .optional(let element): OnnxType(.optional(element.onnx ?? OnnxType(.none)))
    case .map(let key, let value):
      OnnxType(.map(keyType: key.map(OnnxElementTypes.number) ?? 0, value: value.onnx ?? OnnxType(.none)))
    case .opaque(let domain, let name): OnnxType(.opaque(domain: domain, name: name))
    case .unknown: nil
    }
  }
}

extension TensorType {
  fileprivate var number: Int32 { elementType.map(OnnxElementTypes.number) ?? 0 }

  fileprivate var onnxShape: [OnnxDimension]? {
    shape?.map { dimension in
      switch dimension {
      case .fixed(let value): OnnxDimension(.value(Int64(value)))
      case .symbol(let name): OnnxDimension(.parameter(name))
      case .unknown: OnnxDimension(.unknown)
      }
    }
  }
}

/// The numbers of ONNX's `TensorProto.DataType`.
public enum OnnxElementTypes {
  private static let numbers: [(ElementType, Int32)] = [
    (.float32, 1), (.uint8, 2), (.int8, 3), (.uint16, 4), (.int16, 5), (.int32, 6), (.int64, 7), (.string, 8),
    (.bool, 9), (.float16, 10), (.float64, 11), (.uint32, 12), (.uint64, 13), (.complex64, 14), (.complex128, 15),
    (.bfloat16, 16), (.float8e4m3fn, 17), (.float8e4m3fnuz, 18), (.float8e5m2, 19), (.float8e5m2fnuz, 20),
    (.uint4, 21), (.int4, 22), (.float4e2m1, 23), (.float8e8m0, 24), (.uint2, 25), (.int2, 26), (.float6e2m3, 27),
    (.float6e3m2, 28),
  ]

  static func type(_ number: Int32) -> ElementType? { numbers.first { $0.1 == number }?.0 }
  static func number(_ type: ElementType) -> Int32 { numbers.first { $0.0 == type }?.1 ?? 0 }
}
