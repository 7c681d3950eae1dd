import ArgumentParser
import CNNConv

/// A number of bytes with an optional unit.
struct ByteCount: ExpressibleByArgument {
  let value: Int

  init?(argument: String) {
    guard let value = ByteCountText.bytes(argument), value > 0 else { return nil }
    self.value = value
  }
}
