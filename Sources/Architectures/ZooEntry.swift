import CNNGraphs

/// A network of the zoo, described without its weights being made.
public struct ZooEntry: Sendable {
  /// The numbers of classes a network can be built with.
  static let possibleClasses = 1...1_000_000

  let variant: Variant
  let familyType: any Architecture.Type

  init(_ variant: Variant, of familyType: any Architecture.Type) {
    (self.variant, self.familyType) = (variant, familyType)
  }

  /// The name by which it is built, such as `vgg16`.
  public var name: String { variant.name }
  /// The name in prose, such as `VGG-16`.
  public var title: String { variant.title }
  /// Where the architecture comes from.
  public var source: String { variant.source }
  /// The number of classes it was published with.
  public var classes: Int { variant.classes }
  /// The extents of one input, `[C, H, W]`.
  public var inputShape: [Int] { variant.make(classes).inputShape }
  /// What comes out of the network with a number of classes.
  package func results(classes: Int) -> [NetworkResult] { variant.make(classes).results }
  /// True if the network is deployed in another form than it is trained in.
  public var hasDeployedForm: Bool { variant.make(classes).hasDeployedForm }

  /// What a network of the zoo costs.
  public struct Figures: Hashable, Sendable {
    /// The number of learned parameters with the published number of classes; running statistics are not counted.
    public let parameters: Int
    /// Multiplications followed by an addition for one image.
    public let macs: Int
  }

  /// Counts, by drawing the network.
  public var figures: Figures {
    do {
      let blueprint = try NetworkBuilder.blueprint(of: variant.make(classes), batch: 1, name: name)
      guard let macs = blueprint.graph.multiplyAccumulates else {
        throw ConversionError(.internalFault, "multiply-accumulates cannot be counted")
      }
      return Figures(parameters: blueprint.parameters, macs: macs)
    } catch {
      preconditionFailure("\(name) is drawn wrongly: \(error)")
    }
  }

  /// The network with a number of classes and without weights.
  /// - Parameter deployed: whether to draw the form for deployment.
  /// - Throws: ``ConversionError`` of code `usage` if there is none.
  package func blueprint(classes: Int, deployed: Bool = false) throws(ConversionError) -> Blueprint {
    let architecture = try architecture(classes: classes, deployed: deployed)
    do { return try NetworkBuilder.blueprint(of: architecture, name: name) } catch { throw error.asInternalFault }
  }

  private func architecture(classes: Int, deployed: Bool) throws(ConversionError) -> any Architecture {
    let trained = variant.make(classes)
    guard deployed else { return trained }
    guard let architecture = trained.deployedForm else {
      throw ConversionError(
        .usage, "\(name) has no form of its own for deployment", remedy: .leaveOut(.deployment))
    }
    return architecture
  }

  /// The network in every spelling and form, the usual ones first.
  func forms(classes: Int) -> [any Architecture] {
    let trained = variant.make(classes)
    let both = [trained] + [trained.deployedForm].compactMap(\.self)
    let spellings = [trained.spelling] + familyType.spellings.filter { $0 != trained.spelling }
    return spellings.flatMap { spelling in both.map { $0.spelled(spelling) } }
  }
}

extension Architecture {
  var hasDeployedForm: Bool { deployed != nil }
  var deployedForm: (any Architecture)? { deployed }

  func spelled(_ spelling: Spelling) -> any Architecture {
    var copy = self
    copy.spelling = spelling
    return copy
  }

  /// True if the other one draws the same network.
  func isEqual(to other: any Architecture) -> Bool { (other as? Self).map { $0 == self } ?? false }

  /// The published network that this one is, in whatever spelling and form.
  var variant: Variant? {
    Self.variants.first { variant in
      let trained = variant.make(classes)
      return [trained, trained.deployedForm].compactMap(\.self).contains { isEqual(to: $0.spelled(spelling)) }
    }
  }
}
