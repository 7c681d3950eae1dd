import CNNTensors

extension ConversionError {
  /// `FILE: node 'NAME' (TYPE), tensor 'NAME', at byte N: MESSAGE; REMEDY` on one line, leaving out what is not known.
  public func text(in wording: some Wording) -> String {
    var places: [String] = []
    if let node = location.node { places.append(node) }
    if let tensor = location.tensor { places.append("tensor '\(tensor)'") }
    if let offset = location.offset { places.append("at byte \(offset)") }
    var parts: [String] = []
    if let file = location.file { parts.append(file) }
    if !places.isEmpty { parts.append(places.joined(separator: ", ")) }
    let subject = location.setting.map { "\(wording.words(for: $0)) " } ?? ""
    parts.append(subject + Remark(message, remedy: remedy).text(in: wording))
    return parts.joined(separator: ": ").printable
  }
}

extension ConversionError: CustomStringConvertible {
  /// The error in one line, in words that fit any program.
  public var description: String { text(in: PlainWording()) }
}
