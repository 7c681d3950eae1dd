import CNNTensors

/// The text of a param file: a mark, two counts, a line a layer.
package enum NcnnText {
  /// What every param file begins with.
  package static let mark = "7767517"
  /// The longest name or value that ncnn reads.
  package static let nameLimit = 255

  // MARK: Writing

  /// The text of a network.
  package static func text(of layers: [NcnnLayer]) -> String {
    var blobs: Set<String> = []
    for layer in layers { blobs.formUnion(layer.outputs) }
    var text = "\(mark)\n\(layers.count) \(blobs.count)\n"
    for layer in layers {
      text += padded(layer.type, to: 24) + " " + padded(layer.name, to: 24)
      text += " \(layer.inputs.count) \(layer.outputs.count)"
      for name in layer.inputs + layer.outputs { text += " \(name)" }
      for id in layer.parameters.ids {
        guard let value = layer.parameters[id] else { continue }
        text += " \(setting(id, value))"
      }
      text += "\n"
    }
    return text
  }

  /// Lists in the old spelling, which every version of ncnn reads.
  private static func setting(_ id: Int, _ value: NcnnParameters.Value) -> String {
    switch value {
    case .int(let number): "\(id)=\(number)"
    case .float(let number): "\(id)=\(NcnnNumber.text(number))"
    case .ints(let list): "\(-23300 - id)=\(list.count)" + list.map { ",\($0)" }.joined()
    case .floats(let list): "\(-23300 - id)=\(list.count)" + list.map { ",\(NcnnNumber.text($0))" }.joined()
    case .string(let text): "\(id)=\"\(text)\""
    }
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.utf8.count))
  }

  // MARK: Reading

  /// The layers of a text.
  /// - Throws: ``NcnnFault`` naming the line that is wrong.
  package static func layers(of bytes: UnsafeRawBufferPointer) throws -> [NcnnLayer] {
    // A layer takes more memory than its line: names, lists, and what a graph makes of it.
    let charge = try MemoryCharge(bytes.count.multipliedReportingOverflow(by: 24).partialValue)
    defer { withExtendedLifetime(charge) {} }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw NcnnFault.notText }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().lazy
      .map { (number: $0.offset + 1, words: $0.element.split(whereSeparator: \.isNcnnSpace)) }
      .filter { !$0.words.isEmpty }.makeIterator()
    guard let first = lines.next(), first.words == [mark[...]] else { throw NcnnFault.mark }
    guard let counts = lines.next(), counts.words.count == 2, let layerCount = Int(counts.words[0]),
      let blobCount = Int(counts.words[1]), layerCount > 0, blobCount > 0
    else { throw NcnnFault.counts(line: 2) }
    var layers: [NcnnLayer] = []
    var made: Set<String> = []
    while let (number, words) = lines.next() {
      var layer = try layer(words, line: number)
      layer.line = number
      for name in layer.inputs where !made.contains(name) { throw NcnnFault.unknownBlob(name, line: number) }
      for name in layer.outputs where !made.insert(name).inserted { throw NcnnFault.repeatedBlob(name, line: number) }
      layers.append(layer)
    }
    guard layers.count == layerCount else { throw NcnnFault.layerCount(expected: layerCount, found: layers.count) }
    guard made.count == blobCount else { throw NcnnFault.blobCount(expected: blobCount, found: made.count) }
    return layers
  }

  private static func layer(_ words: [Substring], line: Int) throws(NcnnFault) -> NcnnLayer {
    guard words.count >= 4, let inputCount = Int(words[2]), let outputCount = Int(words[3]), inputCount >= 0,
      outputCount >= 0, inputCount <= words.count - 4, outputCount <= words.count - 4 - inputCount
    else { throw .layer(line: line) }
    let names = words[4...].map(String.init)
    let rest = inputCount + outputCount
    var layer = NcnnLayer(
      String(words[0]), name: String(words[1]), inputs: Array(names[..<inputCount]),
      outputs: Array(names[inputCount..<rest]))
    for word in words[(4 + rest)...] {
      let (id, value) = try setting(word, line: line)
      layer.parameters[id] = value
    }
    return layer
  }

  private static func setting(
    _ word: Substring, line: Int
  ) throws(NcnnFault) -> (id: Int, value: NcnnParameters.Value) {
    let fault = NcnnFault.setting(String(word), line: line)
    guard let equals = word.firstIndex(of: "="), let key = Int(word[..<equals]) else { throw fault }
    let text = word[word.index(after: equals)...]
    let isOldList = key <= -23300
    let id = isOldList ? -23300 - key : key
    guard (0..<NcnnParameters.limit).contains(id), let first = text.first else { throw fault }
    if !isOldList, first == "\"" || first.isLetter {
      return (id, .string(String(text.drop { $0 == "\"" }.prefix { $0 != "\"" })))
    }
    var items = text.split(separator: ",", omittingEmptySubsequences: false)
    if isOldList {
      guard let count = Int(items.removeFirst()), count == items.count else { throw fault }
    } else if items.count == 1 {
      if NcnnNumber.isFloat(text) {
        guard let number = Float(text) else { throw fault }
        return (id, .float(number))
      }
      guard let number = Int32(text) else { throw fault }
      return (id, .int(Int(number)))
    }
    if items.contains(where: NcnnNumber.isFloat) {
      let numbers = items.compactMap { Float($0) }
      guard numbers.count == items.count else { throw fault }
      return (id, .floats(numbers))
    }
    let numbers = items.compactMap { Int32($0) }
    guard numbers.count == items.count else { throw fault }
    return (id, .ints(numbers.map(Int.init)))
  }
}

extension Character {
  fileprivate var isNcnnSpace: Bool { self == " " || self == "\t" || self == "\r" || self == "\r\n" }
}
