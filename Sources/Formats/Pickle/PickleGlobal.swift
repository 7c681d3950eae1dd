/// A class or function that a pickle names, and what may be done with the name. Nothing is ever called: the most that
/// happens is that a record of the call is kept.
struct PickleGlobal {
  /// The package that all classes of TorchScript lie in.
  static let scriptPackage = "__torch__."

  /// Module and name, joined by a dot.
  let name: String
  let role: Role

  init(module: String, name: String) {
    let module = Self.currentModules[module] ?? module
    self.name = "\(module).\(name)"
    role = Self.role(module: module, name: name, qualified: self.name)
  }

  /// What a record of a call with this name means.
  enum Role: Hashable {
    /// A dictionary: its argument's pairs, and those set later.
    case dictionary
    /// A tuple or list of its argument's elements.
    case sequence
    /// `_codecs.encode(text, 'latin1')`: bytes.
    case encode
    /// `bytes` or `bytearray` of its argument.
    case byteContainer
    /// A tensor that `TorchTensorReader` understands.
    case tensor(TensorCall)
    /// A tensor of a kind that cannot be used, such as a sparse one.
    case foreignTensor(String)
    /// A storage that was pickled by itself: a legacy stream in a string of bytes.
    case nestedStream
    /// A numpy array or number.
    case array(ArrayCall)
    /// A class of storages, whose elements have this type.
    case storageType(TorchType)
    /// An element type of PyTorch's.
    case elementType(TorchType)
    /// Makes an object of the class that its first argument is: `copyreg`'s functions.
    case construct
    /// Takes an attribute, by which members of enumerations are named.
    case attribute
    /// Makes a plain value that weights do not depend on, such as a date.
    case inert
    /// A class or function that is not known: a record of an object of this class may be kept, but of no call.
    case unknown
    /// May be named, and that is all.
    case reference
    /// Stands for running code, reading files or the like: refused at sight.
    case forbidden
  }

  /// The functions that tensors are made by.
  enum TensorCall {
    /// storage, offset, size, stride
    case strided
    /// storage, offset, size, stride, gradient, hooks, element type
    case typed
    /// A tensor and further arguments.
    case wrapped
    /// function, class, arguments, state
    case subclass
  }

  /// The functions that arrays are made by.
  enum ArrayCall { case reconstruct, fromBuffer, scalar, elementType }

  /// Python 2's names of modules.
  private static let currentModules = [
    "__builtin__": "builtins", "copy_reg": "copyreg", "numpy._core.multiarray": "numpy.core.multiarray",
    "numpy._core.numeric": "numpy.core.numeric", "UserDict": "collections", "commands": "subprocess",
  ]

  private static func role(module: String, name: String, qualified: String) -> Role {
    if let role = KnownGlobals.roles[qualified] { return role }
    if module == "torch" || module == "torch.cuda", name.hasSuffix("Storage"),
      let type = TorchType(storageClass: name)
    {
      return .storageType(type)
    }
    if module == "torch", let type = TorchType(name: name) { return .elementType(type) }
    if KnownGlobals.inertPrefixes.contains(where: { qualified.hasPrefix($0) }) { return .inert }
    let package = module.prefix { $0 != "." }
    if KnownGlobals.forbiddenPackages.contains(String(package)) || KnownGlobals.forbiddenModules.contains(module)
      || KnownGlobals.forbiddenNames.contains(qualified)
    {
      return .forbidden
    }
    return module == "builtins" ? .reference : .unknown
  }
}
