import CNNTensors

/// Why bytes are not a file of the format they should be, or cannot be written as one.
///
/// `FormatErrorMessage.swift` words each case.
public enum FormatError: FormatFault, Hashable {
  /// The file ends in the middle of a field.
  case truncated(at: Int)
  /// The protobuf encoding itself is broken.
  case wire(WireFault, at: Int)
  /// Messages are nested deeper than `limit`.
  case tooDeep(limit: Int, at: Int)
  /// Decoding would take memory out of proportion to the file: more than `limit` bytes.
  case tooManyRecords(limit: Int, at: Int)
  /// A text field is not valid UTF-8.
  case notUTF8(field: String, at: Int?)
  /// A text field contains a zero byte, which no reader of names could keep.
  case zeroByte(field: String, at: Int?)
  /// libprotobuf-c refuses a message that passed every check made before.
  case undecodable(message: String)
  /// A field without which the message means nothing is absent.
  case missing(field: String, message: String)

  /// A tensor of an element type that is not known here.
  case unsupportedElementType(number: Int, tensor: String?)
  /// A tensor stored in segments, which nothing writes.
  case segmentedTensor(String?)
  /// A tensor whose extents or bytes do not make sense.
  case tensor(String?, TensorError)
  /// The payload has another size than type and extents ask for; counted in bytes, or in strings.
  case payloadSize(tensor: String?, expected: Int, found: Int)
  /// Elements stand in a field that is not the one for their type.
  case misplacedPayload(tensor: String?, field: String, type: ElementType)
  /// A tensor's data lies in another file and cannot be used.
  case externalData(tensor: String?, ExternalDataFault)
  /// An attribute of a kind that is not known here.
  case unsupportedAttributeType(number: Int, attribute: String)
  /// An attribute that names no type and has no value to tell it from.
  case attributeWithoutValue(String)

  /// The model does not fit into one protobuf file.
  case modelTooLarge(bytes: Int, limit: Int)

  /// A `.npy` or `.npz` file is broken.
  case numpy(NumpyFault, at: Int?)
  /// A zip archive is broken: the member, if it is in one, and libzip's words.
  case archive(member: String?, reason: String)
  /// An archive's member unpacks to more than `limit` bytes.
  case archiveLimit(member: String, bytes: Int, limit: Int)

  /// A pickle is broken or asks for what is never done: where in it, and the archive's member that it is.
  case pickle(PickleFault, at: Int, member: String?)
  /// A tensor of a PyTorch container that does not make sense, by its key.
  case strided(String, StrideFault)
  /// A safetensors file is broken.
  case safetensors(SafetensorsFault, at: Int?)
  /// A file of weights that holds none, or not in a form that can be used.
  case checkpoint(CheckpointFault)
  /// The file ends before it should, as an interrupted download does.
  case cutShort(MissingPart)
  /// The file is no container of weights but something else.
  case notWeights(FileKind)
  /// A tensor of a type that a format cannot hold.
  case unwritable(tensor: String, ElementType, format: String)

  /// What can be wrong with a protobuf encoding.
  public enum WireFault: Hashable, Sendable {
    /// A number of more than ten bytes.
    case varintTooLong
    /// A field number that is zero or above 2^29-1.
    case fieldNumber(UInt64)
    /// A wire type that does not exist (6, 7) or is no longer used (groups: 3, 4).
    case wireType(Int)
    /// A field of a known message stored as something else.
    case fieldType(field: String, wireType: Int)
    /// A length that reaches beyond the message it lies in.
    case lengthBeyondMessage(length: UInt64, available: Int)
    /// A packed field whose bytes do not divide into elements.
    case packedLength(field: String)
    /// A message that may appear once appears twice.
    case repeatedMessage(field: String)
  }

  /// What can be wrong with external data.
  public enum ExternalDataFault: Hashable, Sendable {
    /// There is no `location` entry.
    case noLocation
    /// The location is absolute, contains `..`, or is no plain relative path.
    case unsafeLocation(String)
    /// The location leads out of the model's folder through a symbolic link.
    case outsideFolder(String)
    /// The file cannot be opened.
    case unreadable(FileError)
    /// `offset` or `length` is not a number that is zero or more.
    case notANumber(key: String, value: String)
    /// The range lies outside the file.
    case range(location: String, offset: Int, length: Int, available: Int)
    /// A type without a fixed width cannot lie in a file of its own.
    case elementType(ElementType)
  }

  /// What can be wrong with a `.npy` file.
  public enum NumpyFault: Hashable, Sendable {
    /// The file does not begin with the format's magic number.
    case notNumpy
    /// A format version other than 1, 2 and 3.
    case version(major: Int, minor: Int)
    /// The header is longer than `limit` bytes.
    case headerTooLong(Int, limit: Int)
    /// The header is not a dictionary of the expected form; what was expected.
    case header(expected: String)
    /// The header lacks a key.
    case missingKey(String)
    /// A `descr` that is no element type known here.
    case elementType(String)
    /// The data is shorter than the header says.
    case dataSize(expected: Int, found: Int)
    /// A string holds a number that is no Unicode scalar.
    case notUnicode
  }

  /// What can be wrong with a tensor of a PyTorch container.
  public enum StrideFault: Error, Hashable, Sendable {
    /// The record of the tensor or of its storage is not of the known form.
    case record
    /// Extents and strides differ in number.
    case ranks([Int], [Int])
    /// More extents than any tensor has.
    case rank(Int)
    /// A negative number; which, and all of them.
    case negative(String, [Int])
    /// The number of elements overflows.
    case tooLarge([Int])
    /// Elements lie beyond the storage, whose elements are counted; the last one as seen from the offset.
    case outside(offset: Int, reach: Int?, available: Int)
    /// The container has no such storage.
    case noStorage(String)
    /// The storage has fewer bytes than the record says.
    case shortStorage(String, expected: Int, found: Int)
    /// Copying what is not contiguous would take memory out of proportion to the file.
    case tooManyCopies(Int, left: Int)
  }

  /// What can be wrong with a safetensors file.
  public enum SafetensorsFault: Hashable, Sendable {
    /// The most bytes that the library's own reader takes for a header.
    static let headerLimit = 100_000_000

    /// The header's length is beyond the library's limit.
    case headerTooLong(UInt64)
    /// The header is no JSON of the expected form; what was expected.
    case header(expected: String)
    /// A tensor without `dtype`, `shape` or `data_offsets`.
    case incomplete(String)
    /// A name appears twice.
    case repeatedKey(String)
    /// A `dtype` that is not known here.
    case elementType(String, tensor: String)
    /// A range that ends before it begins.
    case range(String)
    /// Two tensors share bytes.
    case overlap(String)
  }

  /// Why a container of weights is of no use.
  public enum CheckpointFault: Hashable, Sendable {
    /// It holds something else; what.
    case noTensors(String)
    /// It holds one tensor without a name.
    case singleTensor
    /// It holds the state of an optimizer only.
    case optimizerOnly
    /// A TorchScript archive whose weights have become constants.
    case frozenScript
    /// All its tensors are of kinds that cannot be used; one of them in words.
    case unusable(String)
    /// Modules within modules without an end; the way to them.
    case endlessModule(String)
    /// More tensors than the limit.
    case tooManyTensors(limit: Int)
    /// A folder without `data.pkl`.
    case noPickle
    /// A storage whose name is no plain file name.
    case unsafeName(String)
    /// A file that a symbolic link leads out of the folder.
    case outsideFolder(String)
    /// A legacy stream of another version.
    case legacyVersion(Int?)
    /// A legacy stream whose list of storages does not fit its object.
    case legacyKeys
    /// A legacy stream with an impossible number of elements.
    case legacyCount(String, at: Int)
  }

  /// What is missing at the end of a file.
  public enum MissingPart: Hashable, Sendable {
    /// The directory at the end of a zip archive.
    case zipDirectory
    /// The header, counted in bytes.
    case header(expected: Int, found: Int)
    /// The data behind the header, counted in bytes.
    case data(expected: Int, found: Int)
    /// A storage of a legacy stream; its bytes if they are known.
    case storage(String, expected: Int?, found: Int)
  }

  /// True if the bytes may be right but ask for something this program does not have.
  public var isUnsupported: Bool {
    switch self {
    case .unsupportedElementType, .segmentedTensor, .unsupportedAttributeType, .externalData(_, .elementType): true
    case .numpy(.elementType, _), .numpy(.version, _), .safetensors(.elementType, _), .unwritable: true
    case .pickle(.version, _, _), .pickle(.outsideReference, _, _): true
    case .checkpoint(.unusable), .checkpoint(.frozenScript), .checkpoint(.legacyVersion(.some)): true
    case .notWeights(let kind): kind.isForeignModel
    default: false
    }
  }

  /// True if more memory would be needed than a budget allows.
  package var isMemoryLimit: Bool {
    switch self {
    case .tensor(_, .outOfMemory), .archiveLimit: true
    default: false
    }
  }

  /// True if a limit was hit rather than something being wrong.
  public var isLimit: Bool {
    switch self {
    case .tooDeep, .tooManyRecords, .modelTooLarge, .archiveLimit, .numpy(.headerTooLong, _): true
    case .tensor(_, .outOfMemory), .tensor(_, .noMemory), .pickle(.tooMany, _, _), .strided(_, .tooManyCopies): true
    case .checkpoint(.endlessModule), .checkpoint(.tooManyTensors), .safetensors(.headerTooLong, _): true
    default: false
    }
  }
}
