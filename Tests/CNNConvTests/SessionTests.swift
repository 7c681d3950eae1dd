import CNNConv
import CNNOperators
import Testing

/// What a session gives beside the outputs, and what it may take.
struct SessionTests {
  static let options = [
    SessionOptions(planCache: nil), SessionOptions(fuses: false, planCache: nil), SessionOptions.reference,
  ]

  /// A sum over each 3×3 window less 60, `relu`, and the mean over the channel.
  static func model() throws -> Model {
    var network = GraphBuilder()
    let image = try network.input("image", shape: ["N", 1, 4, 4])
    let weights = try network.constant(Tensor([Float](repeating: 1, count: 9), shape: [1, 1, 3, 3]), name: "weights")
    let bias = try network.constant(Tensor([-60]), name: "bias")
    let sums = try network.apply(Convolution(), to: image, weights, bias, name: "sums")
    let positive = try network.apply(Relu(), to: sums, name: "positive")
    try network.output(network.apply(GlobalAveragePooling(), to: positive, name: "mean"))
    return try Model(graph: network.graph)
  }

  static var image: [String: Tensor] {
    get throws { ["image": try Tensor((1...16).map { Float($0) }, shape: [1, 1, 4, 4])] }
  }

  // The windows of 1…16 add up to 54, 63, 90 and 99.
  @Test(arguments: options) func valuesInsideAreGivenByName(_ options: SessionOptions) throws {
    let session = try Session(Self.model(), options: options)
    let outputs = try session.run(Self.image, keeping: ["sums", "positive"])
    #expect(outputs.names == ["mean", "sums", "positive"])
    #expect(try outputs["mean"]?.values(as: Float.self) == [18])
    #expect(try outputs["sums"]?.values(as: Float.self) == [-6, 3, 30, 39])
    #expect(try outputs["positive"]?.values(as: Float.self) == [0, 3, 30, 39])
    #expect(outputs["sums"]?.shape == [1, 1, 2, 2])
    #expect(try session.run(Self.image).names == ["mean"])
  }

  @Test(arguments: options) func inputsConstantsAndOutputsCanBeKept(_ options: SessionOptions) throws {
    let outputs = try Session(Self.model(), options: options).run(
      Self.image, keeping: ["bias", "mean", "image", "bias", "positive"])
    #expect(outputs.names == ["mean", "bias", "image", "positive"])
    #expect(try outputs["bias"]?.values(as: Float.self) == [-60])
    #expect(outputs["image"]?[0, 0, 3, 3] == 16)
    #expect(outputs["positive"]?[0, 0, 1, 1] == 39)
  }

  @Test func valuesThatAreNotThereAreRefused() throws {
    let session = try Session(Self.model())
    let error = #expect(throws: ConversionError.self) { try session.run(Self.image, keeping: ["maxima"]) }
    #expect(error?.code == .usage)
    #expect(error?.message.contains("'maxima'") == true)
  }

  @Test(arguments: options) func memoryIsChargedToTheSession(_ options: SessionOptions) throws {
    var options = options
    options.memoryLimit = 1 << 24
    var session: Session? = try Session(Self.model(), options: options)
    let budget = try #require(session).memory
    #expect(budget.used == 0)
    let outputs = try session?.run(Self.image)
    let used = budget.used
    #expect(used >= 4)
    // Outputs are the session's as long as they live; whoever frees them.
    session = nil
    #expect(budget.used == outputs?["mean"].map { $0.byteCount + Storage.overhead })
    #expect(budget.used <= used)
  }

  @Test(arguments: options) func sessionsHaveLimitsOfTheirOwn(_ options: SessionOptions) async throws {
    let (model, image) = try (Self.model(), Self.image)
    var (narrow, wide) = (options, options)
    (narrow.memoryLimit, wide.memoryLimit) = (3, 1 << 24)
    let sessions = [Session(model, options: narrow), Session(model, options: wide)]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for _ in 0..<20 {
            guard task % 2 == 0 else {
              try #expect(Self.run(sessions[1], image) == [18])
              continue
            }
            let error = #expect(throws: ConversionError.self) { try Self.run(sessions[0], image) }
            #expect(error?.code == .limit)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(sessions[0].memory.used == 0)
  }

  private static func run(_ session: Session, _ image: [String: Tensor]) throws -> [Float]? {
    try session.run(image)["mean"]?.values(as: Float.self)
  }
}
