/// The settings of a layer by number, as a line of a param file lists them.
package struct NcnnParameters: Sendable, Equatable {
  /// One setting.
  package enum Value: Sendable, Equatable {
    case int(Int)
    case float(Float)
    case ints([Int])
    case floats([Float])
    case string(String)
  }

  /// Numbers of settings are below this.
  package static let limit = 32

  private var values: [Int: Value] = [:]

  /// No settings.
  package init() {}

  /// A setting; `nil` if it is not given.
  package subscript(id: Int) -> Value? {
    get { values[id] }
    set { values[id] = newValue }
  }

  /// The numbers of the settings that are given, in order.
  package var ids: [Int] { values.keys.sorted() }

  /// Sets an integer, unless it is the default.
  package mutating func set(_ id: Int, _ value: Int, unless standard: Int? = nil) {
    values[id] = value == standard ? nil : .int(value)
  }

  /// Sets a number, unless it is the default.
  package mutating func set(_ id: Int, _ value: Float, unless standard: Float? = nil) {
    values[id] = value == standard ? nil : .float(value)
  }

  /// Sets a flag, unless it is off.
  package mutating func set(_ id: Int, _ flag: Bool) { values[id] = flag ? .int(1) : nil }

  /// Sets a list of integers.
  package mutating func set(_ id: Int, _ list: [Int]) { values[id] = .ints(list) }

  /// Sets a list of numbers.
  package mutating func set(_ id: Int, _ list: [Float]) { values[id] = .floats(list) }
}

/// A layer: its type, its name, the blobs that it reads and makes, its settings.
package struct NcnnLayer: Sendable, Equatable {
  /// The type, such as `Convolution`.
  package var type: String
  /// The layer's name.
  package var name: String
  /// The blobs that it reads.
  package var inputs: [String]
  /// The blobs that it makes.
  package var outputs: [String]
  /// Its settings.
  package var parameters: NcnnParameters
  /// The line of the file on which it stands, from 1 on; 0 for a layer that comes from no file.
  package var line = 0

  /// A layer.
  package init(
    _ type: String, name: String, inputs: [String], outputs: [String], parameters: NcnnParameters = NcnnParameters()
  ) {
    (self.type, self.name, self.inputs, self.outputs) = (type, name, inputs, outputs)
    self.parameters = parameters
  }
}
