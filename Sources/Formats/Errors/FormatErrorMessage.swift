import CNNTensors

// Every error of this module in words: what is wrong and where, without the file's name.

extension FormatError: CustomStringConvertible {
  /// The same as ``message``.
  public var description: String { message }

  /// What is wrong and where, in one line without the file's name.
  public var message: String {
    switch self {
    case .truncated(let offset): "the file ends in the middle of a field at byte \(offset)"
    case .wire(let fault, let offset): "\(fault.message) at byte \(offset)"
    case .tooDeep(let limit, let offset): "messages nested more than \(limit) deep at byte \(offset)"
    case .tooManyRecords(let limit, let offset):
      "so many small fields that decoding would take more than \(limit >> 20) MiB, reached at byte \(offset)"
    case .notUTF8(let field, let offset): "\(field) is not valid UTF-8\(Self.at(offset))"
    case .zeroByte(let field, let offset): "\(field) contains a zero byte\(Self.at(offset))"
    case .undecodable(let message): "\(message) cannot be decoded"
    case .missing(let field, let message): "\(message) has no field \(field.quoted)"
    case .unsupportedElementType(let number, let tensor):
      "\(Self.tensor(tensor)): element type number \(number) is not supported"
    case .segmentedTensor(let tensor): "\(Self.tensor(tensor)): segmented tensors are not supported"
    case .tensor(let tensor, let error): "\(Self.tensor(tensor)): \(Self.words(error))"
    case .payloadSize(let tensor, let expected, let found):
      "\(Self.tensor(tensor)): \(expected) bytes of data expected, \(found) found"
    case .misplacedPayload(let tensor, let field, let type):
      "\(Self.tensor(tensor)): \(field) cannot hold \(type) elements"
    case .externalData(let tensor, let fault): "\(Self.tensor(tensor)): \(fault.message)"
    case .unsupportedAttributeType(let number, let attribute):
      "attribute \(attribute.quoted): attribute type number \(number) is not supported"
    case .attributeWithoutValue(let attribute): "attribute \(attribute.quoted) has no value"
    case .modelTooLarge(let bytes, let limit):
      "the model takes \(bytes) bytes, a file without external data at most \(limit)"
    case .numpy(let fault, let offset): fault.message + Self.at(offset)
    case .archive(let member, let reason): (member.map { "archive member \($0.quoted): " } ?? "archive: ") + reason
    case .archiveLimit(let member, let bytes, let limit):
      "archive member \(member.quoted) unpacks to \(bytes) bytes, at most \(limit) are allowed"
    case .pickle(let fault, let offset, let member):
      fault.message + " at byte \(offset)" + (member.map { " of \($0.quoted)" } ?? "") + fault.advice
    case .strided(let tensor, let fault): "\(Self.tensor(tensor)): \(fault.message)"
    case .safetensors(let fault, let offset): fault.message + Self.at(offset)
    case .checkpoint(let fault): fault.message
    case .cutShort(let part): "is cut short: \(part.message); download it again"
    case .notWeights(let kind): kind.message
    case .unwritable(let tensor, let type, let format): "\(Self.tensor(tensor)): \(format) has no type \(type)"
    }
  }

  private static func at(_ offset: Int?) -> String { offset.map { " at byte \($0)" } ?? "" }

  private static func tensor(_ name: String?) -> String {
    if let name, !name.isEmpty { "tensor \(name.quoted)" } else { "an unnamed tensor" }
  }

  private static func words(_ error: TensorError) -> String {
    switch error {
    case .negativeDimension(let shape): "negative extent in shape \(shape)"
    case .tooLarge(let shape, let type): "shape \(shape) of \(type) is too large"
    case .storageSize(let expected, let found): "\(expected) bytes of data expected, \(found) found"
    case .range(let offset, let count, let available):
      "\(count) bytes at \(offset) lie outside the \(available) bytes there are"
    case .elementType(let expected, let found): "element type \(expected) expected, \(found) found"
    case .conversion(let from, let to): "no conversion from \(from) to \(to)"
    case .index(let index, let shape): "no element \(index) in shape \(shape)"
    case .ragged(let depth): "lists of different lengths at depth \(depth)"
    case .outOfMemory(let requested, let limit):
      "\(requested) bytes more would pass the memory limit of \(limit) bytes"
    case .noMemory(let requested): "the system does not give \(requested) bytes more"
    }
  }
}

extension FormatError.WireFault {
  fileprivate var message: String {
    switch self {
    case .varintTooLong: "a number of more than ten bytes"
    case .fieldNumber(let number): "field number \(number) is not allowed"
    case .wireType(let type): type == 3 || type == 4 ? "a group, which is not supported," : "unknown wire type \(type)"
    case .fieldType(let field, let type): "\(field) is stored as wire type \(type)"
    case .lengthBeyondMessage(let length, let available):
      "a length of \(length) bytes where its message has \(available) left"
    case .packedLength(let field): "the bytes of \(field) do not divide into elements"
    case .repeatedMessage(let field): "\(field) appears a second time"
    }
  }
}

extension FormatError.ExternalDataFault {
  fileprivate var message: String {
    switch self {
    case .noLocation: "external data without a location"
    case .unsafeLocation(let location):
      "external data location \(location.quoted) is not a plain path below the model's folder"
    case .outsideFolder(let location): "external data \(location.quoted) leads out of the model's folder"
    case .unreadable(let error): "external data \(error.path.quoted): \(error.reason)"
    case .notANumber(let key, let value): "external data \(key) \(value.quoted) is not a number of bytes"
    case .range(let location, let offset, let length, let available):
      "external data \(location.quoted) has \(available) bytes, \(length) at \(offset) are asked for"
    case .elementType(let type): "\(type) elements cannot be external data"
    }
  }
}

extension FormatError.NumpyFault {
  fileprivate var message: String {
    switch self {
    case .notNumpy: "not a .npy file"
    case .version(let major, let minor): ".npy format version \(major).\(minor) is not supported"
    case .headerTooLong(let length, let limit): ".npy header of \(length) bytes, at most \(limit) are allowed"
    case .header(let expected): ".npy header: \(expected) expected"
    case .missingKey(let key): ".npy header has no \(key.quoted)"
    case .elementType(let type): ".npy element type \(type.quoted) is not supported"
    case .dataSize(let expected, let found): "\(expected) bytes of .npy data expected, \(found) found"
    case .notUnicode: ".npy string holds a number that is no Unicode character"
    }
  }
}
