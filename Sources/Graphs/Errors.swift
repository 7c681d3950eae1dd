import CNNTensors

/// What an operator finds wrong with its attributes, inputs or shapes. The node and file are added on the way out.
public enum OperatorError: Error, Hashable, Sendable {
  /// Valid, but not something this program computes.
  case unsupported(String)
  /// Against the operator's definition.
  case invalid(String)
  /// A value that has to be a tensor, a sequence … and is not, or is missing.
  case input(Int, expected: String)
  /// An input of the wrong element type.
  case elementType(input: Int, found: ElementType)
  /// An input of the wrong rank.
  case rank(input: Int, expected: String, found: Int)
  /// An attribute of the wrong kind or value.
  case attribute(String, String)
  /// Attributes that the operator's version does not have.
  case unknownAttributes([String])
  /// A result that would be larger than a limit allows.
  case limit(String)
}

extension OperatorError: CustomStringConvertible {
  /// What is wrong, in one line.
  public var description: String {
    switch self {
    case .unsupported(let what): what
    case .invalid(let what): what
    case .input(let index, let expected): "input \(index): \(expected) expected"
    case .elementType(let input, let found): "input \(input): element type \(found) is not allowed here"
    case .rank(let input, let expected, let found): "input \(input): rank \(expected) expected, \(found) found"
    case .attribute(let name, let reason): "attribute '\(name)': \(reason)"
    case .unknownAttributes(let names):
      "unknown attribute\(names.count == 1 ? "" : "s") " + names.map { "'\($0)'" }.joined(separator: ", ")
    case .limit(let what): what
    }
  }
}

/// The one error that leaves the library: a code, a message, a place and, where there is one, a cause.
public struct ConversionError: Error, Sendable {
  /// The kind of failure; the raw value is the command line's exit code.
  public enum Code: Int32, Sendable {
    /// Two results were compared and differ.
    case differs = 1
    /// The caller asked for something that makes no sense.
    case usage = 64
    /// The input's bytes or structure are wrong.
    case badInput = 65
    /// The input does not exist or cannot be opened.
    case notFound = 66
    /// An operator, type or architecture that is not supported.
    case unsupported = 69
    /// The output cannot be created.
    case cannotCreate = 73
    /// Reading or writing failed.
    case inputOutput = 74
    /// A limit on memory, depth or size was hit.
    case limit = 75
  }

  /// Where in the input the failure lies.
  public struct Location: Sendable, Hashable {
    /// The file's path.
    public var file: String?
    /// The node, such as `node 'Conv_12' (Conv)`.
    public var node: String?
    /// The tensor's or value's name.
    public var tensor: String?
    /// The byte offset in the file.
    public var offset: Int?
    /// Names a place.
    public init(file: String? = nil, node: String? = nil, tensor: String? = nil, offset: Int? = nil) {
      (self.file, self.node, self.tensor, self.offset) = (file, node, tensor, offset)
    }
  }

  /// The kind of failure.
  public var code: Code
  /// What is wrong, and what to do where there is something to do.
  public var message: String
  /// Where it is wrong.
  public var location: Location
  /// The error behind this one.
  public var cause: (any Error)?

  /// Makes an error.
  public init(_ code: Code, _ message: String, at location: Location = Location(), cause: (any Error)? = nil) {
    (self.code, self.message, self.location, self.cause) = (code, message, location, cause)
  }

  /// The error of an operator or tensor as the outside sees it. An error that is one already only gains a place.
  public init(_ error: any Error, at location: Location = Location()) {
    switch error {
    case let known as ConversionError:
      self = known
      self.location.file = known.location.file ?? location.file
      self.location.node = known.location.node ?? location.node
      self.location.tensor = known.location.tensor ?? location.tensor
      self.location.offset = known.location.offset ?? location.offset
      return
    case let error as OperatorError:
      self.init(error.code, error.description, at: location, cause: error)
    case let error as TensorError:
      self.init(error.code, error.message, at: location, cause: error)
    case let error as FileError:
      self.init(error, at: location)
    default:
      self.init(.badInput, String(describing: error), at: location, cause: error)
    }
  }

  private init(_ error: FileError, at location: Location) {
    var place = location
    place.file = error.path
    let code: Code
    switch error.operation {
    case .open, .inspect, .map: code = error.number == 0 ? .badInput : .notFound
    case .read: code = .inputOutput
    case .create: code = .cannotCreate
    case .write, .rename, .sync: code = .inputOutput
    }
    self.init(code, "cannot \(error.operation.rawValue): \(error.reason)", at: place, cause: error)
  }
}

extension ConversionError: CustomStringConvertible {
  /// `FILE: node 'NAME' (TYPE), tensor 'NAME', at byte N: MESSAGE` on one line, leaving out what is not known.
  public var description: String {
    var places: [String] = []
    if let node = location.node { places.append(node) }
    if let tensor = location.tensor { places.append("tensor '\(tensor)'") }
    if let offset = location.offset { places.append("at byte \(offset)") }
    var parts: [String] = []
    if let file = location.file { parts.append(file) }
    if !places.isEmpty { parts.append(places.joined(separator: ", ")) }
    return (parts + [message]).joined(separator: ": ").printable
  }
}

extension OperatorError {
  fileprivate var code: ConversionError.Code {
    switch self {
    case .unsupported, .unknownAttributes: .unsupported
    case .limit: .limit
    default: .badInput
    }
  }
}

extension TensorError {
  fileprivate var code: ConversionError.Code {
    switch self {
    case .outOfMemory, .tooLarge: .limit
    case .conversion: .unsupported
    default: .badInput
    }
  }

  /// What is wrong, in one line.
  public var message: String {
    switch self {
    case .negativeDimension(let shape): "negative dimension in shape \(shape)"
    case .tooLarge(let shape, let type): "a \(type) tensor of shape \(shape) is too large to address"
    case .storageSize(let expected, let found): "\(expected) bytes expected, \(found) found"
    case .range(let offset, let count, let available): "\(count) bytes at offset \(offset) of \(available)"
    case .elementType(let expected, let found): "element type \(expected) expected, \(found) found"
    case .conversion(let from, let to): "there is no conversion from \(from) to \(to)"
    case .outOfMemory(let requested, let limit):
      "\(requested) more bytes would pass the memory limit of \(limit); raise it with --memory-limit"
    }
  }
}
