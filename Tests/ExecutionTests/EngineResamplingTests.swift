import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// Changes of an image's size.
@Suite(.serialized) struct EngineResamplingTests {
  static let coordinates: [Resampling.Coordinates] = [
    .halfPixel, .halfPixelSymmetric, .pytorchHalfPixel, .alignCorners, .asymmetric,
  ]

  /// Larger, smaller, by fractions, to one pixel, one axis alone.
  @Test(arguments: [Resampling.Mode.nearest, .linear, .cubic], coordinates)
  func resizes(mode: Resampling.Mode, coordinates: Resampling.Coordinates) throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 19, 5, 7])
    var results: [ValueID] = []
    for extents in [[10, 14], [13, 9], [3, 4], [1, 1], [5, 21], [20, 7]] {
      results.append(
        try sketch.node(
          Resize(Resampling(mode, coordinates: coordinates)), x, nil, nil, sketch.integers([2, 19] + extents)))
    }
    try expectAgreement(sketch.finish(all: results))
  }

  @Test(arguments: [Resampling.Rounding.floor, .ceiling, .preferFloor, .preferCeiling])
  func rounds(rounding: Resampling.Rounding) throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1, 16, 6, 6])
    let results = try [[1, 1, 1.5, 2.5], [1, 1, 0.5, 0.34]].map { (scales: [Float]) in
      try sketch.node(
        Resize(Resampling(.nearest, coordinates: .asymmetric, rounding: rounding)), x, nil,
        sketch.constant(Tensor(scales, shape: [4])))
    }
    try expectAgreement(sketch.finish(all: results), tolerance: 0)
  }

  /// Antialiasing, what lies outside left out, axes given, sizes that keep the aspect ratio, lines, and Upsample.
  @Test func resizesOtherwise() throws {
    var sketch = GraphSketch()
    let x = try sketch.node(Relu(), sketch.input([1, 20, 16, 12]))
    let line = try sketch.input([2, 5, 9], "line")
    var smooth = Resampling(.linear)
    smooth.antialiases = true
    var inside = Resampling(.cubic)
    inside.excludesOutside = true
    let double = try sketch.constant(Tensor([Float(1), 1, 2, 3], shape: [4]))
    let results = [
      try sketch.node(Resize(smooth), x, nil, nil, sketch.integers([1, 20, 5, 5])),
      try sketch.node(Resize(inside), x, nil, nil, sketch.integers([1, 20, 21, 7])),
      try sketch.node(Resize(Resampling(.linear), axes: [3, 2]), x, nil, nil, sketch.integers([24, 8])),
      try sketch.node(
        Resize(Resampling(.linear), axes: [2, 3], aspectRatio: .notLarger), x, nil, nil, sketch.integers([32, 32])),
      try sketch.node(Resize(Resampling(.linear)), line, nil, nil, sketch.integers([2, 5, 18])),
      try sketch.node(Upsample(), x, double), try sketch.node(Upsample(mode: .linear), x, double),
    ]
    try expectAgreement(sketch.finish(all: results))
  }

  /// Other axes, and pixels that are made up, are right all the same.
  @Test func resizesWithoutKernels() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1, 8, 6, 6])
    let region = try sketch.constant(Tensor([Float(0), 0, -0.5, -0.5, 1, 1, 1.5, 1.5], shape: [8]))
    let results = [
      try sketch.node(Resize(Resampling(.linear)), x, nil, nil, sketch.integers([1, 12, 6, 6])),
      try sketch.node(
        Resize(Resampling(.linear, coordinates: .cropAndResize)), x, region, nil, sketch.integers([1, 8, 9, 9])),
    ]
    try expectAgreement(sketch.finish(all: results), references: nil)
  }
}
