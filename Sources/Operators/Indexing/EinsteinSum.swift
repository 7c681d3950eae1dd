import CNNGraphs
import CNNTensors

/// Products of tensors summed over the axes that share a letter, as an equation says: `bij,bjk->bik`.
///
/// Operands are joined from left to right; each pair is one batch of matrix products.
public struct EinsteinSum: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Einsum", versions: [12, 28], inputs: 1...OperatorSignature.any)

  /// The equation as it is written.
  public let equation: String

  /// Makes the operator with these settings.
  public init(equation: String) { self.equation = equation }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { equation = try node.require("equation", node.string("equation")) }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("equation", equation) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let shapes = context.inputs.indices.compactMap { context.shape($0) }
    guard shapes.count == context.inputs.count else { return [.tensor(context.elementType(0), nil)] }
    let (terms, result) = try EinsteinEquation.parse(equation, ranks: shapes.map(\.count))
    var extents: [EinsteinLabel: Dimension] = [:]
    for (term, shape) in zip(terms, shapes) {
      for (label, extent) in zip(term, shape) where extents[label]?.value == nil || extents[label] == 1 {
        if extents[label] == nil || extent != .unknown { extents[label] = extent }
      }
    }
    return [.tensor(context.elementType(0), result.map { extents[$0] ?? .unknown })]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let operands = try context.inputs.indices.map { try context.tensor($0) }
    guard let type = operands.first?.elementType else { throw OperatorError.input(0, expected: "a tensor") }
    for (index, operand) in operands.enumerated() where operand.elementType != type {
      throw OperatorError.elementType(input: index, found: operand.elementType)
    }
    let (terms, result) = try EinsteinEquation.parse(equation, ranks: operands.map(\.rank))
    switch type.numericKind {
    case .float: return [.tensor(try sum(operands, terms, result, Float.self))]
    case .double: return [.tensor(try sum(operands, terms, result, Double.self))]
    case .signed: return [.tensor(try sum(operands, terms, result, Int64.self))]
    case .unsigned: return [.tensor(try sum(operands, terms, result, UInt64.self))]
    case nil: throw OperatorError.elementType(input: 0, found: type)
    }
  }

  private func sum<T: ArithmeticScalar>(
    _ operands: [Tensor], _ terms: [[EinsteinLabel]], _ result: [EinsteinLabel], _: T.Type
  ) throws -> Tensor {
    let extents = try EinsteinEquation.extents(terms, operands.map(\.shape))
    var parts = try zip(operands, terms).map { operand, term in
      try EinsteinOperand<T>(operand.converted(to: T.elementType), term, extents)
    }
    var joined = parts.removeFirst()
    for (index, part) in parts.enumerated() {
      let later = Set(parts[(index + 1)...].flatMap(\.labels) + result)
      joined = try joined.joined(part, keeping: later)
    }
    return try joined.reduced(to: result, extents).converted(to: operands[0].elementType)
  }
}

/// An axis' name: a letter, or an index within the ellipsis counted from its end.
package enum EinsteinLabel: Hashable, Sendable {
  case letter(Character)
  case ellipsis(Int)
}

/// Reading of equations.
enum EinsteinEquation {
  /// The labels of each operand's axes and of the result's.
  static func parse(_ equation: String, ranks: [Int]) throws -> ([[EinsteinLabel]], [EinsteinLabel]) {
    let text = equation.replacing(" ", with: "")
    let arrow = text.firstRange(of: "->")
    let left = arrow.map { text[..<$0.lowerBound] } ?? text[...]
    let sides = left.split(separator: ",", omittingEmptySubsequences: false)
    guard sides.count == ranks.count else {
      throw OperatorError.attribute("equation", "\(sides.count) terms for \(ranks.count) operands")
    }
    let terms = try zip(sides, ranks).map { try term(String($0), rank: $1) }
    let ellipsis = terms.joined().compactMap { if case .ellipsis(let index) = $0 { index } else { nil } }.max() ?? 0
    let dots = (0..<ellipsis).reversed().map { EinsteinLabel.ellipsis($0 + 1) }
    guard let arrow else {
      let all = terms.joined()
      let once = Set(all).filter { label in all.lazy.filter { $0 == label }.count == 1 }
      let letters = once.compactMap { if case .letter(let letter) = $0 { letter } else { nil } }
      return (terms, dots + letters.sorted().map(EinsteinLabel.letter))
    }
    var result: [EinsteinLabel] = []
    var right = text[arrow.upperBound...]
    while let first = right.first {
      if right.hasPrefix("...") {
        result += dots
        right = right.dropFirst(3)
      } else {
        result.append(try letter(first))
        right = right.dropFirst()
      }
    }
    guard Set(result).count == result.count, Set(result).isSubset(of: Set(terms.joined())) else {
      throw OperatorError.attribute("equation", "the result of \(equation.quoted) names an axis twice or no operand's")
    }
    return (terms, result)
  }

  private static func term(_ text: String, rank: Int) throws -> [EinsteinLabel] {
    let parts = text.split(separator: "...", maxSplits: 1, omittingEmptySubsequences: false)
    let letters = try parts.map { try $0.map { try letter($0) } }
    let rest = rank - letters.map(\.count).reduce(0, +)
    guard rest == 0 || rest > 0 && parts.count == 2 else {
      throw OperatorError.attribute("equation", "\(text.quoted) does not fit an operand of rank \(rank)")
    }
    if parts.count == 1 { return letters[0] }
    return letters[0] + (0..<rest).reversed().map { EinsteinLabel.ellipsis($0 + 1) } + letters[1]
  }

  private static func letter(_ character: Character) throws -> EinsteinLabel {
    guard character.isASCII, character.isLetter else {
      throw OperatorError.attribute("equation", "'\(character)' names no axis")
    }
    return .letter(character)
  }

  /// The extent of each label; an extent of 1 broadcasts.
  static func extents(_ terms: [[EinsteinLabel]], _ shapes: [[Int]]) throws -> [EinsteinLabel: Int] {
    var extents: [EinsteinLabel: Int] = [:]
    for (term, shape) in zip(terms, shapes) {
      for (label, extent) in zip(term, shape) {
        let known = extents[label] ?? 1
        guard known == 1 || extent == 1 || known == extent else {
          throw OperatorError.invalid("extents \(known) and \(extent) of one axis")
        }
        extents[label] = known == 1 ? extent : known
      }
    }
    return extents
  }
}

/// A tensor of `T`s with labelled axes, none of them twice, each as long as its label says.
private struct EinsteinOperand<T: ArithmeticScalar> {
  let tensor: Tensor
  let labels: [EinsteinLabel]

  init(tensor: Tensor, labels: [EinsteinLabel]) { (self.tensor, self.labels) = (tensor, labels) }

  /// Axes that broadcast are left out, and diagonals taken if a label stands twice.
  init(_ operand: Tensor, _ term: [EinsteinLabel], _ extents: [EinsteinLabel: Int]) throws {
    var (labels, steps): ([EinsteinLabel], [Int]) = ([], [])
    let strides = operand.shape.strides
    for (axis, label) in term.enumerated() where operand.shape[axis] != 1 || extents[label] == 1 {
      if let known = labels.firstIndex(of: label) {
        steps[known] += strides[axis]
      } else {
        labels.append(label)
        steps.append(strides[axis])
      }
    }
    self.labels = labels
    tensor = try operand.strided(shape: labels.map { extents[$0] ?? 1 }, strides: steps)
  }

  /// This axis order, which names each label once.
  private func ordered(_ labels: [EinsteinLabel]) throws -> Tensor {
    try tensor.transposed(labels.compactMap { self.labels.firstIndex(of: $0) })
  }

  private func extent(of labels: [EinsteinLabel]) -> Int {
    labels.compactMap { self.labels.firstIndex(of: $0) }.reduce(1) { $0 * tensor.shape[$1] }
  }

  /// The sum over all labels but these.
  private func summed(keeping kept: Set<EinsteinLabel>) throws -> EinsteinOperand {
    let (stay, go) = (labels.filter(kept.contains), labels.filter { !kept.contains($0) })
    if go.isEmpty { return self }
    let (rows, columns) = (extent(of: stay), extent(of: go))
    let shape = stay.compactMap { labels.firstIndex(of: $0) }.map { tensor.shape[$0] }
    let result = try ordered(stay + go).withElements(as: T.self) { source in
      try Tensor(T.elementType, shape: shape) { (target: UnsafeMutableBufferPointer<T>) in
        for row in 0..<(target.isEmpty ? 0 : rows) {
          var sum: T = 0
          for column in 0..<columns { sum = T.adding(sum, source[row * columns + column]) }
          target[row] = sum
        }
      }
    }
    return EinsteinOperand(tensor: result, labels: stay)
  }

  /// The product with another operand, summed over the labels that nothing reads later.
  func joined(_ other: EinsteinOperand, keeping later: Set<EinsteinLabel>) throws -> EinsteinOperand {
    let a = try summed(keeping: later.union(other.labels))
    let b = try other.summed(keeping: later.union(labels))
    let common = a.labels.filter(b.labels.contains)
    let (batch, inner) = (common.filter(later.contains), common.filter { !later.contains($0) })
    let left = a.labels.filter { !common.contains($0) }
    let right = b.labels.filter { !common.contains($0) }
    let (m, n, k) = (a.extent(of: left), b.extent(of: right), a.extent(of: inner))
    let batches = a.extent(of: batch)
    let (x, y) = (try a.ordered(batch + left + inner), try b.ordered(batch + inner + right))
    let shape = x.shape[..<(batch.count + left.count)] + y.shape[(batch.count + inner.count)...]
    let count = try Tensor.elementCount(of: Array(shape), T.elementType)
    try WorkBudget.current.charge(
      [a.tensor.count, b.tensor.count, x.count, y.count].reduce(count) { $0.saturatingAdded(to: $1) },
      times: WorkBudget.Cost.element)
    let product = try x.withElements(as: T.self) { x in
      try y.withElements(as: T.self) { y in
        try Tensor(T.elementType, shape: Array(shape)) { (target: UnsafeMutableBufferPointer<T>) in
          for batch in 0..<(target.isEmpty ? 0 : batches) {
            try multiply(x, batch * m * k, y, batch * k * n, target, batch * m * n, m, n, k)
          }
        }
      }
    }
    return EinsteinOperand(tensor: product, labels: batch + left + right)
  }

  private func multiply(
    _ x: UnsafeBufferPointer<T>, _ startX: Int, _ y: UnsafeBufferPointer<T>, _ startY: Int,
    _ z: UnsafeMutableBufferPointer<T>, _ startZ: Int, _ m: Int, _ n: Int, _ k: Int
  ) throws {
    guard m > 0, n > 0, k > 0, let x = x.baseAddress, let y = y.baseAddress, let z = z.baseAddress else {
      return z[startZ..<startZ + m * n].update(repeating: 0)
    }
    let (a, b) = (BLAS.Matrix(x + startX, rowStride: k), BLAS.Matrix(y + startY, rowStride: n))
    let target = UnsafeMutableRawPointer(z + startZ)
    if T.self == Float.self {
      try Float.multiply(
        a, b, into: target.assumingMemoryBound(to: Float.self), rowStride: n, m: m, n: n, k: k, alpha: 1, beta: 0)
    } else if T.self == Double.self {
      try Double.multiply(
        a, b, into: target.assumingMemoryBound(to: Double.self), rowStride: n, m: m, n: n, k: k, alpha: 1, beta: 0)
    } else {
      for index in startZ..<startZ + m * n { z[index] = 0 }
      let budget = WorkBudget.current
      for row in 0..<m {
        try budget.charge(n.saturatingMultiplied(by: k), times: WorkBudget.Cost.step)
        for i in 0..<k {
          let factor = x[startX + row * k + i]
          for column in 0..<n {
            let index = startZ + row * n + column
            z[index] = T.adding(z[index], T.multiplying(factor, y[startY + i * n + column]))
          }
        }
      }
    }
  }

  /// The sum over all labels but the result's, in the result's order.
  func reduced(to result: [EinsteinLabel], _ extents: [EinsteinLabel: Int]) throws -> Tensor {
    let sum = try summed(keeping: Set(result))
    return try sum.ordered(result.filter(sum.labels.contains))
      .reshaped(result.map { sum.labels.contains($0) ? extents[$0] ?? 1 : 1 })
      .broadcast(to: result.map { extents[$0] ?? 1 })
  }
}
