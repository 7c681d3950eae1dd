/// The names that pickles of weights and of their usual company contain.
enum KnownGlobals {
  /// Names whose calls are kept as records, by what the record means.
  static let roles: [String: PickleGlobal.Role] = {
    var roles: [String: PickleGlobal.Role] = [
      "_codecs.encode": .encode,
      "builtins.bytes": .byteContainer, "builtins.bytearray": .byteContainer,
      "builtins.getattr": .attribute,
      "torch.Size": .sequence, "builtins.list": .sequence, "builtins.tuple": .sequence,
      "torch.jit._pickle.build_intlist": .sequence, "torch.jit._pickle.build_tensorlist": .sequence,
      "torch.jit._pickle.build_doublelist": .sequence, "torch.jit._pickle.build_boollist": .sequence,
      "torch._utils._rebuild_tensor": .tensor(.strided), "torch._utils._rebuild_tensor_v2": .tensor(.strided),
      "torch._utils._rebuild_tensor_v3": .tensor(.typed),
      "torch._utils._rebuild_parameter": .tensor(.wrapped),
      "torch._utils._rebuild_parameter_with_state": .tensor(.wrapped),
      "torch.nn.parameter.Parameter": .tensor(.wrapped), "torch.nn.parameter.Buffer": .tensor(.wrapped),
      "torch.nn.Parameter": .tensor(.wrapped), "torch.autograd.variable.Variable": .tensor(.wrapped),
      "torch._utils._rebuild_device_tensor_from_cpu_tensor": .tensor(.wrapped),
      "torch._utils._rebuild_device_tensor_from_numpy": .tensor(.wrapped),
      "torch._utils._rebuild_xla_tensor": .tensor(.wrapped),
      "torch._tensor._rebuild_from_type_v2": .tensor(.subclass), "torch._tensor._rebuild_from_type": .tensor(.subclass),
      "torch.tensor._rebuild_from_type": .tensor(.subclass),
      "torch._utils._rebuild_qtensor": .foreignTensor("quantized"),
      "torch._utils._rebuild_sparse_tensor": .foreignTensor("sparse"),
      "torch._utils._rebuild_sparse_csr_tensor": .foreignTensor("sparse"),
      "torch._utils._rebuild_nested_tensor": .foreignTensor("nested"),
      "torch._utils._rebuild_meta_tensor_no_storage": .foreignTensor("without data (meta)"),
      "torch._utils._rebuild_wrapper_subclass": .foreignTensor("of a class of its own"),
      "torch.storage._load_from_bytes": .nestedStream,
      "torch.storage.UntypedStorage": .storageType(.untyped), "torch.UntypedStorage": .storageType(.untyped),
      "torch.storage._UntypedStorage": .storageType(.untyped),
      "torch.storage.TypedStorage": .storageType(.untyped), "torch.TypedStorage": .storageType(.untyped),
      "torch.storage._TypedStorage": .storageType(.untyped), "torch.storage._LegacyStorage": .storageType(.untyped),
      "numpy.core.multiarray._reconstruct": .array(.reconstruct),
      "numpy.core.multiarray.scalar": .array(.scalar), "numpy.core.numeric._frombuffer": .array(.fromBuffer),
      "numpy.dtype": .array(.elementType),
    ]
    for name in dictionaries { roles[name] = .dictionary }
    for name in constructors { roles[name] = .construct }
    for name in inert { roles[name] = .inert }
    return roles
  }()

  private static let dictionaries = [
    "collections.OrderedDict", "collections.Counter", "collections.defaultdict", "builtins.dict",
    "torch.jit._pickle.build_dict", "immutables._map.Map",
  ]

  private static let constructors = ["copyreg._reconstructor", "copyreg.__newobj__", "copyreg.__newobj_ex__"]

  /// Classes and functions that make plain values.
  private static let inert = [
    "builtins.set", "builtins.frozenset", "builtins.complex", "builtins.slice", "builtins.range", "builtins.xrange",
    "builtins.int", "builtins.long", "builtins.float", "builtins.str", "builtins.unicode", "builtins.bool",
    "builtins.object", "builtins.Ellipsis", "builtins.NotImplemented",
    "collections.deque", "collections.UserDict", "collections.ChainMap", "types.SimpleNamespace",
    "types.MappingProxyType",
    "argparse.Namespace", "functools.partial",
    "pathlib.Path", "pathlib.PosixPath", "pathlib.WindowsPath", "pathlib.PurePath", "pathlib.PurePosixPath",
    "pathlib.PureWindowsPath", "pathlib._local.PosixPath", "pathlib._local.WindowsPath",
    "pathlib._local.PurePosixPath", "pathlib._local.PureWindowsPath",
    "datetime.datetime", "datetime.date", "datetime.time", "datetime.timedelta", "datetime.timezone",
    "decimal.Decimal", "fractions.Fraction", "uuid.UUID", "time.struct_time", "zoneinfo.ZoneInfo._unpickle",
    "numpy.ndarray",
    "torch.device", "torch.finfo", "torch.iinfo", "torch.Generator", "torch.torch_version.TorchVersion",
    "torch.serialization._get_layout", "torch._C._get_layout", "torch._utils._get_dtype_from_pickle_storage_type",
    "torch.jit._pickle.restore_type_tag", "torch.cuda.amp.grad_scaler._refresh_per_optimizer_state",
    "torch.utils.hooks.unserializable_hook", "torch.distributed.device_mesh.DeviceMesh",
    "torchvision.transforms.functional.InterpolationMode", "torchvision.transforms.functional_pil.InterpolationMode",
    "torchvision.transforms.autoaugment.AutoAugmentPolicy", "PIL.Image.Resampling",
    "torch._weights_only_unpickler._reconstruct",
  ]

  /// Modules all of whose classes make plain values.
  static let inertPrefixes = [
    "numpy.random.", "numpy.dtypes.", "torch.optim.", "torch.amp.grad_scaler.", "torch.cuda.amp.grad_scaler.",
    "omegaconf.", "pytz.",
  ]

  /// Packages of which nothing belongs into a file of weights: they run programs, read files or load code.
  static let forbiddenPackages: Set<String> = [
    "os", "posix", "nt", "posixpath", "ntpath", "subprocess", "_posixsubprocess", "popen2", "pty", "sys", "shutil",
    "socket", "_socket", "ssl", "runpy", "importlib", "_frozen_importlib", "_frozen_importlib_external", "imp",
    "zipimport", "pkgutil", "ctypes", "_ctypes", "cffi", "webbrowser", "pdb", "bdb", "timeit", "cProfile", "pickle",
    "_pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "io", "_io", "tempfile", "fileinput",
    "signal", "multiprocessing", "asyncio", "_thread", "http", "httplib", "urllib", "urllib2", "requests", "aiohttp",
    "httpx", "ftplib", "smtplib", "telnetlib", "poplib", "imaplib", "xmlrpc", "socketserver", "pip", "setuptools",
    "distutils", "ensurepip", "venv", "pydoc", "idlelib", "lib2to3",
  ]

  /// Modules of the same sort whose names a project may well have given to a folder of its own.
  static let forbiddenModules: Set<String> = [
    "code", "codeop", "doctest", "inspect", "gc", "atexit", "mmap", "platform", "profile", "resource", "site", "trace",
  ]

  /// Names of other packages that run code, load it or read files.
  static let forbiddenNames: Set<String> = [
    "builtins.eval", "builtins.exec", "builtins.execfile", "builtins.compile", "builtins.open", "builtins.file",
    "builtins.__import__", "builtins.__build_class__", "builtins.input", "builtins.raw_input", "builtins.breakpoint",
    "builtins.globals", "builtins.locals", "builtins.vars", "builtins.setattr", "builtins.delattr", "builtins.apply",
    "builtins.map", "builtins.filter", "builtins.reduce", "builtins.memoryview", "builtins.help", "builtins.exit",
    "builtins.quit", "types.FunctionType", "types.CodeType", "types.LambdaType", "types.MethodType", "types.ModuleType",
    "functools.reduce", "_functools.reduce", "operator.attrgetter", "operator.methodcaller", "operator.itemgetter",
    "_operator.attrgetter", "_operator.methodcaller", "torch.load", "torch.serialization.load", "torch.hub.load",
    "torch.hub.load_state_dict_from_url", "torch.jit.load", "torch.jit.unsupported_tensor_ops.execWrapper",
    "torch.utils._config_module.ConfigModule.load_config", "torch.utils.cpp_extension.load",
    "torch.utils.cpp_extension.load_inline", "torch.ops.load_library", "torch._ops.load_library", "numpy.load",
    "numpy.loadtxt", "numpy.fromfile", "numpy.genfromtxt", "numpy.testing._private.utils.runstring",
    "numpy.f2py.crackfortran.myeval", "numpy.f2py.crackfortran.getlincoef",
  ]
}
