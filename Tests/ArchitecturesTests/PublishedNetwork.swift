import Foundation
import TestSupport

/// What a file of `Fixtures/Architectures`, made by PyTorch, says of a network in one spelling.
struct PublishedNetwork: Sendable {
  /// The zoo's name.
  var network = ""
  /// The name that recognition gives instead if weights cannot tell the two apart.
  var ambiguous: String?
  var spelling = ""
  /// The number of learned parameters.
  var parameters = 0
  /// Multiply-accumulates of one image of the published size, in 1e9.
  var gigaoperations: Double?
  /// The published size of an image, `[C, H, W]`.
  var size: [Int] = []
  /// The size of the image that ``output`` is of.
  var input: [Int] = []
  /// The first outputs for weights and an image of seed 7.
  var output: [Float] = []
  /// What the weights of some keys are multiplied by, so that the output depends on every layer.
  var scales: [String: Float] = [:]
  /// Keys and shapes of the state dict in its order.
  var weights: [(key: String, shape: [Int])] = []
  /// Those that inference does not use.
  var unused: [(key: String, shape: [Int])] = []

  private static let folder = FixtureFolders.fixtures.appending(path: "Architectures")

  /// Every file, such as `resnet50.torchvision`.
  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
  }()

  init(file name: String) throws {
    let text = try String(contentsOf: Self.folder.appending(path: "\(name).txt"), encoding: .utf8)
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      let rest = words.dropFirst()
      switch words[0] {
      case "network": network = words[1]
      case "ambiguous": ambiguous = words[1]
      case "spelling": spelling = words[1]
      case "parameters": parameters = Int(words[1]) ?? 0
      case "gigaoperations": gigaoperations = Double(words[1])
      case "size": size = rest.compactMap { Int($0) }
      case "input": input = rest.compactMap { Int($0) }
      case "output": output = rest.compactMap { Float($0) }
      case "scale": scales[words[1]] = Float(words[2])
      case "unused": unused.append((words[1], words.dropFirst(2).compactMap { Int($0) }))
      default: weights.append((words[0], rest.compactMap { Int($0) }))
      }
    }
  }
}
