import CNNConv
import CNNOperators
import Foundation
import Synchronization
import TestSupport
import Testing

/// One session of many threads: its engines, their plans on disk, and the pool under them.
@Suite struct SharedSessionTests {
  /// More shapes than a session keeps engines for.
  private static let heights = Array(5..<16)

  private static func path() throws -> String {
    var random = SplitMix(seed: 3)
    var network = GraphBuilder()
    let image = try network.input("image", shape: ["N", 2, "H", 6])
    let weights = try network.constant(random.tensor([4, 2, 3, 3]), name: "weights")
    let bias = try network.constant(random.tensor([4]), name: "bias")
    let sums = try network.apply(Relu(), to: network.apply(Convolution(), to: image, weights, bias))
    try network.output(network.apply(GlobalAveragePooling(), to: sums, name: "mean"))
    let path = try TemporaryFolder.path("model.onnx")
    try Model(graph: network.graph).write(to: path)
    return path
  }

  private static func image(_ height: Int) throws -> [String: Tensor] {
    var random = SplitMix(seed: height)
    return ["image": try random.tensor([1 + height % 2, 2, height, 6])]
  }

  @Test func threadsOfAllShapesGetTheirOwnResults() throws {
    let model = try Model(contentsOf: Self.path())
    let cache = PlanCache(folder: try TemporaryFolder.make(), leastMilliseconds: 0)
    let session = Session(model, options: SessionOptions(engine: EngineOptions(threads: 2), planCache: cache))
    let reference = Session(model, options: .reference)
    let images = try Self.heights.map(Self.image)
    let expected = try images.map { try reference.run($0)["mean"]?.values(as: Float.self) ?? [] }
    let failures = Mutex<[String]>([])
    let group = DispatchGroup()
    for thread in 0..<8 {
      DispatchQueue.global().async(group: group) {
        for round in 0..<40 {
          let index = (thread * 5 + round * 3) % images.count
          do {
            let found = try session.run(images[index])["mean"]?.values(as: Float.self) ?? []
            let isNear =
              found.count == expected[index].count && zip(found, expected[index]).allSatisfy { abs($0 - $1) < 1e-4 }
            if !isNear { failures.withLock { $0.append("thread \(thread), round \(round): \(found)") } }
          } catch {
            failures.withLock { $0.append("thread \(thread), round \(round): \(error)") }
          }
        }
      }
    }
    group.wait()
    BackgroundWork.finish()
    #expect(failures.withLock { $0 } == [])
  }
}
