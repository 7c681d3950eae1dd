import CNNTensors

extension ConversionError {
  /// The most characters of ``text(in:)``, counted as Unicode scalars.
  public static let textLimit = 480

  /// `FILE: node 'NAME' (TYPE), tensor 'NAME', at byte N: MESSAGE; REMEDY`, leaving out what is not known.
  ///
  /// The text is one line without control characters, and of at most ``textLimit`` characters. Of long names the middle is
  /// left out, so that the file, the place, what is wrong and what to do can all be read.
  public func text(in wording: some Wording) -> String {
    var words: [String] = []
    if let node = location.node { words.append(node.printable.shortened(to: 120)) }
    if let tensor = location.tensor { words.append("tensor \(tensor.quoted)") }
    if let offset = location.offset { words.append("at byte \(offset)") }
    var parts: [String] = []
    if let file = location.file { parts.append(file.printable.shortened(to: 120)) }
    if !words.isEmpty { parts.append(words.joined(separator: ", ")) }
    let subject = location.setting.map { "\(wording.words(for: $0)) " } ?? ""
    let start = parts.map { "\($0): " }.joined()
    let help = remedy.map { "; \(wording.words(for: $0))".printable.shortened(to: 160) } ?? ""
    let room = Self.textLimit - start.unicodeScalars.count - help.unicodeScalars.count
    return start + (subject + message).printable.shortened(to: max(room, 40)) + help
  }
}

extension ConversionError: CustomStringConvertible {
  /// The error in one line, in words that fit any program.
  public var description: String { text(in: PlainWording()) }
}
