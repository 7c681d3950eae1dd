/// The keys of one network of each family, spelling and form, so that a refusal need not draw the whole zoo to name the
/// nearest network.
enum FamilyOutlines {
  private struct Name: Hashable {
    let family: ObjectIdentifier
    let spelling: Spelling
    let hasDeployedForm: Bool

    init(_ architecture: any Architecture) {
      family = ObjectIdentifier(type(of: architecture))
      (spelling, hasDeployedForm) = (architecture.spelling, architecture.hasDeployedForm)
    }
  }

  /// The keys of each family's first network, which is its smallest one or nearly so. Drawn at the first refusal.
  private static let outlines: [Name: [String]] = {
    var outlines: [Name: [String]] = [:]
    for entry in Zoo.entries {
      for form in entry.forms(classes: entry.classes) where outlines[Name(form)] == nil {
        let blueprint = try? NetworkBuilder.blueprint(of: form, name: entry.name)
        outlines[Name(form)] = blueprint?.weights.map(\.key) ?? []
      }
    }
    return outlines
  }()

  /// True if the weights have one in eight of the keys of the family's first network. Of a network of the family they
  /// cannot have half the keys otherwise.
  static func isLikely(_ architecture: any Architecture, for keys: WeightTree) -> Bool {
    guard let outline = outlines[Name(architecture)] else { return true }
    return 8 * outline.count { keys.whole($0) != nil } >= outline.count
  }
}
