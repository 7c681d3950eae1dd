import CNNTensors

extension ConversionError {
  /// `FILE: node 'NAME' (TYPE), tensor 'NAME', at byte N: MESSAGE; REMEDY` on one line, leaving out what is not known.
  public func text(in wording: some Wording) -> String {
    var words: [String] = []
    if let node = location.node { words.append(node) }
    if let tensor = location.tensor { words.append("tensor '\(tensor)'") }
    if let offset = location.offset { words.append("at byte \(offset)") }
    var parts: [String] = []
    if let file = location.file { parts.append(file) }
    if !words.isEmpty { parts.append(words.joined(separator: ", ")) }
    let subject = location.setting.map { "\(wording.words(for: $0)) " } ?? ""
    parts.append(subject + Remark(message, remedy: remedy).text(in: wording))
    return parts.joined(separator: ": ").printable
  }
}

extension ConversionError: CustomStringConvertible {
  /// The error in one line, in words that fit any program.
  public var description: String { text(in: PlainWording()) }
}
