/// The keys and shapes of a state dict as a tree of modules, walked as a ``ModulePath`` is: `keys.layer1[0].conv1.outputs`.
@dynamicMemberLookup
package struct WeightTree: Sendable {
  /// Larger extents and numbers belong to no network, and would overflow its arithmetic.
  private static let largestExtent = 1 << 24
  private static let largestCount = 4096
  /// Modules that lie deeper belong to no network; a long name of dots would ask for the square of its length.
  private static let deepest = 32

  private final class Index: Sendable {
    let shapes: [String: [Int]]
    let modules: Set<String>

    init(_ weights: some Sequence<(key: String, shape: [Int])>) {
      var shapes: [String: [Int]] = [:]
      var modules: Set<String> = [""]
      for (key, shape) in weights {
        shapes[key] = shape
        let dots = key.utf8.indices.lazy.filter { key.utf8[$0] == UInt8(ascii: ".") }.prefix(WeightTree.deepest)
        for dot in Array(dots).reversed() {
          // What leads to a module that is known is known, too.
          guard modules.insert(String(key[..<dot])).inserted else { break }
        }
      }
      (self.shapes, self.modules) = (shapes, modules)
    }
  }

  private let index: Index
  /// Keys that are taken for granted beside those that are there.
  private let pretended: Index?
  private let path: String

  package init(_ weights: some Sequence<(key: String, shape: [Int])>) {
    (index, pretended, path) = (Index(weights), nil, "")
  }

  private init(_ index: Index, _ pretended: Index?, _ path: String) {
    (self.index, self.pretended, self.path) = (index, pretended, path)
  }

  private static let pretendedShape = [1000, 1]

  /// The same modules and others beside them, where nothing is.
  func pretending(_ modules: [String]) -> WeightTree? {
    let absent = modules.filter { !self[$0].exists || shape("\($0).weight") == nil }
    guard !absent.isEmpty else { return nil }
    let prefix = path.isEmpty ? "" : "\(path)."
    let keys = absent.map { (key: "\(prefix)\($0).weight", shape: Self.pretendedShape) }
    return WeightTree(index, Index(keys), path)
  }

  /// What lies under a prefix, which ends in a dot unless it is empty.
  func under(_ prefix: String) -> WeightTree { prefix.isEmpty ? self : self[String(prefix.dropLast())] }

  /// The module of a name inside this one.
  package subscript(dynamicMember name: String) -> WeightTree { self[name] }
  /// The module of a number inside this one.
  package subscript(number: Int) -> WeightTree { self[String(number)] }
  /// The module of a name inside this one.
  package subscript(name: String) -> WeightTree {
    WeightTree(index, pretended, path.isEmpty ? name : "\(path).\(name)")
  }

  /// True if anything with weights is in this module.
  package var exists: Bool { index.modules.contains(path) || pretended?.modules.contains(path) ?? false }

  /// The shape of a parameter or buffer of this module; `nil` if there is none or its extents are out of all bounds.
  package func shape(_ parameter: String = "weight") -> [Int]? {
    guard let shape = whole(parameter), shape.count <= 5, shape.allSatisfy({ 1...Self.largestExtent ~= $0 })
    else { return nil }
    return shape
  }

  /// The shape of a key inside this module, whatever its extents; `nil` if there is none.
  func whole(_ key: String) -> [Int]? {
    let key = path.isEmpty ? key : "\(path).\(key)"
    return index.shapes[key] ?? pretended?.shapes[key]
  }

  /// True for a module of a head that is taken for granted and is not there.
  package var isPretended: Bool { shape() == Self.pretendedShape }

  /// Channels or features that come out, the weight's first extent; also those of a normalization.
  package var outputs: Int? { shape()?.first }
  /// Channels or features that go in, of one group.
  package var inputs: Int? { shape().flatMap { $0.count > 1 ? $0[1] : nil } }
  /// Height of the convolution's kernel.
  package var kernel: Int? { shape().flatMap { $0.count == 4 ? $0[2] : nil } }
  /// True for a convolution over height and width.
  package var isConvolution: Bool { shape()?.count == 4 }
  /// True for a linear layer.
  package var isLinear: Bool { shape()?.count == 2 }
  /// True for a batch normalization.
  package var isNormalization: Bool { shape("running_mean")?.count == 1 }
  /// True if a convolution or linear layer has a bias.
  package var hasBias: Bool { shape("bias") != nil }

  /// How many modules `0`, `1`, `2` … there are without a gap.
  package var count: Int { (0..<Self.largestCount).first { !self[$0].exists } ?? Self.largestCount }
}
