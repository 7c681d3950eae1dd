import CNNConv
import TestSupport
import Testing

/// Twice its input, less an offset: an operator that the library does not know.
private struct Doubling: Operator {
  static let signature = OperatorSignature("Doubling", domain: "com.example", versions: [1, 3], inputs: 1...1)
  var offset: Float

  init(offset: Float) { self.offset = offset }
  init(from node: inout NodeReader) throws { offset = try node.float("offset", default: 0) }
  func write(to node: inout NodeWriter) { node.set("offset", offset, unless: 0) }
  func infer(_ context: InferenceContext) -> [InferredValue] { [InferredValue(context.type(0))] }
  func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let input = try context.tensor(0)
    return [.tensor(try Tensor(input.values(as: Float.self).map { 2 * $0 - offset }, shape: input.shape))]
  }
}

/// The library's rectifier, replaced by one that answers 7.
private struct Seven: Operator {
  static let signature = OperatorSignature("Relu", versions: [1], inputs: 1...1)
  init(from node: inout NodeReader) {}
  func infer(_ context: InferenceContext) -> [InferredValue] { [InferredValue(context.type(0))] }
  func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    [.tensor(try Tensor(context.tensor(0).values(as: Float.self).map { _ in 7 }, shape: context.tensor(0).shape))]
  }
}

/// Operators that a program brings along.
struct OwnOperatorTests {
  /// A sum over each 2×2 window between two rectifiers; then twice that less 1, and its mean.
  private static func model() throws -> Model {
    var network = GraphBuilder()
    let image = try network.input("image", shape: [1, 1, 3, 3])
    let weights = try network.constant(Tensor([[[[1, 1], [1, 1]]]]), name: "weights")
    let sums = try network.apply(Convolution(), to: network.apply(Relu(), to: image), weights, name: "sums")
    let doubled = try network.apply(Doubling(offset: 1), to: network.apply(Relu(), to: sums), name: "doubled")
    try network.output(network.apply(GlobalAveragePooling(), to: doubled, name: "mean"))
    return try Model(graph: network.graph)
  }

  private static var image: [String: Tensor] {
    get throws { ["image": try Tensor([[[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]])] }
  }

  /// 12, 16, 24 and 28 are the sums of the windows; 39 is the mean of 23, 31, 47 and 55.
  private static func check(_ model: Model, _ options: SessionOptions) throws {
    let outputs = try Session(model, options: options).run(image, keeping: ["sums", "doubled"])
    #expect(try outputs["mean"]?.values(as: Float.self) == [39])
    #expect(try outputs["doubled"]?.values(as: Float.self) == [23, 31, 47, 55])
    #expect(try outputs["sums"]?.values(as: Float.self) == [12, 16, 24, 28])
  }

  @Test(arguments: SessionTests.options) func runsInABuiltGraph(_ options: SessionOptions) throws {
    let model = try Self.model()
    let id = try #require(model.graph.value(named: "doubled"))
    #expect(model.graph[id].type.description == "float32[1, 1, 2, 2]")
    try Self.check(model, options)
  }

  @Test(arguments: SessionTests.options) func comesBackFromAFile(_ options: SessionOptions) throws {
    let path = try TemporaryFolder.path("own.onnx")
    try Self.model().write(to: path)
    let model = try Model(contentsOf: path, operators: .standard.adding(Doubling.self))
    let set = model.metadata.operatorSets.first { $0.domain == "com.example" }
    #expect(set?.version == 3)
    try Self.check(model, options)
    // Who does not know the operator keeps it as it is.
    let unaware = try Model(contentsOf: path)
    let error = #expect(throws: ConversionError.self) { try Session(unaware, options: options).run(Self.image) }
    #expect(error?.code == .unsupported)
    let copy = try TemporaryFolder.path("copy.onnx")
    try unaware.write(to: copy)
    try Self.check(Model(contentsOf: copy, operators: .standard.adding(Doubling.self)), options)
  }

  @Test func isLeftAloneByFusion() throws {
    let model = try Self.model()
    let fused = try model.fused().model
    #expect(fused.graph.nodes.contains { ($0.operator as? Doubling)?.offset == 1 })
    #expect(try Session(fused).run(Self.image)["mean"]?.values(as: Float.self) == [39])
    #expect(try model.verify(against: fused).agrees)
  }

  @Test(arguments: SessionTests.options) func mayTakeTheLibrarysPlace(_ options: SessionOptions) throws {
    let path = try TemporaryFolder.path("relu.onnx")
    var network = GraphBuilder()
    try network.output(network.apply(Relu(), to: network.input("x", shape: [2]), name: "y"))
    try Model(graph: network.graph).write(to: path)
    let model = try Model(contentsOf: path, operators: .standard.adding(Seven.self))
    #expect(try Session(model, options: options).run(["x": Tensor([-1, 1])])["y"]?.values(as: Float.self) == [7, 7])
  }
}
