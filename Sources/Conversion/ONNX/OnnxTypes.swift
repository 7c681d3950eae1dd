import CNNFormats
import CNNGraphs
import CNNTensors

extension ValueType {
  /// The type an ONNX file declares; element types newer than this program become "not known".
  init(_ type: OnnxType?) {
    switch type?.kind {
    case .tensor(let number, let shape):
      self = .tensor(TensorType(ElementType(onnxNumber: Int(number)), ValueType.shape(shape)))
    case .sparseTensor(let number, let shape):
      self = .sparseTensor(TensorType(ElementType(onnxNumber: Int(number)), ValueType.shape(shape)))
    case .sequence(let element): self = .sequence(ValueType(element))
    case .optional(let element): self = .optional(ValueType(element))
    case .map(let key, let value): self = .map(key: ElementType(onnxNumber: Int(key)), value: ValueType(value))
    case .opaque(let domain, let name): self = .opaque(domain: domain, name: name)
    case .some(.none), nil: self = .unknown
    }
  }

  /// True for what exporters write where they know no name: such extents have nothing to do with one another.
  private static func isPlaceholder(_ name: String) -> Bool {
    let words: Set<String> = ["none", "null", "nil", "nan", "unknown", "unk", "undefined", "dynamic", "any"]
    return !name.contains { $0.isLetter || $0.isNumber } || Int(name).map { $0 < 0 } == true
      || words.contains(name.lowercased())
  }

  private static func shape(_ dimensions: [OnnxDimension]?) -> [Dimension]? {
    dimensions?.map { dimension in
      switch dimension.extent {
      // Some exporters write -1 or 0 for an extent they do not know.
      case .value(let value): value < 0 ? .unknown : .fixed(Int(value))
      case .parameter(let name): isPlaceholder(name) ? .unknown : .symbol(name)
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
      OnnxType(.map(keyType: Int32(key?.onnxNumber ?? 0), value: value.onnx ?? OnnxType(.none)))
    case .opaque(let domain, let name): OnnxType(.opaque(domain: domain, name: name))
    case .unknown: nil
    }
  }
}

extension TensorType {
  fileprivate var number: Int32 { Int32(elementType?.onnxNumber ?? 0) }

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
