import CNNGraphs
import CNNTensors

/// One step of a recurrent network for one element of the batch.
package protocol RecurrentCell<Scalar> {
  associatedtype Scalar: BLASScalar

  /// Takes a step.
  /// - Parameters:
  ///   - gates: `Wx + Wb` for all gates.
  ///   - hidden: the hidden state, to be replaced.
  ///   - cell: the cell state if there is one, to be replaced.
  func step(
    gates: UnsafeMutablePointer<Scalar>, hidden: UnsafeMutablePointer<Scalar>, cell: UnsafeMutablePointer<Scalar>
  ) throws
}

/// The inputs of a recurrent operator, checked, with the sequence in front of the batch.
package struct Recurrence: Sendable {
  package let settings: RecurrentSettings
  package let length: Int
  package let batch: Int
  package let inputSize: Int
  package let hidden: Int
  /// Number of gates.
  package let gates: Int
  package let x: Tensor
  package let weights: Tensor
  package let recurrentWeights: Tensor
  /// `[directions, 2 · gates · hidden]`: those of the input, then those of the state.
  package let bias: Tensor?
  package let initialHidden: Tensor?
  package let initialCell: Tensor?
  private let lengths: [Int]

  /// - Throws: ``OperatorError`` if the shapes do not fit together.
  package init(_ context: EvaluationContext, settings: RecurrentSettings, gates: Int, hasCell: Bool) throws {
    (self.settings, self.gates) = (settings, gates)
    let directions = settings.directions
    func batchSecond(_ tensor: Tensor) throws -> Tensor {
      guard settings.isBatchFirst else { return tensor }
      let shape = tensor.shape
      return try tensor.strided(
        shape: [shape[1], shape[0], shape[2]], strides: [shape[2], shape[1] * shape[2], 1])
    }
    let input = try context.tensor(0)
    guard input.rank == 3 else { throw OperatorError.rank(input: 0, expected: "3", found: input.rank) }
    x = try batchSecond(input)
    (length, batch, inputSize) = (x.shape[0], x.shape[1], x.shape[2])
    (weights, recurrentWeights) = (try context.tensor(1), try context.tensor(2))
    guard recurrentWeights.rank == 3 else {
      throw OperatorError.rank(input: 2, expected: "3", found: recurrentWeights.rank)
    }
    hidden = recurrentWeights.shape[2]
    let (rows, overflow) = hidden.multipliedReportingOverflow(by: 2 * gates)
    guard !overflow else { throw OperatorError.limit("a hidden state of \(hidden)") }
    if let stated = settings.hiddenSize, stated != hidden {
      throw OperatorError.attribute("hidden_size", "\(stated) stated, but the weights have \(hidden)")
    }
    func check(_ index: Int, _ tensor: Tensor?, _ shape: [Int]) throws {
      guard let tensor else { return }
      guard tensor.shape == shape else {
        throw OperatorError.invalid("input \(index) of shape \(tensor.shape), \(shape) expected")
      }
      guard tensor.elementType == input.elementType else {
        throw OperatorError.elementType(input: index, found: tensor.elementType)
      }
    }
    try check(1, weights, [directions, rows / 2, inputSize])
    try check(2, recurrentWeights, [directions, rows / 2, hidden])
    bias = try context.optionalTensor(3)
    try check(3, bias, [directions, rows])
    let state = settings.isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
    let states = try [5, hasCell ? 6 : nil].map { index -> Tensor? in
      guard let index, let tensor = try context.optionalTensor(index) else { return nil }
      try check(index, tensor, state)
      return try batchSecond(tensor)
    }
    (initialHidden, initialCell) = (states[0], states[1])
    let limit = length
    let given = try context.optionalIntegers(4) ?? []
    guard given.isEmpty || given.count == batch else {
      throw OperatorError.invalid("\(given.count) sequence lengths for a batch of \(batch)")
    }
    if let wrong = given.first(where: { $0 < 0 || $0 > limit }) {
      throw OperatorError.invalid("sequence length \(wrong) of \(limit)")
    }
    lengths = given
  }

  /// Runs the network, which is compiled for two types and not for each kind of cell.
  /// - Parameter cell: makes a direction's cell from the direction's number and its recurrent weights, `[gates · hidden, hidden]`.
  /// - Returns: all hidden states, the last ones, and the last cell states.
  package func run<T: BLASScalar>(
    _: T.Type, _ cell: (_ direction: Int, _ recurrentWeights: UnsafePointer<T>) throws -> any RecurrentCell<T>
  ) throws -> [Tensor] {
    let directions = settings.directions
    let type = x.elementType
    let width = gates * hidden
    let (steps, overflow) = (length * batch).multipliedReportingOverflow(by: width)
    guard !overflow else { throw OperatorError.limit("\(length * batch) steps of \(width) gates") }
    try WorkBudget.current.charge(
      (length * batch).saturatingMultiplied(by: directions).saturatingMultiplied(by: width + 10),
      times: 10 * WorkBudget.Cost.step)
    var states: (hidden: Tensor, cell: Tensor)?
    let all = try Tensor(type, shape: [length, directions, batch, hidden]) { (all: UnsafeMutableBufferPointer<T>) in
      var lastCells: Tensor?
      let lastHidden = try Tensor(T.elementType, shape: [directions, batch, hidden]) {
        (last: UnsafeMutableBufferPointer<T>) in
        try start(last, from: initialHidden)
        lastCells = try Tensor(T.elementType, shape: [directions, batch, hidden]) {
          (cells: UnsafeMutableBufferPointer<T>) in
          try start(cells, from: initialCell)
          guard !last.isEmpty, let last = last.baseAddress, let cells = cells.baseAddress else { return }
          try x.withMatrix(as: T.self) { x in
            try weights.withValues(as: T.self) { weights in
              try recurrentWeights.withValues(as: T.self) { recurrent in
                try withScratch(T.self, count: steps) { inputs in
                  for direction in 0..<directions {
                    try multiply(x, weights.start + direction * width * inputSize, direction, into: inputs)
                    let cell = try cell(direction, recurrent.start + direction * width * hidden)
                    try walk(
                      cell, direction, inputs, last + direction * batch * hidden, cells + direction * batch * hidden,
                      all)
                  }
                }
              }
            }
          }
        }
      }
      states = lastCells.map { (lastHidden, $0) }
    }
    guard let states else { throw OperatorError.invalid("no states") }
    return [all, try states.hidden.converted(to: type), try states.cell.converted(to: type)]
  }

  /// The results as they are laid out.
  package func arranged(_ results: [Tensor]) throws -> [RuntimeValue] {
    guard settings.isBatchFirst else { return results.map { .tensor($0) } }
    let (count, step) = (settings.directions, settings.directions * batch * hidden)
    return try results.map { tensor in
      if tensor.rank == 4 {
        return .tensor(
          try tensor.strided(
            shape: [batch, length, count, hidden], strides: [hidden, step, batch * hidden, 1]))
      }
      return .tensor(try tensor.strided(shape: [batch, count, hidden], strides: [hidden, batch * hidden, 1]))
    }
  }

  private func start<T: BLASScalar>(_ state: UnsafeMutableBufferPointer<T>, from initial: Tensor?) throws {
    state.update(repeating: 0)
    try initial?.withValues(as: T.self) { _ = state.update(fromContentsOf: $0) }
  }

  /// `Wx + Wb` for all steps: `[length · batch, gates · hidden]`.
  private func multiply<T: BLASScalar>(
    _ x: UnsafeRawPointer, _ weights: UnsafePointer<T>, _ direction: Int, into inputs: UnsafeMutablePointer<T>
  ) throws {
    let width = gates * hidden
    try withOptionalValues(bias, as: T.self) { bias in
      for step in 0..<length * batch {
        let row = inputs + step * width
        if let bias {
          row.update(from: bias.start + direction * 2 * width, count: width)
        } else {
          row.update(repeating: 0, count: width)
        }
      }
    }
    try T.multiply(
      BLAS.Matrix(x, rowStride: max(inputSize, 1)),
      BLAS.Matrix(UnsafeRawPointer(weights), rowStride: max(inputSize, 1), isTransposed: true), into: inputs,
      rowStride: width, m: length * batch, n: width, k: inputSize, alpha: 1, beta: 1)
  }

  /// Runs through the sequence in one direction.
  private func walk<T: BLASScalar>(
    _ cell: any RecurrentCell<T>, _ direction: Int, _ inputs: UnsafeMutablePointer<T>,
    _ hiddenStates: UnsafeMutablePointer<T>, _ cellStates: UnsafeMutablePointer<T>,
    _ all: UnsafeMutableBufferPointer<T>
  ) throws {
    let isReversed = settings.direction == .reverse || direction == 1
    let budget = WorkBudget.current
    for index in 0..<length {
      try budget.check()
      let step = isReversed ? length - 1 - index : index
      for element in 0..<batch {
        let target = (step * settings.directions + direction) * batch * hidden + element * hidden
        let state = hiddenStates + element * hidden
        // Behind its end a sequence stands still, and its results are 0.
        guard lengths.isEmpty || step < lengths[element] else {
          for i in 0..<hidden { all[target + i] = 0 }
          continue
        }
        try cell.step(
          gates: inputs + (step * batch + element) * gates * hidden, hidden: state, cell: cellStates + element * hidden)
        for i in 0..<hidden { all[target + i] = state[i] }
      }
    }
  }
}

extension RecurrentCell {
  /// Adds `R · state` to some gates.
  package func add(
    _ weights: UnsafePointer<Scalar>, _ state: UnsafePointer<Scalar>, rows: Int, columns: Int,
    to gates: UnsafeMutablePointer<Scalar>
  ) throws {
    try Scalar.multiply(
      BLAS.Matrix(UnsafeRawPointer(weights), rowStride: columns), BLAS.Matrix(UnsafeRawPointer(state), rowStride: 1),
      into: gates, rowStride: 1, m: rows, n: 1, k: columns, alpha: 1, beta: 1)
  }

  @inline(__always)
  package func clipped(_ x: Scalar, _ bound: Scalar?) -> Scalar {
    guard let bound else { return x }
    return min(max(x, -bound), bound)
  }
}
