import CNNConv
import CNNGraphs
import CNNOperators
import CNNTensors
import CNNViews
import Foundation
import TestSupport
import Testing

@Suite struct DiagramTests {
  private func picture(_ diagram: Diagram) throws -> Picture {
    try #require(Picture(diagram.svg), "the picture is no XML")
  }

  private static let networks = [
    "lenet5", "resnet18", "densenet121", "googlenet", "inception_v3", "mobilenet_v3_small", "shufflenet_v2_x0_5",
    "squeezenet1_0_complex_bypass", "xception41", "inception_resnet_v1",
  ]

  // MARK: What lies where

  /// Boxes do not overlap, lines begin and end at them and pass none, whatever is folded; the same graph has the same picture.
  @Test(arguments: networks, [Diagram.Detail.automatic, .modules(depth: 1), .modules(depth: 2), .full])
  func isDrawnCleanly(name: String, detail: Diagram.Detail) throws {
    let graph = try BlankNetwork.build(name)
    let diagram = try Model(graph: graph).diagram(detail)
    let picture = try picture(diagram)
    #expect(picture.faults == [])
    #expect(picture.boxes.count == diagram.boxes && picture.frames.count == diagram.frames)
    #expect(picture.wires.count >= diagram.boxes - 1)
    #expect(try Model(graph: graph).diagram(detail).svg == diagram.svg)
  }

  /// Every node has its box, and the box tells its name.
  @Test(arguments: networks) func showsAll(name: String) throws {
    let graph = try BlankNetwork.build(name)
    let drawn = graph.nodes.filter { !($0.operator is Constant) }
    let diagram = try Model(graph: graph).diagram(.full)
    let picture = try picture(diagram)
    #expect(diagram.nodes == drawn.count)
    #expect(picture.boxes.count == drawn.count + 2)
    let told = picture.descriptions.map { String($0.prefix { $0 != "\n" }) }
    #expect(Set(drawn.map(\.name)).isSubset(of: told))
  }

  /// Whatever exporters write: bodies of loops, several inputs, shape computations, operators of Caffe's time.
  @Test(arguments: ["Networks", "Fusing"]) func drawsWhatExportersWrite(folder: String) throws {
    let place = FixtureFolders.root.appending(path: "Fixtures/\(folder)")
    let names = try FileManager.default.contentsOfDirectory(atPath: place.path()).sorted()
    let files = names.map { place.appending(path: "\($0)/model.onnx").path() }
      .filter { FileManager.default.fileExists(atPath: $0) }
    #expect(files.count > 40)
    for file in files {
      let model = try Model(contentsOf: file)
      let drawn = model.graph.nodes.count { !($0.operator is Constant) }
      for detail in [Diagram.Detail.automatic, .modules(depth: 2), .full] {
        let diagram = try model.diagram(detail)
        let faults = try picture(diagram).faults
        #expect(faults == [], "\(file), \(detail)")
        #expect(diagram.nodes + diagram.leftOut == drawn, "\(file)")
      }
    }
  }

  /// Whatever the edges are, the rules hold.
  @Test(arguments: 0..<12) func drawsRandomGraphs(seed: Int) throws {
    var random = SplitMix(seed: seed)
    var sketch = GraphSketch()
    var values = [try sketch.input([1, 4]), try sketch.input([1, 4], "other")]
    for _ in 0..<60 {
      func pick() -> ValueID {
        let back = random.chance(0.7) ? min(values.count, 4) : values.count
        return values[values.count - 1 - Int(random.next() % UInt64(back))]
      }
      let node = Double(random.next() % 10)
      let added = node < 4 ? try sketch.node(Relu(), pick()) : try sketch.node(Add(), pick(), pick())
      values.append(added)
    }
    try sketch.end(Array(values.suffix(3)))
    let model = try Model(graph: sketch.graph)
    for detail in [Diagram.Detail.automatic, .full] {
      let picture = try picture(model.diagram(detail))
      #expect(picture.faults == [])
    }
  }

  // MARK: Folding

  /// The papers' tables: ResNet has 3, 4, 6 and 3 blocks, the first of each with a projection; DenseNet-121 has 6, 12, 24 and
  /// 16 layers.
  @Test(arguments: [
    ("resnet50", [2, 3, 5, 2]), ("resnet101", [2, 3, 22, 2]), ("densenet121", [6, 12, 24, 16]),
    ("densenet169", [6, 12, 32, 32]),
  ])
  func foldsBlocks(name: String, times: [Int]) throws {
    let picture = try picture(Model(graph: BlankNetwork.build(name)).diagram())
    let frames = picture.descriptions.compactMap { $0.split(separator: "×").last.flatMap { Int($0) } }
    #expect(frames.filter { $0 > 1 } == times)
    #expect(picture.frames.count == times.count)
  }

  @Test func namesWhatIsFolded() throws {
    let picture = try picture(Model(graph: BlankNetwork.build("resnet50")).diagram())
    for title in ["layer1.1–2 ×2", "layer3.1–5 ×5"] { #expect(picture.descriptions.contains(title)) }
    for text in ["7×7, stride 2", "2048 → 1000", "N×64×112×112"] { #expect(picture.texts.contains(text), "\(text)") }
  }

  @Test func modulesAreBoxes() throws {
    let diagram = try Model(graph: BlankNetwork.build("resnet18")).diagram(.modules(depth: 1))
    #expect(diagram.boxes < 16)
    let picture = try picture(diagram)
    for module in ["layer1", "layer2", "layer3", "layer4"] { #expect(picture.texts.contains(module)) }
    #expect(diagram.nodes == 69)
  }

  // MARK: Sizes

  /// A hundred thousand layers in a row are one box that says how many.
  @Test func foldsALongChain() throws {
    var sketch = GraphSketch()
    var value = try sketch.input([1, 4])
    for _ in 0..<100_000 { value = try sketch.node(Relu(), value) }
    try sketch.end([value])
    let model = try Model(graph: sketch.graph)
    let diagram = try model.diagram()
    #expect(diagram.nodes == 100_000 && diagram.boxes < 10)
    let error = #expect(throws: ConversionError.self) { try model.diagram(.full) }
    #expect(error?.code == .limit && error?.remedy == .foldPicture)
  }

  @Test func takesTimeInProportion() throws {
    try expectNearlyLinear(from: 600) { count in
      var (sketch, random) = (GraphSketch(), SplitMix(seed: 1))
      var values = [try sketch.input([1, 4])]
      for _ in 0..<count {
        let other = values[values.count - 1 - Int(random.next() % UInt64(min(values.count, 6)))]
        values.append(try sketch.node(Add(), values[values.count - 1], other))
      }
      try sketch.end([values[values.count - 1]])
      _ = try Diagram(sketch.graph, title: "", detail: .full)
    }
  }

  // MARK: Strangers' names

  @Test(arguments: [
    "</title><script>alert(1)</script>", "a\"b'c&d<e>", "\u{1b}[31mred\u{7}", "]]>", "<!--", "\u{202e}evil",
    "\u{ffff}\u{fffe}",
    "", String(repeating: "long/", count: 4000), "नमस्ते 模型 🐈",
  ])
  func namesAreNoMarkup(name: String) throws {
    var graph = Graph(name: name)
    let input = try graph.addValue(Value("in" + name, type: .tensor(.float32, [.symbol(name), 3])))
    graph.inputs = [input]
    graph[input].declaredType = graph[input].type
    let output = try graph.addValue(Value("out" + name))
    let foreign = ForeignOperator(
      "Op" + name, domain: "d" + name, attributes: [("a" + name, .string(Array(name.utf8)))], reason: "")
    graph.nodes = [Node(name, foreign, inputs: [input], outputs: [output])]
    graph.outputs = [output]
    let diagram = try Diagram(graph, title: name)
    let picture = try picture(diagram)
    #expect(picture.faults == [] && picture.boxes.count == 3)
    #expect(picture.elements.isSubset(of: ["svg", "title", "style", "rect", "g", "path", "text", "tspan"]))
    #expect(!diagram.svg.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0.value == 0x202e })
    #expect(diagram.width < 2000)
  }
}
