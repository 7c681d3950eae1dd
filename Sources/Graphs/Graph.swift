import CNNTensors

/// A computation: values, and nodes in an order in which they can run.
public struct Graph: Sendable {
  /// The graph's name.
  public var name: String
  /// All values; ``ValueID`` indexes it through `graph[id]`.
  public private(set) var values: [Value] = []
  /// The nodes in the order in which they run; each reads only what came before.
  public var nodes: [Node] = []
  /// Inputs in the file's order, those with a default (a constant) among them.
  public var inputs: [ValueID] = []
  /// Results in order.
  public var outputs: [ValueID] = []
  /// Values of an outer graph that this one reads; they bear the outer values' names.
  public var captures: [ValueID] = []
  /// Kept and written back.
  public var annotations = Annotations()
  private var names: [String: ValueID] = [:]

  /// An empty graph.
  public init(name: String = "") { self.name = name }

  /// Reads or changes a value; its name is changed by ``rename(_:to:)`` alone.
  public subscript(id: ValueID) -> Value {
    get { values[id.index] }
    set {
      precondition(values[id.index].name == newValue.name, "a value is renamed by rename(_:to:)")
      values[id.index] = newValue
    }
  }

  /// Every value's name for itself.
  public var valueIDs: some Sequence<ValueID> { values.indices.lazy.map { ValueID($0) } }

  /// True if the graph has a value of this identity.
  public func contains(_ id: ValueID) -> Bool { values.indices.contains(id.index) }

  /// Adds a value. Its name must be new; an empty name gets a unique one.
  @discardableResult
  public mutating func addValue(_ value: Value) throws(ConversionError) -> ValueID {
    var value = value
    if value.name.isEmpty { value.name = uniqueName("value") }
    let id = ValueID(values.count)
    guard names.updateValue(id, forKey: value.name) == nil else {
      throw ConversionError(.badInput, "two values have the name \(value.name.quoted)", at: .init(tensor: value.name))
    }
    values.append(value)
    return id
  }

  /// Adds a constant under a name derived from `hint`.
  public mutating func addConstant(_ tensor: Tensor, hint: String) -> ValueID {
    let id = ValueID(values.count)
    let name = uniqueName(hint)
    names[name] = id
    values.append(Value(name, type: .tensor(TensorType(of: tensor)), constant: tensor))
    return id
  }

  /// The value of a name.
  public func value(named name: String) -> ValueID? { names[name] }

  /// Gives a value another name, which must be new.
  public mutating func rename(_ id: ValueID, to name: String) {
    precondition(names[name] == nil, "the name is taken")
    names[values[id.index].name] = nil
    names[name] = id
    values[id.index].name = name
  }

  /// `hint`, or if it is taken `hint_1`, `hint_2` and so on: a name that no value has.
  public func uniqueName(_ hint: String) -> String { hint.unique { names[$0] != nil } }

  /// The inputs that a caller must give: those without a default.
  public var requiredInputs: [ValueID] { inputs.filter { !self[$0].isConstant } }
}
