import CNNSystem
import CNNTensors
import Foundation
import TestSupport
import Testing

@testable import CNNFormats

/// Pictures against Pillow's bytes, which `Fixtures/Images/generate.py` wrote.
@Suite struct ImageTests {
  struct Expected: Decodable {
    struct Resized: Decodable {
      let width: Int
      let height: Int
      let filter: String
      let crc32: UInt32
    }

    let width: Int
    let height: Int
    let crc32: UInt32
    let resized: [Resized]
  }

  static let folder = FixtureFolders.root.appending(path: "Fixtures/Images")
  static let expected: [String: Expected] = {
    let data = try? Data(contentsOf: folder.appending(path: "expected.json"))
    return (try? data.map { try JSONDecoder().decode([String: Expected].self, from: $0) }) ?? [:]
  }()
  static let names = expected.keys.sorted()

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: "files/\(name)")))
  }

  private func read(_ name: String) throws -> RGBImage {
    try ImageReader.read(MappedFile(path: Self.folder.appending(path: "files/\(name)").path(percentEncoded: false)))
  }

  private func digest(_ image: RGBImage) -> UInt32 { image.pixels.withBytes { CRC32.checksum($0) } }

  @Test func thereAreFixturesOfEveryKind() {
    #expect(Self.names.count >= 70)
    for ending in [".jpg", ".png", ".webp", ".pgm", ".ppm", ".pbm"] {
      #expect(Self.names.contains { $0.hasSuffix(ending) })
    }
  }

  @Test(arguments: Self.names)
  func decodesAndResizesToPillowsBytes(_ name: String) throws {
    let expected = try #require(Self.expected[name])
    let image = try read(name)
    #expect(image.width == expected.width && image.height == expected.height)
    #expect(digest(image) == expected.crc32)
    for size in expected.resized {
      let filter = try #require(Interpolation(rawValue: size.filter))
      let resized = try image.resized(width: size.width, height: size.height, by: filter)
      #expect(digest(resized) == size.crc32, "\(size.width)x\(size.height) \(size.filter)")
    }
  }

  /// A part of a resized picture is what would have been cut out of the whole.
  @Test(arguments: Interpolation.allCases)
  func resizesAPartAlone(_ filter: Interpolation) throws {
    let image = try read("baseline-420.jpg")
    for (width, height) in [(90, 70), (20, 9), (43, 12), (60, 29)] {
      let region = ImageRegion(middleOf: width, height, width: 15, height: 7)
      let part = try image.resized(width: width, height: height, by: filter, region: region)
      let whole = try image.resized(width: width, height: height, by: filter).cropped(to: region)
      #expect(digest(part) == digest(whole), "\(width)x\(height)")
    }
  }

  /// Python's `int(round((extent - crop) / 2.0))`: 0.5 becomes 0, 1.5 becomes 2.
  @Test func cropsAsTorchvision() {
    #expect(ImageRegion(middleOf: 5, 7, width: 4, height: 4) == ImageRegion(columns: 0..<4, rows: 2..<6))
    #expect(ImageRegion(middleOf: 9, 4, width: 4, height: 8) == ImageRegion(columns: 2..<6, rows: 0..<4))
  }

  @Test(arguments: [
    "baseline-420.jpg", "progressive.jpg", "rgb-8.png", "palette-4-interlaced.png", "lossy.webp",
    "lossless-alpha.webp", "rgb.ppm", "grey-text.pgm", "bits.pbm",
  ])
  func everyTruncationIsAnError(_ name: String) throws {
    let bytes = try Self.bytes(name)
    // The last number of a text may lose digits and be one all the same.
    let isText = name == "grey-text.pgm"
    for count in 0..<bytes.count - (isText ? 3 : 0) {
      #expect(throws: ImageFault.self) { try bytes[..<count].withUnsafeBytes { try ImageReader.read($0) } }
    }
  }

  /// Whatever the bytes are, a picture or an error comes back, within the limits.
  @Test(arguments: [
    "baseline-420.jpg", "progressive.jpg", "cmyk.jpg", "rgb-16-interlaced.png", "palette-4-interlaced.png",
    "lossy-alpha.webp", "lossless.webp", "animated.webp", "rgb-31.ppm", "bits-text.pbm",
  ])
  func survivesDamage(_ name: String) throws {
    let bytes = try Self.bytes(name)
    var random = SplitMix(seed: 7)
    for _ in 0..<300 {
      var damaged = bytes
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let budget = MemoryBudget(limit: 64 << 20)
      do {
        let image = try MemoryBudget.$current.withValue(budget) {
          try damaged.withUnsafeBytes { try ImageReader.read($0) }
        }
        #expect(image.pixels.count == image.width * image.height * 3)
      } catch is ImageFault {} catch is TensorError {}
    }
  }

  /// A few bytes that ask for gigabytes: nothing is allocated before the size is known to be allowed.
  @Test func refusesLargePicturesBeforeTheyAreAllocated() throws {
    let budget = MemoryBudget(limit: 1 << 20)
    let webp = try Self.bytes("lossless.webp")
    var large = try Self.bytes("baseline-444.jpg")
    let frame = try #require(large.indices.dropLast().first { large[$0] == 0xff && large[$0 + 1] == 0xc0 })
    for offset in 5..<9 { large[frame + offset] = 0xfd }
    MemoryBudget.$current.withValue(budget) {
      #expect(throws: TensorError.self) { try webp.withUnsafeBytes { try ImageReader.read($0) } }
      // So many blocks cannot be in so few bytes.
      #expect(throws: ImageFault.cutShort(.jpeg)) { try large.withUnsafeBytes { try ImageReader.read($0) } }
      #expect(throws: ImageFault.self) {
        try Array("P6 1000000 1000000 255\n".utf8).withUnsafeBytes { try ImageReader.read($0) }
      }
    }
    #expect(budget.used == 0)
  }

  @Test func saysWhatIsWrong() {
    func message(_ bytes: [UInt8]) -> String? {
      do {
        _ = try bytes.withUnsafeBytes { try ImageReader.read($0) }
        return nil
      } catch { return (error as? ImageFault)?.message }
    }
    #expect(message(Array("hello".utf8)) == "is no picture that can be read; save it as JPEG, PNG, WebP or PPM")
    #expect(message([0xff, 0xd8, 0xff]) == "the JPEG picture is cut short; download it again")
    #expect(message(Array("P5 0 3 255\n".utf8)) == "the PPM picture has no pixels")
    #expect(
      message(Array("P5 x".utf8)) == "the PPM picture is damaged: the width is no number at byte 3")
  }
}
