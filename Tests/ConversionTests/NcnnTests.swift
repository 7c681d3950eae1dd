import CNNConv
import CNNGraphs
import CNNTensors
import Foundation
import TestSupport
import Testing

/// Networks of ncnn: those that pnnx wrote, with what ncnn computes (`Fixtures/Ncnn`), and ours there and back.
@Suite struct NcnnTests {
  static let networks: [String] = TemporaryFolder.names(of: FixtureFolders.path("Ncnn")).filter {
    FileManager.default.fileExists(atPath: FixtureFolders.path("Ncnn/\($0)/net.param"))
  }

  private func path(_ name: String) -> String { FixtureFolders.path("Ncnn/\(name)/net.param") }

  private func tensor(_ name: String, _ file: String) throws -> Tensor {
    try #require(try TensorFile.read(FixtureFolders.path("Ncnn/\(name)/\(file)_0.pb")).first).tensor
  }

  private func model(_ name: String) throws -> Model {
    let shape = try tensor(name, "input").shape
    return try Model(contentsOf: path(name), inputShapes: [InputShape("in0", shape.map(Dimension.fixed))])
  }

  /// The largest difference of a model's result from ncnn's, in parts of the largest number.
  private func difference(_ model: Model, _ name: String) throws -> Double {
    let output = try #require(model.graph.outputs.first.map { model.graph[$0].name })
    let found = try #require(try Session(model).run(["in0": tensor(name, "input")])[output])
    let (a, b) = (try found.values(as: Double.self), try tensor(name, "output").values(as: Double.self))
    #expect(a.count == b.count)
    let largest = b.reduce(0) { max($0, abs($1)) }
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
  }

  @Test func thereAreNetworks() { #expect(Self.networks.count >= 7) }

  @Test(arguments: networks) func computesWhatNcnnComputes(_ name: String) throws {
    let difference = try difference(model(name), name)
    #expect(difference < 1e-4)
  }

  /// Without a shape the network takes images of any size, unless its layers ask for one.
  @Test(arguments: ["residual", "excite"]) func readsWithoutShapes(_ name: String) throws {
    let model = try Model(contentsOf: path(name))
    #expect(model.graph[model.graph.inputs[0]].type.tensor?.shape?.first?.value == nil)
    let difference = try difference(model, name)
    #expect(difference < 1e-4)
  }

  @Test(arguments: networks) func goesThroughOnnx(_ name: String) throws {
    let copy = try TemporaryFolder.path("copy.onnx")
    try model(name).write(to: copy)
    let difference = try difference(Model(contentsOf: copy), name)
    #expect(difference < 1e-4)
  }

  /// Written again, it is read again, and has the same weights.
  @Test(arguments: networks) func goesThroughNcnn(_ name: String) throws {
    let copy = try TemporaryFolder.path("copy.param")
    try model(name).write(to: copy)
    let difference = try difference(Model(contentsOf: copy), name)
    #expect(difference < 1e-4)
  }

  /// The second time nothing changes any more, to the bit.
  @Test(arguments: networks) func twiceIsTheSame(_ name: String) throws {
    let folder = try TemporaryFolder.make()
    let copies = (0..<3).map { "\(folder)/copy\($0)" }
    try model(name).write(to: copies[0] + ".param")
    for index in 1..<3 { try Model(contentsOf: copies[index - 1] + ".param").write(to: copies[index] + ".param") }
    let weights = try copies.map { try bytes($0 + ".bin") }
    #expect(weights[0] == weights[1] && weights[1] == weights[2])
    // Names of what lies between may gain a number, the layers stay.
    let layers = try copies.map { copy in
      try String(decoding: bytes(copy + ".param"), as: UTF8.self).split(separator: "\n").map { $0.prefix { $0 != " " } }
    }
    #expect(layers[1] == layers[2])
  }

  private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

  // MARK: Other networks

  static let cases: [String] = FixtureFolders.cases("Networks")

  /// What is written is read again, and computes what PyTorch does; or it is refused, naming a node or an input.
  @Test(arguments: cases) func networksGoThroughNcnn(_ name: String) throws {
    let copy = try TemporaryFolder.path("copy.param")
    let model = try Model(contentsOf: FixtureFolders.path("Networks/\(name)/model.onnx"))
    do { try model.write(to: copy) } catch let error as ConversionError {
      #expect(error.code == .unsupported, "\(error)")
      #expect(
        error.location.node != nil || error.message.contains("input") || error.message.contains("output"), "\(error)")
      let left = TemporaryFolder.names(of: String(copy.dropLast("/copy.param".count)))
      #expect(left.isEmpty, "\(left)")
      return
    }
    let back = try Model(contentsOf: copy)
    #expect(back.graph.inputs.map { back.graph[$0].name } == model.graph.requiredInputs.map { model.graph[$0].name })
    let set = try #require(FixtureFolders.dataSets("Networks/\(name)").first)
    let input = try #require(try TensorFile.read("\(set)/input_0.pb").first).tensor
    // A blob has no batch: one image alone, if the fixture has several.
    guard input.shape.first == 1, model.graph.requiredInputs.count == 1 else { return }
    let results = try Session(back).run([back.graph[back.graph.inputs[0]].name: input])
    for (index, id) in model.graph.outputs.enumerated() {
      let expected = try #require(try TensorFile.read("\(set)/output_\(index).pb").first).tensor
      let found = try #require(results[model.graph[id].name])
      let (a, b) = (try found.values(as: Double.self), try expected.values(as: Double.self))
      #expect(a.count == b.count)
      let largest = b.reduce(0) { max($0, abs($1)) }
      let error = zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(error <= 1e-4 * largest, "\(error) of \(largest)")
    }
  }

  @Test func mostNetworksCanBeWritten() throws {
    let folder = try TemporaryFolder.make()
    let written = Self.cases.count { name in
      (try? Model(contentsOf: FixtureFolders.path("Networks/\(name)/model.onnx")).write(to: "\(folder)/a.param")) != nil
    }
    #expect(written * 10 >= Self.cases.count * 7, "\(written) of \(Self.cases.count)")
  }

  // MARK: Refusals

  private func refusal(_ build: (inout GraphBuilder) throws -> Void) throws -> ConversionError? {
    var builder = GraphBuilder()
    try build(&builder)
    let model = try Model(graph: builder.graph)
    let path = try TemporaryFolder.path("net.param")
    let error = #expect(throws: ConversionError.self) { try model.write(to: path) }
    #expect(TemporaryFolder.names(of: String(path.dropLast("/net.param".count))).isEmpty)
    return error
  }

  @Test func whatNcnnLacksIsNamed() throws {
    let error = try refusal { builder in
      let x = try builder.input("x", shape: ["N", 3, 4, 4])
      try builder.output(builder.apply(MeanVarianceNormalization(), to: x, name: "norm"))
    }
    #expect(error?.code == .unsupported && error?.location.node?.contains("'norm'") == true)
    #expect(error?.message.contains("MeanVarianceNormalization") == true)
  }

  @Test func aBatchIsRefused() throws {
    let error = try refusal { builder in
      let x = try builder.input("x", shape: [2, 3, 4, 4])
      try builder.output(builder.apply(Relu(), to: x, name: "y"))
    }
    #expect(error?.message.contains("batch 2") == true)
  }

  @Test func integersAreRefused() throws {
    let error = try refusal { builder in
      let x = try builder.input("x", .int64, shape: ["N", 3])
      try builder.output(builder.apply(Negate(), to: x, name: "y"))
    }
    #expect(error?.message.contains("int64") == true)
  }

  @Test func namesAreGiven() throws {
    let model = try model("residual")
    let output = model.graph[model.graph.outputs[0]].name
    var options = FormatOptions()
    options[NamesOption.self] = NamesOption([(old: "in0", new: "data"), (old: output, new: "1")])
    let path = try TemporaryFolder.path("net.param")
    try model.write(to: path, options: options)
    let back = try Model(contentsOf: path)
    #expect(back.graph[back.graph.inputs[0]].name == "data" && back.graph[back.graph.outputs[0]].name == "1")
    for names in [[(old: "none", new: "a")], [(old: "in0", new: "a b")], [(old: "in0", new: output)]] {
      options[NamesOption.self] = NamesOption(names)
      let error = #expect(throws: ConversionError.self) { try model.write(to: path, options: options) }
      #expect(error?.code == .usage)
    }
  }

  @Test func bfloat16IsRefused() throws {
    let model = try model("residual")
    var options = FormatOptions()
    options[PrecisionOption.self] = PrecisionOption(.bfloat16)
    let path = try TemporaryFolder.path("net.param")
    let error = #expect(throws: ConversionError.self) { try model.write(to: path, options: options) }
    #expect(error?.code == .usage)
  }

  // MARK: Damaged files

  /// The weights, cut short anywhere or with more behind them, are told.
  @Test func damagedWeightsAreTold() throws {
    let folder = try TemporaryFolder.make()
    let text = try bytes(path("residual")), data = try bytes(path("residual").replacing(".param", with: ".bin"))
    try text.write(to: URL(filePath: "\(folder)/net.param"))
    let lengths = [0, 1, 3, 4, data.count / 2, data.count - 4, data.count - 1]
    for length in lengths {
      try data.prefix(length).write(to: URL(filePath: "\(folder)/net.bin"))
      let error = #expect(throws: ConversionError.self) { try Model(contentsOf: "\(folder)/net.param") }
      #expect(error?.code == .badInput && error?.message.contains("bytes of weights") == true, "\(length)")
    }
    try (data + [0, 0, 0, 0]).write(to: URL(filePath: "\(folder)/net.bin"))
    let more = #expect(throws: ConversionError.self) { try Model(contentsOf: "\(folder)/net.param") }
    #expect(more?.message.contains("the layers take \(data.count) bytes") == true)
    try FileManager.default.removeItem(atPath: "\(folder)/net.bin")
    let none = #expect(throws: ConversionError.self) { try Model(contentsOf: "\(folder)/net.param") }
    #expect(none?.message.contains("net.bin") == true)
  }

  @Test(arguments: [
    "Convolution c 1 1 in out 0=2147483647 1=2147483647 6=2147483647",
    "Convolution c 1 1 in out 0=1 1=0 6=1", "Convolution c 1 1 in out 0=3 1=1 6=4", "Convolution c 1 1 in out",
    "Convolution c 1 1 in out 0=4 1=1 6=4 8=2", "Convolution c 1 1 in out 0=1 1=1 6=1 4=-5",
    "ConvolutionDepthWise c 1 1 in out 0=4 1=1 6=4 7=3", "Deconvolution d 1 1 in out 0=1 1=1 6=1 18=-1",
    "InnerProduct i 1 1 in out 0=0 2=1", "InnerProduct i 1 1 in out 0=2147483647 2=2147483647",
    "BatchNorm b 1 1 in out 0=-1", "MemoryData m 0 1 out 0=2147483647 1=2147483647 2=2147483647 11=2147483647",
    "MemoryData m 0 1 out 0=-1", "Pooling p 1 1 in out 1=0", "Pooling p 1 1 in out 0=7 1=2",
    "Pooling p 1 1 in out 7=1 8=-1", "Reshape r 1 1 in out 0=-5", "Reshape r 1 1 in out", "Permute p 1 1 in out 0=99",
    "Slice s 1 1 in out -23300=2,1,1", "Slice s 1 1 in out -23300=1,-7", "Crop c 1 1 in out -23309=1,1 -23310=2,1,2",
    "Crop c 1 1 in out -23309=1,1 -23310=1,2 -23311=1,9", "Padding p 1 1 in out 0=-1", "Padding p 1 1 in out 4=9",
    "Interp i 1 1 in out 0=9", "Interp i 1 1 in out 0=1 1=-1.0", "Interp i 1 1 in out 0=1 3=-4 4=1",
    "PixelShuffle p 1 1 in out 0=0", "PixelShuffle p 1 1 in out 0=2147483647", "ShuffleChannel s 1 1 in out 0=0",
    "ShuffleChannel s 1 1 in out 0=7", "Tile t 1 1 in out -23302=9,1,1,1,1,1,1,1,1,1", "Concat c 1 1 in out 0=9",
    "Softmax s 1 1 in out 0=9 1=1", "Reduction r 1 1 in out 0=99", "Reduction r 1 1 in out 0=3 1=0 -23303=1,9",
    "MultiHeadAttention m 1 1 in out 0=0 1=0 2=0", "MultiHeadAttention m 1 1 in out 0=8 1=3 2=64",
    "Gemm g 1 1 in out 4=0 5=1 7=1 8=2147483647 9=2147483647", "UnaryOp u 1 1 in out 0=99",
    "BinaryOp b 1 1 in out 0=99 1=1", "Eltwise e 0 1 out 0=1", "LayerNorm l 1 1 in out 0=1073741824",
    "GroupNorm g 1 1 in out 0=3 1=4", "ReLU r 1 1 in out 7=1", "Unknown u 1 1 in out", "LRN l 1 1 in out 0=1",
    "ExpandDims e 1 1 in out -23303=3,1,2,9", "Squeeze s 1 1 in out -23303=1,7",
  ]) func hostileLayersAreRefused(_ line: String) throws {
    let path = try TemporaryFolder.path("net.param")
    let names = Set(line.split(separator: " ").filter { $0 == "in" || $0 == "out" })
    let text =
      "7767517\n2 \(names.contains("out") ? 2 : 1)\nInput in 0 1 in 0=4 1=4 2=4\n\(line)\n"
    try Data(text.utf8).write(to: URL(filePath: path))
    try Data(repeating: 0, count: 64).write(to: URL(filePath: path.replacing(".param", with: ".bin")))
    let error = #expect(throws: ConversionError.self) { try Model(contentsOf: path) }
    #expect(error.map { [.badInput, .unsupported, .limit].contains($0.code) } == true, "\(String(describing: error))")
  }
}
