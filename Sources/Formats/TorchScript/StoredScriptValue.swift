import CNNTensors

/// A value that a TorchScript archive stores: an attribute of a module, or a constant of its code.
package indirect enum StoredScriptValue: Sendable {
  case none
  case boolean(Bool)
  case integer(Int)
  case float(Double)
  case string(String)
  case tensor(Tensor)
  case list([StoredScriptValue])
  case tuple([StoredScriptValue])
  case dictionary([(key: StoredScriptValue, value: StoredScriptValue)])
  case object(StoredScriptObject)
  /// Something that cannot be used, and what it is: `is quantized`.
  case unusable(String)
}

/// A module, or an object of another class of the archive's code.
package final class StoredScriptObject: Sendable {
  /// The class, such as `__torch__.torch.nn.modules.conv.Conv2d`.
  package let type: String
  /// The attributes by name in the order in which they are stored.
  package let attributes: [(name: String, value: StoredScriptValue)]
  /// The way to it from the top, such as `layer1.0.conv1`; an object that is met twice keeps the first.
  package let path: String

  init(type: String, attributes: [(name: String, value: StoredScriptValue)], path: String) {
    (self.type, self.attributes, self.path) = (type, attributes, path)
  }
}
