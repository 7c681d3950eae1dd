/// A module of GoogLeNet: channels of the layers of figure 2b in Szegedy et al.: "Going Deeper with Convolutions", 2014.
struct GoogLeNetModule: Sendable {
  let name: String
  let one: Int
  let three: (reduce: Int, Int)
  let five: (reduce: Int, Int)
  let projection: Int

  /// Table 1.
  static let all = [
    GoogLeNetModule("3a", 64, (96, 128), (16, 32), 32),
    GoogLeNetModule("3b", 128, (128, 192), (32, 96), 64),
    GoogLeNetModule("4a", 192, (96, 208), (16, 48), 64),
    GoogLeNetModule("4b", 160, (112, 224), (24, 64), 64),
    GoogLeNetModule("4c", 128, (128, 256), (24, 64), 64),
    GoogLeNetModule("4d", 112, (144, 288), (32, 64), 64),
    GoogLeNetModule("4e", 256, (160, 320), (32, 128), 128),
    GoogLeNetModule("5a", 256, (160, 320), (32, 128), 128),
    GoogLeNetModule("5b", 384, (192, 384), (48, 128), 128),
  ]

  private init(_ name: String, _ one: Int, _ three: (Int, Int), _ five: (Int, Int), _ projection: Int) {
    (self.name, self.one, self.three, self.five, self.projection) = (name, one, three, five, projection)
  }
}
