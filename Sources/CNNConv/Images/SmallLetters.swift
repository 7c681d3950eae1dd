/// Capital letters, digits and a few marks of five by seven dots, for labels in pictures.
enum SmallLetters {
  /// Dots from left to right.
  static let width = 5
  /// Dots from top to bottom.
  static let height = 7

  /// The rows of a letter from the top, the leftmost dot in the highest of five bits; a frame for what has no letter here.
  static func rows(of letter: Character) -> [UInt8] {
    glyphs[letter.uppercased().first ?? " "] ?? [31, 17, 17, 17, 17, 17, 31]
  }

  private static let glyphs: [Character: [UInt8]] = {
    var glyphs: [Character: [UInt8]] = [" ": [0, 0, 0, 0, 0, 0, 0]]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let letter = words.first?.first, words.count == height + 1 else { continue }
      glyphs[letter] = words.dropFirst().map { UInt8($0, radix: 32) ?? 0 }
    }
    return glyphs
  }()

  /// A letter, and a digit of base 32 for each row.
  private static let text = """
    A 4 a h h v h h
    B u h h u h h u
    C e h g g g h e
    D u h h h h h u
    E v g g u g g v
    F v g g u g g g
    G e h g n h h f
    H h h h v h h h
    I e 4 4 4 4 4 e
    J 7 2 2 2 2 i c
    K h i k o k i h
    L g g g g g g v
    M h r l l h h h
    N h p l j h h h
    O e h h h h h e
    P u h h u g g g
    Q e h h h l i d
    R u h h u k i h
    S f g g e 1 1 u
    T v 4 4 4 4 4 4
    U h h h h h h e
    V h h h h h a 4
    W h h h l l r h
    X h h a 4 a h h
    Y h h a 4 4 4 4
    Z v 1 2 4 8 g v
    0 e h j l p h e
    1 4 c 4 4 4 4 e
    2 e h 1 2 4 8 v
    3 v 2 4 2 1 h e
    4 2 6 a i v 2 2
    5 v g u 1 1 h e
    6 6 8 g u h h e
    7 v 1 2 4 4 4 4
    8 e h h e h h e
    9 e h h f 1 2 c
    . 0 0 0 0 0 c c
    , 0 0 0 0 4 4 8
    - 0 0 0 v 0 0 0
    _ 0 0 0 0 0 0 v
    % p q 2 4 8 j 3
    / 0 1 2 4 8 g 0
    ( 2 4 8 8 8 4 2
    ) 8 4 2 2 2 4 8
    """
}
