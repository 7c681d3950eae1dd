import CKernels
import CNNGraphs
import CNNOperators
import CNNTensors

/// Operators that work element by element, and chains of them, on what lies row-major already.
enum ChainLowering: Lowering {
  static let operators: [any Operator.Type] = [
    AbsoluteValue.self, Add.self, Cast.self, Ceiling.self, Clip.self, Divide.self, Elu.self, Equal.self,
    ErrorFunction.self, Exp.self, Floor.self, Gelu.self, Greater.self, GreaterOrEqual.self, HardSigmoid.self,
    HardSwish.self, IsNaN.self, LeakyRelu.self, Less.self, LessOrEqual.self, Log.self, LogicalAnd.self,
    LogicalNot.self, LogicalOr.self, LogicalXor.self, Maximum.self, Minimum.self, Mish.self, Multiply.self,
    Negate.self, PRelu.self, Power.self, Reciprocal.self, Relu.self, Round.self, Selu.self, Sigmoid.self, Sign.self,
    Softplus.self, Softsign.self, Sqrt.self, Subtract.self, Sum.self, Swish.self, Tanh.self, ThresholdedRelu.self,
    Where.self,
  ]
  static let kernels: [any Kernel.Type] = [ChainKernel.self]
  static let role = FusionRole.chain

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    guard let chain = ChainCase(group, in: builder), !chain.operands.contains(where: { builder.isBlocked($0.id) })
    else { return false }
    return try builder.addChain(chain, group)
  }
}

/// The same on images in blocks.
enum BlockedChainLowering: Lowering {
  static let operators = ChainLowering.operators
  static let kernels: [any Kernel.Type] = [BlockedChainKernel.self]
  static let role = FusionRole.chain

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    guard let chain = ChainCase(group, in: builder), let shape = builder.windowedImage(group.output) else {
      return false
    }
    return try builder.addBlockedChain(chain, shape, group)
  }
}

/// The same on what lies in blocks and has to be unpacked, since another operand cannot be read so.
enum UnpackedChainLowering: Lowering {
  static let operators = ChainLowering.operators
  static let role = FusionRole.chain

  static func lower(_ group: FusionGroup, with builder: inout PlanBuilder) throws -> Bool {
    guard let chain = ChainCase(group, in: builder) else { return false }
    return try builder.addChain(chain, group)
  }
}

/// What the chain's kernels are to compute.
struct ChainCase {
  struct Source {
    var id: ValueID
    /// The shape under which it is read.
    var shape: [Int]
  }

  private(set) var operands: [Source] = []
  private(set) var program = ChainProgram()
  let shape: [Int]

  /// `nil` if the kernels do not compute one of the group's nodes, or cannot read what they read.
  init?(_ group: FusionGroup, in builder: PlanBuilder) {
    guard let shape = builder.shape(group.output), builder.isSmall(shape), builder.isFloat(group.output) else {
      return nil
    }
    self.shape = shape
    let graph = builder.graph
    var results: [ValueID: ChainProgram.Register] = [:]
    for index in group.members.sorted() {
      let node = graph.nodes[index]
      guard let operation = ChainOperation(node, in: graph), let output = node.outputs[0] else { return nil }
      var registers: [ChainProgram.Register] = []
      for id in operation.inputs {
        if let result = results[id] {
          registers.append(result)
        } else {
          guard let number = operand(id, operation.shapes[id], builder) else { return nil }
          registers.append(.operand(number))
        }
      }
      results[output] = operation.emit(&program, registers)
    }
    guard operands.count <= CNN_CHAIN_OPERANDS else { return nil }
  }

  private mutating func operand(_ id: ValueID, _ shape: [Int]?, _ builder: PlanBuilder) -> Int? {
    guard let shape = shape ?? builder.shape(id), builder.isSmall(shape) else { return nil }
    if let number = operands.firstIndex(where: { $0.id == id && $0.shape == shape }) { return number }
    if builder.constant(id) == nil {
      guard builder.isFloat(id), builder.slots[id] != nil || builder.plains[id] != nil || builder.views[id] != nil
      else { return nil }
    }
    operands.append(Source(id: id, shape: shape))
    return operands.count - 1
  }
}

extension PlanBuilder {
  /// True if a value lies in blocks alone.
  func isBlocked(_ id: ValueID) -> Bool {
    guard let view = views[id] else { return false }
    return plains[id] == nil && slots[id] == nil && pixelRows(view) == nil
  }

  // MARK: Row-major

  mutating func addChain(_ chain: ChainCase, _ group: FusionGroup) throws -> Bool {
    guard let (operations, results) = chain.program.allocated(operands: chain.operands.count) else { return false }
    var sources: [(operand: Operand, steps: [Int], rows: ChainKernel.Rows)] = []
    for operand in chain.operands { sources.append(try source(operand, in: chain.shape)) }
    let axes = JoinedAxes(chain.shape, sources.map(\.steps))
    guard axes.extents.count <= CNN_CHAIN_AXES else { return false }
    for index in sources.indices { sources[index].steps = axes.steps[index] }
    let target = addMatrix(like: chain.shape)
    let kernel = ChainKernel(
      extents: axes.extents, operands: sources, operations: operations, results: results,
      target: .buffer(target.buffer))
    add(Step(kernel, label(group)))
    plains[group.output] = target
    return true
  }

  /// Where an operand lies, and its steps along the axes of a result.
  private mutating func source(
    _ source: ChainCase.Source, in shape: [Int]
  ) throws -> (operand: Operand, steps: [Int], rows: ChainKernel.Rows) {
    let count = source.shape.reduce(1, *)
    var steps = source.shape.strides
    var rows = ChainKernel.Rows(rows: 1, columns: count, distance: count)
    let operand: Operand
    if let tensor = constant(source.id) {
      guard let values = try? tensor.values(as: Float.self), values.count == count else { throw Unlowered.shape }
      operand = addFloats(values)
    } else if let slot = slots[source.id] {
      plan.slotShapes[slot] = self.shape(source.id)
      operand = .slot(slot)
    } else {
      let view = try plain(source.id)
      operand = .buffer(view.buffer, start: view.start)
      rows = ChainKernel.Rows(rows: view.rows, columns: view.columns, distance: view.rowDistance)
      if !view.isContiguous {
        guard source.shape.first == view.rows else { throw Unlowered.shape }
        steps[0] = view.rowDistance
      }
    }
    let own = zip(source.shape, steps).map { $0 == 1 ? 0 : $1 }
    return (operand, Array(repeating: 0, count: shape.count - own.count) + own, rows)
  }

  /// Where a value lies row-major without a gap; a copy of it if it does not.
  mutating func contiguous(_ id: ValueID) throws -> Operand {
    guard let shape = shape(id), isFloat(id), isSmall(shape) else { throw Unlowered.shape }
    if constant(id) == nil, slots[id] == nil {
      let view = try plain(id)
      if view.isContiguous { return .buffer(view.buffer, start: view.start) }
    }
    let whole = try source(ChainCase.Source(id: id, shape: shape), in: shape)
    guard case .buffer = whole.operand else { return whole.operand }
    var program = ChainProgram()
    _ = program.add(CNN_CHAIN_AFFINE, .operand(0), p: 1, q: -0.0)
    guard let (operations, results) = program.allocated(operands: 1) else { throw Unlowered.shape }
    let axes = JoinedAxes(shape, [whole.steps])
    let target = addMatrix(like: shape)
    let kernel = ChainKernel(
      extents: axes.extents, operands: [(whole.operand, axes.steps[0], whole.rows)], operations: operations,
      results: results, target: .buffer(target.buffer))
    add(Step(kernel, "copy \(name(id).quoted)"))
    plains[id] = target
    return .buffer(target.buffer)
  }

  // MARK: In blocks

  fileprivate mutating func addBlockedChain(
    _ chain: ChainCase, _ shape: ImageShape, _ group: FusionGroup
  ) throws -> Bool {
    guard let (operations, results) = chain.program.allocated(operands: chain.operands.count) else { return false }
    // Nothing is packed before it is clear that all can be read.
    guard
      chain.operands.allSatisfy({
        constant($0.id) != nil
          ? numbers($0, like: shape) != nil
          : $0.shape == shape.extents || $0.shape == shape.pixelShape.extents && shape.pixels > 1
      }), chain.operands.contains(where: { isBlocked($0.id) })
    else { return false }
    let label = label(group)
    var sources: [BlockedChainKernel.Source] = []
    for operand in chain.operands {
      if constant(operand.id) != nil, let values = numbers(operand, like: shape) {
        sources.append(.channels(addFloats(values, lanes: lanes(ofChannels: shape.channels))))
      } else {
        let planes = try alignedView(view(operand.id), "gather for \(label)")
        sources.append(operand.shape == shape.extents ? .image(planes) : .pixel(planes))
      }
    }
    let target = addImage(shape)
    let kernel = BlockedChainKernel(shape, sources, operations, results: results, output: planes(of: target))
    add(Step(kernel, label))
    views[group.output] = target
    return true
  }

  /// A constant's number for each channel.
  private func numbers(_ source: ChainCase.Source, like shape: ImageShape) -> [Float]? {
    guard let tensor = constant(source.id), let values = try? tensor.values(as: Float.self) else { return nil }
    if values.count == 1 { return [Float](repeating: values[0], count: shape.channels) }
    let rank = shape.extents.count
    let own = Array(repeating: 1, count: max(0, rank - source.shape.count)) + source.shape
    return own == [1, shape.channels] + shape.spatial.map { _ in 1 } ? values : nil
  }
}

/// A shape's axes with those joined that all operands pass through as one.
struct JoinedAxes {
  private(set) var extents: [Int] = []
  /// For each operand.
  private(set) var steps: [[Int]]

  init(_ shape: [Int], _ all: [[Int]]) {
    var (joined, own): ([Int], [[Int]]) = ([], all.map { _ in [] })
    // Innermost first.
    for axis in shape.indices.reversed() where shape[axis] != 1 {
      let outer = all.map { $0[axis] }
      if let extent = joined.last, zip(outer, own).allSatisfy({ $0 == ($1.last ?? 0) * extent }) {
        joined[joined.count - 1] *= shape[axis]
      } else {
        joined.append(shape[axis])
        for index in own.indices { own[index].append(outer[index]) }
      }
    }
    if joined.isEmpty {
      joined = [1]
      own = all.map { _ in [0] }
    }
    (extents, steps) = (joined.reversed(), own.map { $0.reversed() })
  }
}
