import CNNConv
import Foundation

/// Runs a small network for a long time and says what the memory does; `soak.sh` builds it.
@main
struct Soak {
  /// Growth beyond this is a leak: a million runs that lose a byte each take less than one MiB of it.
  static let allowance = 16.0

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let amount = Double(arguments[2]) else {
      return print("usage: soak runs COUNT | soak shapes SECONDS")
    }
    var options = SessionOptions(planCache: nil)
    options.engine.threads = 1
    let session = Session(try network(), options: options)
    let growth = arguments[1] == "runs" ? try runs(session, Int(amount)) : try shapes(session, amount)
    print("growth \(mebibytes(growth)) MiB, at most \(mebibytes(allowance)) are allowed")
    if growth > allowance { exit(1) }
  }

  /// Two convolutions, a pooling and a linear layer over images of any size.
  static func network() throws -> Model {
    var network = GraphBuilder(name: "soak")
    func weights(_ shape: [Int]) throws -> Tensor {
      try Tensor((0..<shape.reduce(1, *)).map { Float($0 * 37 % 29 - 14) / 29 }, shape: shape)
    }
    let image = try network.input("image", shape: ["N", 3, "H", "W"])
    let first = try network.constant(weights([8, 3, 3, 3]), name: "first")
    let second = try network.constant(weights([16, 8, 3, 3]), name: "second")
    var x = try network.apply(Relu(), to: network.apply(Convolution(), to: image, first))
    x = try network.apply(Relu(), to: network.apply(Convolution(), to: x, second))
    try network.output(network.apply(GlobalAveragePooling(), to: x), name: "means")
    return try Model(graph: network.graph)
  }

  /// The same shape again and again. Outputs must not change, either.
  static func runs(_ session: Session, _ count: Int) throws -> Double {
    let image = try Tensor((0..<3 * 8 * 8).map { Float($0 % 17) / 17 }, shape: [1, 3, 8, 8])
    func run() throws -> [Float] { try session.run(["image": image])["means"]?.elements() ?? [] }
    let expected = try run()
    for _ in 0..<min(count, 10_000) { _ = try run() }
    let (before, start) = (memory(), Date())
    print("\(count) runs, \(mebibytes(before)) MiB before")
    for index in 1...max(count, 1) {
      guard try run() == expected else { fatalError("run \(index) gives something else") }
      if index % max(count / 10, 1) == 0 { print("  after \(index): \(mebibytes(memory())) MiB") }
    }
    print("\(mebibytes(memory())) MiB after, \(Int(-start.timeIntervalSinceNow)) s")
    return memory() - before
  }

  /// Another shape with each run; few plans are kept.
  static func shapes(_ session: Session, _ seconds: Double) throws -> Double {
    var state: UInt64 = 1
    func pick(_ range: ClosedRange<Int>) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return range.lowerBound + Int(state >> 33) % range.count
    }
    func run() throws {
      let shape = [pick(1...4), 3, pick(5...96), pick(5...96)]
      let image = try Tensor([Float](repeating: 0.5, count: shape.reduce(1, *)), shape: shape)
      guard try session.run(["image": image])["means"]?.shape == [shape[0], 16, 1, 1] else {
        fatalError("an image of shape \(shape) gives something else")
      }
    }
    for _ in 0..<500 { try run() }
    let (before, start) = (memory(), Date())
    print("\(Int(seconds)) s of changing shapes, \(mebibytes(before)) MiB before")
    var (count, next) = (0, 0.1)
    while -start.timeIntervalSinceNow < seconds {
      try run()
      count += 1
      if -start.timeIntervalSinceNow >= next * seconds {
        print("  after \(count): \(mebibytes(memory())) MiB")
        next += 0.1
      }
    }
    print("\(mebibytes(memory())) MiB after \(count) shapes")
    return memory() - before
  }

  /// The memory that the process has now, in MiB.
  static func memory() -> Double {
    let words = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
    return words.count > 1 ? (Double(words[1]) ?? 0) * 4096 / 1_048_576 : 0
  }

  static func mebibytes(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
