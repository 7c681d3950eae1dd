/// Elements, or arrays of arrays of elements, to any depth.
public protocol NestedElements {
  /// What the innermost arrays hold.
  associatedtype Scalar: TensorElement
  /// The extents as far as they follow from the first of each array, outermost first.
  var extents: [Int] { get }
  /// Appends all elements in row-major order.
  /// - Throws: ``TensorError/ragged(depth:)`` if an array has another length than `shape` says.
  func append(to elements: inout [Scalar], shape: ArraySlice<Int>) throws(TensorError)
}

extension NestedElements where Self: TensorElement {
  /// None: an element has no extent.
  public var extents: [Int] { [] }
  /// Appends the element.
  public func append(to elements: inout [Self], shape: ArraySlice<Int>) { elements.append(self) }
}

extension Float: NestedElements {}
extension Double: NestedElements {}
extension Int8: NestedElements {}
extension Int16: NestedElements {}
extension Int32: NestedElements {}
extension Int64: NestedElements {}
extension Int: NestedElements {}
extension UInt8: NestedElements {}
extension UInt16: NestedElements {}
extension UInt32: NestedElements {}
extension UInt64: NestedElements {}
extension Bool: NestedElements {}

extension Array: NestedElements where Element: NestedElements {
  /// The number of elements, and what follows from the first of them.
  public var extents: [Int] { [count] + (first?.extents ?? []) }

  /// Appends the elements one after the other.
  /// - Throws: ``TensorError/ragged(depth:)`` if an array has another length than `shape` says.
  public func append(to elements: inout [Element.Scalar], shape: ArraySlice<Int>) throws(TensorError) {
    guard count == shape.first else { throw .ragged(depth: shape.startIndex) }
    for element in self { try element.append(to: &elements, shape: shape.dropFirst()) }
  }
}

extension Tensor {
  /// A `float32` tensor `[rows, columns]` of an array of rows.
  /// - Throws: ``TensorError/ragged(depth:)`` if the rows have different lengths.
  public init(_ rows: [[Float]]) throws { try self.init(nested: rows) }

  /// A `float32` tensor of nested arrays.
  /// - Throws: ``TensorError/ragged(depth:)`` if arrays at one depth have different lengths.
  public init(_ planes: [[[Float]]]) throws { try self.init(nested: planes) }

  /// A `float32` tensor of nested arrays, such as images `[N, C, H, W]`.
  /// - Throws: ``TensorError/ragged(depth:)`` if arrays at one depth have different lengths.
  public init(_ images: [[[[Float]]]]) throws { try self.init(nested: images) }

  /// A tensor of nested arrays to any depth, of the elements' own type.
  /// - Throws: ``TensorError/ragged(depth:)`` if arrays at one depth have different lengths.
  @_disfavoredOverload
  public init<N: NestedElements>(_ nested: [[N]]) throws { try self.init(nested: nested) }

  private init<N: NestedElements>(nested: N) throws {
    let shape = nested.extents
    var elements: [N.Scalar] = []
    try nested.append(to: &elements, shape: shape[...])
    // An array of empty arrays says nothing of what they would hold.
    try self.init(elements, shape: shape)
  }
}
