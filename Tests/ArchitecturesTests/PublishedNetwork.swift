import Foundation

/// What a file of `Fixtures/Architectures`, made by PyTorch, says of a network.
struct PublishedNetwork {
  let parameters: Int
  let gigaoperations: Double
  /// The first outputs for seed 7.
  let output: [Float]
  /// Keys and shapes of the state dict in its order.
  let weights: [(key: String, shape: [Int])]

  init(named name: String) throws {
    let folder = URL(filePath: #filePath).appending(path: "../../../Fixtures/Architectures").standardized
    let text = try String(contentsOf: folder.appending(path: "\(name).txt"), encoding: .utf8)
    let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
    parameters = Int(lines[0][1]) ?? 0
    gigaoperations = Double(lines[1][1]) ?? 0
    output = lines[2].dropFirst().compactMap { Float($0) }
    weights = lines[3...].map { (String($0[0]), $0.dropFirst().compactMap { Int($0) }) }
  }
}
