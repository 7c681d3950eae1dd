// The errors of files of weights in words: what is wrong, where, and what to do.

extension PickleFault {
  /// What is wrong, to stand before the position.
  var message: String {
    switch self {
    case .endsEarly: "the pickle ends too early,"
    case .opcode(let byte): "no pickle instruction has the number \(byte), found"
    case .outsideReference(let what): "the pickle refers to \(what), which the file does not hold,"
    case .version(let version): "pickle protocol \(version) is not supported, found"
    case .forbidden(let name): "the pickle names \(name.quoted), which no weights need,"
    case .call(let name): "the pickle calls \(name.quoted), which is not known to make plain data,"
    case .instance(let name): "the pickle makes a \(name.quoted), which is not known to be plain data,"
    case .emptyStack: "a pickle instruction lacks its operand"
    case .memo(let number): "the pickle recalls value \(number), which it never stored,"
    case .operand(let expected): "a pickle instruction needs \(expected)"
    case .tooMany(let what, let limit): "the pickle makes more than \(limit) \(what), reached"
    }
  }

  /// What to do, to stand behind the position.
  var advice: String {
    switch self {
    case .forbidden, .call, .instance: "; nothing was run, save the state_dict alone"
    case .endsEarly: "; the file may be cut short, download it again"
    case .outsideReference, .version: "; save it again with torch.save"
    default: ""
    }
  }
}

extension FormatError.StrideFault {
  var message: String {
    switch self {
    case .record: "its record in the pickle is not of a known form"
    case .ranks(let shape, let strides): "\(shape.count) extents but \(strides.count) strides"
    case .rank(let rank): "\(rank) extents, at most 64 are allowed"
    case .negative(let what, let numbers):
      numbers.count == 1 ? "negative \(what) \(numbers[0])" : "negative \(what) in \(numbers)"
    case .tooLarge(let shape): "shape \(shape) is too large"
    case .outside(let offset, let reach, let available):
      "elements from \(offset) to \(Self.end(offset, reach)) lie outside the \(available) of its storage"
    case .noStorage(let key): "its storage \(key.quoted) is missing; the file is incomplete"
    case .shortStorage(let key, let expected, let found):
      "storage \(key.quoted) should have \(expected) bytes and has \(found); the file is incomplete"
    case .tooManyCopies(let count, let left):
      "\(count) bytes for a copy of a view, of which \(left) may be made for a file of this size"
    }
  }

  private static func end(_ offset: Int, _ reach: Int?) -> String {
    guard let reach else { return "beyond 2^63" }
    let (last, overflow) = offset.addingReportingOverflow(reach)
    return overflow ? "beyond 2^63" : "\(last)"
  }
}

extension FormatError.SafetensorsFault {
  var message: String {
    switch self {
    case .headerTooLong(let length):
      "safetensors header of \(length) bytes, at most \(Self.headerLimit) are allowed,"
    case .header(let expected): "safetensors header: \(expected) expected"
    case .incomplete(let key): "tensor \(key.quoted): 'dtype', 'shape' and 'data_offsets' expected"
    case .repeatedKey(let key): "\(key.quoted) appears a second time in the safetensors header"
    case .elementType(let type, let tensor):
      "tensor \(tensor.quoted): element type \(type.quoted) is not supported, found"
    case .range(let key): "tensor \(key.quoted): its data ends before it begins, says the header"
    case .overlap(let key): "tensor \(key.quoted): its data overlaps that of another, says the header"
    }
  }
}

extension FormatError.CheckpointFault {
  var message: String {
    switch self {
    case .noTensors(let what): "holds \(what) without any weights; save the model's state_dict"
    case .singleTensor: "holds a single tensor without a name; save the model's state_dict"
    case .optimizerOnly: "holds the state of an optimizer only; pass the checkpoint that holds the model's weights"
    case .frozenScript:
      "is a TorchScript archive without weights of their own, frozen into constants perhaps; save the state_dict"
    case .unusable(let tensor): "has no weights that can be used: \(tensor)"
    case .endlessModule(let path): "modules lie within modules without an end at \(path.quoted)"
    case .tooManyTensors(let limit): "more than \(limit) tensors"
    case .noPickle: "is a folder without 'data.pkl', as an unzipped torch.save archive would have"
    case .unsafeName(let name): "storage \(name.quoted) is not a plain name"
    case .outsideFolder(let name): "\(name.quoted) leads out of the folder"
    case .legacyVersion(let version):
      "version \(version.map(String.init) ?? "?") of the PyTorch legacy stream is not known, 1001 is"
    case .legacyKeys: "the list of storages does not fit what the pickle refers to"
    case .legacyCount(let key, let offset):
      "storage \(key.quoted) has an impossible number of elements at byte \(offset)"
    }
  }
}

extension FormatError.MissingPart {
  var message: String {
    switch self {
    case .zipDirectory: "the directory that ends every zip archive is missing"
    case .header(let expected, let found): "its header has \(expected) bytes, \(found) are there"
    case .data(let expected, let found): "its data has \(expected) bytes, \(found) are there"
    case .storage(let key, .some(let expected), let found):
      "storage \(key.quoted) has \(expected) bytes, \(found) are there"
    case .storage(let key, .none, _): "storage \(key.quoted) is missing"
    }
  }
}
