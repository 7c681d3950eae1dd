import CNNConv
import CNNGraphs
import CNNTensors
import CNNViews
import TestSupport
import Testing

@Suite struct LayerTableTests {
  /// Published figures: torchvision's own tables give parameters and multiply-accumulates of these networks.
  @Test(arguments: [
    ("lenet5", 61_706, 416_520), ("resnet18", 11_689_512, 1_814_073_344), ("squeezenet1_1", 1_235_496, 349_151_936),
  ])
  func addsUpToThePublishedFigures(name: String, parameters: Int, macs: Int) throws {
    let table = try Model(graph: Zoo.build(name, seed: 0)).layers()
    #expect(table.total.parameters == parameters)
    #expect(table.total.macs == macs)
    #expect(table.layers.reduce(0) { $0 + $1.parameters } == parameters)
    #expect(table.layers.reduce(0) { $0 + ($1.macs ?? 0) } == macs)
    #expect(abs(table.layers.reduce(0) { $0 + ($1.share ?? 0) } - 1) < 1e-9)
  }

  @Test func aLineHoldsWhatALayerCosts() throws {
    let table = try Model(graph: Zoo.build("lenet5", seed: 0)).layers(batch: 2)
    let first = try #require(table.layers.first)
    #expect(first.operator == "Conv")
    // 6 filters of 5 × 5 and a bias each; 28 × 28 positions, twice; numbers of 4 bytes.
    #expect(first.parameters == 156)
    #expect(first.macs == 235_200)
    #expect(first.weightBytes == 624)
    #expect(first.outputBytes == 37_632)
    let shape = try #require(first.outputs.first?.shape)
    #expect(shape.map { $0.description } == ["2", "6", "28", "28"])
  }

  @Test func linesOfAModuleAreAddedUp() throws {
    let table = try Model(graph: Zoo.build("resnet18", seed: 0)).layers()
    let modules = table.grouped(depth: 1)
    // torchvision's ResNet-18: layer1 has 4 convolutions of 64 × 64 × 9 and 4 normalizations of 2 × 64.
    let layer1 = try #require(modules.layers.first { $0.name == "layer1" })
    #expect(layer1.parameters == 4 * 64 * 64 * 9 + 4 * 128)
    #expect(layer1.macs == 4 * 64 * 64 * 9 * 56 * 56)
    #expect(layer1.operator == nil)
    #expect(modules.layers.reduce(0) { $0 + $1.nodes } == table.total.nodes)
    #expect(modules.layers.reduce(0) { $0 + $1.parameters } == table.total.parameters)
  }

  @Test(arguments: [
    ("/layer1/layer1.0/conv1/Conv", ["layer1", "0", "conv1", "Conv"]),
    ("features.0.conv", ["features", "0", "conv"]),
    ("conv", ["conv"]), ("", []), ("/Add", ["Add"]),
  ])
  func pathsFollowNames(name: String, parts: [String]) {
    #expect(LayerTable.path(name).map(String.init) == parts)
  }
}
