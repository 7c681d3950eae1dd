import CNNGraphs
import CNNTensors

/// An operator that makes one element of all that differ only along some axes. Inputs: data, axes `[K]` (optional; an
/// attribute in older versions); without axes all are reduced, or none if `keepsEmptyAxes` is set.
package protocol Reduction: Operator {
  /// What is the same for all of them.
  var settings: ReductionSettings { get }
  init(settings: ReductionSettings)
  /// The version from which on the axes are an input.
  static var axesInputVersion: Int { get }
}

/// The attributes of a reduction.
public struct ReductionSettings: Hashable, Sendable {
  /// True if reduced axes stay with extent 1.
  public let keepsAxes: Bool
  /// True if no axes mean that nothing is reduced.
  public let keepsEmptyAxes: Bool

  /// Makes the operator with these settings.
  public init(keepsAxes: Bool = true, keepsEmptyAxes: Bool = false) {
    (self.keepsAxes, self.keepsEmptyAxes) = (keepsAxes, keepsEmptyAxes)
  }
}

extension Reduction {
  package static var axesInputVersion: Int { 18 }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    let keepsAxes = try node.flag("keepdims", default: true)
    if node.version < Self.axesInputVersion {
      if let axes = try node.ints("axes") { node.addInput(1, try Tensor(axes.map(Int64.init), shape: [axes.count])) }
      self.init(settings: ReductionSettings(keepsAxes: keepsAxes))
    } else {
      let keepsEmptyAxes = try node.flag("noop_with_empty_axes")
      self.init(settings: ReductionSettings(keepsAxes: keepsAxes, keepsEmptyAxes: keepsEmptyAxes))
    }
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("keepdims", settings.keepsAxes, unless: true)
    guard node.version < Self.axesInputVersion else {
      return node.set("noop_with_empty_axes", settings.keepsEmptyAxes, unless: false)
    }
    if settings.keepsEmptyAxes, (node.constant(1)?.count ?? 0) == 0 {
      throw OperatorError.unsupported("a reduction of no axes needs operator set \(Self.axesInputVersion)")
    }
    try node.setAxes(fromInput: 1)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let shape = context.shape(0) else { return [.tensor(context.elementType(0), nil)] }
    guard let axes = context.has(1) ? context.integers(1) : [] else {
      let kept = settings.keepsAxes ? shape.map { $0 == 1 ? 1 : Dimension.unknown } : nil
      return [.tensor(context.elementType(0), kept)]
    }
    let reduced = try settings.reducedAxes(axes, rank: shape.count)
    let result = shape.indices.compactMap { axis -> Dimension? in
      reduced.contains(axis) ? (settings.keepsAxes ? 1 : nil) : shape[axis]
    }
    return [.tensor(context.elementType(0), result)]
  }

  /// The input and how it is reduced.
  package func plan(_ context: EvaluationContext) throws -> (Tensor, ReductionPlan) {
    let x = try context.tensor(0)
    let axes = try settings.reducedAxes(context.optionalIntegers(1) ?? [], rank: x.rank)
    return (x, ReductionPlan(x.shape, axes: axes, keepsAxes: settings.keepsAxes))
  }
}

extension ReductionSettings {
  fileprivate func reducedAxes(_ axes: [Int], rank: Int) throws -> Set<Int> {
    if axes.isEmpty { return keepsEmptyAxes ? [] : Set(0..<rank) }
    // A scalar has no axes, but files reduce its axis 0 or -1 all the same.
    if rank == 0, axes.allSatisfy({ $0 == 0 || $0 == -1 }) { return [] }
    return Set(try axes.axes(ofRank: rank))
  }
}

/// A reduction that joins elements one by one and then finishes the result.
package protocol FoldingReduction: Reduction {
  /// What nothing at all is reduced to.
  func identity<T: ArithmeticScalar>(_ type: ElementType, as _: T.Type) -> T
  func join<T: ArithmeticScalar>(_ result: T, _ x: T) -> T
  /// What becomes of the joined value of `count` elements.
  func finish<T: ArithmeticScalar>(_ result: T, count: Int) -> T
  /// True if floating-point numbers are joined in `Double`, so that long sums keep their digits.
  var needsPrecision: Bool { get }
}

extension FoldingReduction {
  package var needsPrecision: Bool { true }

  @inline(__always)
  package func identity<T: ArithmeticScalar>(_ type: ElementType, as _: T.Type) -> T { 0 }

  @inline(__always)
  package func finish<T: ArithmeticScalar>(_ result: T, count: Int) -> T { result }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (x, plan) = try plan(context)
    switch x.elementType.numericKind {
    case .float where needsPrecision: return [.tensor(try fold(x, plan, Float.self) { Double($0) })]
    case .float: return [.tensor(try fold(x, plan, Float.self) { $0 })]
    case .double: return [.tensor(try fold(x, plan, Double.self) { $0 })]
    case .signed: return [.tensor(try fold(x, plan, Int64.self) { $0 })]
    case .unsigned: return [.tensor(try fold(x, plan, UInt64.self) { $0 })]
    case nil: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }

  @inline(__always)
  private func fold<S: ArithmeticScalar, T: ArithmeticScalar>(
    _ x: Tensor, _ plan: ReductionPlan, _: S.Type, _ widened: (S) -> T
  ) throws -> Tensor {
    try x.computing(x.elementType, shape: plan.shape) { (source: UnsafeBufferPointer<S>, target) in
      target.update(repeating: identity(x.elementType, as: T.self))
      plan.forEachRun { input, output, length, isReduced in
        if isReduced {
          var result = target[output]
          for i in input..<input + length { result = join(result, widened(source[i])) }
          target[output] = result
        } else {
          for i in 0..<length { target[output + i] = join(target[output + i], widened(source[input + i])) }
        }
      }
      for i in target.indices { target[i] = finish(target[i], count: plan.count) }
    }
  }
}
