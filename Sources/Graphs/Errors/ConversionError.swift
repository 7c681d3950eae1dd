import CNNTensors

/// The one error that leaves the library: a code, a message, a location and, if they are known, a remedy and a cause.
public struct ConversionError: Error, Sendable {
  /// The kind of failure.
  public enum Code: CaseIterable, Sendable {
    /// Two results were compared and differ.
    case differs
    /// The caller asked for something that makes no sense.
    case usage
    /// The input's bytes or structure are wrong.
    case badInput
    /// The input does not exist or cannot be opened.
    case notFound
    /// An operator, type or architecture that is not supported.
    case unsupported
    /// The program itself is wrong; no input may bring it there.
    case internalFault
    /// The output cannot be created.
    case cannotCreate
    /// Reading or writing failed.
    case inputOutput
    /// A limit on memory, work, time, depth or size was hit.
    case limit
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
    /// The setting that does not fit; the message goes on from it.
    public var setting: Setting?
    /// Names a location.
    public init(
      file: String? = nil, node: String? = nil, tensor: String? = nil, offset: Int? = nil, setting: Setting? = nil
    ) {
      (self.file, self.node, self.tensor, self.offset, self.setting) = (file, node, tensor, offset, setting)
    }

    /// The location, with what it leaves open taken from another one.
    func completed(by other: Location) -> Location {
      Location(
        file: file ?? other.file, node: node ?? other.node, tensor: tensor ?? other.tensor,
        offset: offset ?? other.offset, setting: setting ?? other.setting)
    }
  }

  /// The kind of failure.
  public var code: Code
  /// What is wrong, without the location and the remedy.
  public var message: String
  /// Where it is wrong.
  public var location: Location
  /// What a user can do about it; `nil` if nothing is known to help.
  public var remedy: Remedy?
  /// The error behind this one.
  public var cause: (any Error)?

  /// Makes an error. An ``Code/internalFault`` asks to be reported.
  public init(
    _ code: Code, _ message: String, at location: Location = Location(), remedy: Remedy? = nil,
    cause: (any Error)? = nil
  ) {
    (self.code, self.message, self.location, self.cause) = (code, message, location, cause)
    self.remedy = remedy ?? (code == .internalFault ? .report : nil)
  }

  /// Translates the error of an operator, a tensor or a file. A ``ConversionError`` only gains a location. An error of
  /// an unknown type counts as a fault of the program.
  public init(_ error: any Error, at location: Location = Location()) {
    switch error {
    case let known as ConversionError:
      self = known
      self.location = known.location.completed(by: location)
    case let error as OperatorError:
      self.init(error.code, error.description, at: location, cause: error)
    case let error as TensorError:
      self.init(error, at: location)
    case let error as FileError:
      self.init(error, at: location)
    case let error as LimitError:
      self.init(.limit, error.message, at: location, remedy: error.remedy, cause: error)
    default:
      self.init(.internalFault, String(describing: error), at: location, cause: error)
    }
  }

  /// The same error as a fault of the program, for what went wrong with something of its own making. Limits and
  /// failures of the system stay what they are.
  public var asInternalFault: ConversionError {
    switch code {
    case .differs, .usage, .badInput, .unsupported:
      ConversionError(.internalFault, message, at: location, cause: self)
    case .notFound, .internalFault, .cannotCreate, .inputOutput, .limit: self
    }
  }

  private init(_ error: TensorError, at location: Location) {
    let code: Code
    var remedy: Remedy?
    switch error {
    case .outOfMemory: (code, remedy) = (.limit, .raiseMemoryLimit)
    case .tooLarge, .noMemory: code = .limit
    case .conversion: code = .unsupported
    case .negativeDimension, .storageSize, .range, .elementType, .index, .ragged: code = .badInput
    }
    self.init(code, error.message, at: location, remedy: remedy, cause: error)
  }

  private init(_ error: FileError, at location: Location) {
    var location = location
    location.file = error.path
    let code: Code
    switch error.operation {
    case .open, .inspect, .map: code = error.isShortage ? .limit : error.number == 0 ? .badInput : .notFound
    case .read: code = .inputOutput
    case .create: code = .cannotCreate
    case .write, .rename, .sync: code = .inputOutput
    }
    self.init(code, "cannot \(error.operation.rawValue): \(error.reason)", at: location, cause: error)
  }
}
