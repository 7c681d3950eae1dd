import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// Values in files of their own, as in the `.pb` files of an ONNX test data set.
package enum OnnxValueFile {
  /// Reads a value of a known type: a tensor, a sequence or an optional.
  /// - Throws: ``FormatError`` or ``ConversionError``.
  package static func read(_ path: String, as type: ValueType) throws -> RuntimeValue {
    let file = try MappedFile(path: path)
    switch type {
    case .sequence: return try value(OnnxReader.readSequence(file))
    case .optional(let element): return try value(OnnxReader.readOptional(file), as: element)
    case .map: throw OperatorError.unsupported("values of type map")
    default: return .tensor(try readTensor(file).tensor)
    }
  }

  /// Reads a `TensorProto` with the name it gives itself.
  package static func readTensor(_ file: MappedFile) throws -> (name: String?, tensor: Tensor) {
    let record = try OnnxReader.readTensor(file)
    return (record.name, try tensor(record))
  }

  /// Writes a `TensorProto`.
  package static func write(_ tensor: Tensor, name: String, to path: String) throws {
    try OnnxWriter.write(OnnxTensor(tensor, name: name), to: path)
  }

  private static func tensor(_ record: OnnxTensor) throws -> Tensor {
    try OnnxImportContext(registry: .standard, externalData: nil).tensor(record)
  }

  private static func value(_ sequence: OnnxSequence) throws -> RuntimeValue {
    switch sequence.elements {
    case .none: .sequence([])
    case .tensors(let tensors): .sequence(try tensors.map { .tensor(try tensor($0)) })
    case .sequences(let sequences): .sequence(try sequences.map(value))
    case .optionals(let optionals): .sequence(try optionals.map { try value($0, as: .unknown) })
    case .sparseTensors, .maps: throw OperatorError.unsupported("sequences of sparse tensors or maps")
    }
  }

  private static func value(_ optional: OnnxOptional, as type: ValueType) throws -> RuntimeValue {
    switch optional.value {
    case .none: .none
    case .tensor(let record): .tensor(try tensor(record))
    case .sequence(let sequence): try value(sequence)
    case .optional(let inner): try value(inner, as: .unknown)
    case .sparseTensor, .map: throw OperatorError.unsupported("an optional sparse tensor or map")
    }
  }
}
