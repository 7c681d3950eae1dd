import CNNTensors

/// Looks through what a pickle holds for dictionaries of tensors and for whole modules.
struct CandidateSearch {
  /// Names under which the weights of a checkpoint usually stand, the likeliest first.
  private static let preferred = [
    "state_dict", "model", "model_state_dict", "model_state", "net", "network", "params", "params_ema",
    "state_dict_ema", "model_ema", "ema_state_dict", "ema", "module", "weights", "model_weights", "net_state_dict",
    "generator", "encoder", "backbone", "student", "teacher", "blobs",
  ]
  /// Names of the company that tensors keep in a checkpoint, which is never looked into, and parts of such names.
  private static let company: Set<String> = ["opt", "amp", "callbacks", "loops", "random_state", "_metadata"]
  private static let companyParts = ["optim", "scheduler", "scaler", "rng_state"]
  private static let depthLimit = 6
  private static let candidateLimit = 64
  /// The most keys and values that are looked at; some checkpoints list whole data sets.
  private static let workLimit = 1 << 21

  private let tree: PickleTree
  private let tensors: TorchTensorReader
  private let script: TorchScriptCode?

  /// What was found, in the order of the search: ranks along the way, smaller ones first.
  private struct Find {
    let value: PickleValue
    let path: [String]
    let ranks: [Int]
    let isModule: Bool
    let size: Int
  }

  /// A value that is still to be looked at.
  private struct Place {
    let value: PickleValue
    let path: [String]
    let ranks: [Int]
  }

  private var finds: [Find] = []
  private var seen: Set<Int> = []
  private var work = 0
  private var hasOptimizerState = false

  init(_ tree: PickleTree, _ tensors: TorchTensorReader, script: TorchScriptCode? = nil) {
    (self.tree, self.tensors, self.script) = (tree, tensors, script)
  }

  /// Reads the candidates and says what else there is.
  mutating func checkpoint(_ container: Checkpoint.Container) throws -> Checkpoint {
    search()
    let ordered = orderedFinds()
    var remarks = work < Self.workLimit ? [] : ["so much beside weights that not all of it was looked at"]
    var unusable: String?
    var candidates: [Checkpoint.Candidate] = []
    for find in ordered {
      let collected = try collect(find)
      remarks += collected.remarks
      unusable = unusable ?? collected.unusable.first.map { "tensor \($0.key.quoted) \($0.reason)" }
      guard !collected.entries.isEmpty else { continue }
      let type = find.isModule ? tree.typeName(find.value).map(TorchScriptCode.plainName) : nil
      candidates.append(
        Checkpoint.Candidate(
          path: find.path, dictionary: StateDictionary(collected.entries), moduleClass: type,
          omissions: collected.unusable.map { Checkpoint.Omission(key: $0.key, reason: $0.reason) }))
    }
    guard !candidates.isEmpty else { throw FormatError.checkpoint(try nothing(container, unusable)) }
    if let company = company(beside: candidates) { remarks.append(company) }
    return Checkpoint(container: container, candidates: candidates, remarks: remarks)
  }

  private func orderedFinds() -> [Find] {
    var ordered = finds.enumerated().sorted { a, b in
      let (first, second) = (a.element, b.element)
      if first.ranks != second.ranks { return first.ranks.lexicographicallyPrecedes(second.ranks) }
      return first.size != second.size ? first.size > second.size : a.offset < b.offset
    }.map(\.element)
    // A few tensors beside the weights, such as a mean and a deviation, are not what is looked for.
    if ordered.count > 1, ordered[0].path.isEmpty, let rank = ordered[1].ranks.first, rank < Self.preferred.count,
      ordered[1].size > ordered[0].size
    {
      ordered.append(ordered.removeFirst())
    }
    return Array(ordered.prefix(Self.candidateLimit))
  }

  private func nothing(_ container: Checkpoint.Container, _ unusable: String?) throws -> FormatError.CheckpointFault {
    if let unusable { return .unusable(unusable) }
    if hasOptimizerState { return .optimizerOnly }
    if container == .torchScript { return .frozenScript }
    if tensors.isTensor(tree.root) { return .singleTensor }
    return .noTensors(describe(tree.root))
  }

  private func collect(_ find: Find) throws -> TensorCollection {
    if find.isModule {
      var walk = ModuleWalk(tree, tensors, script: script)
      try walk.add(find.value)
      return walk.collected
    }
    var collected = TensorCollection()
    for (key, value) in tree.pairs(find.value) ?? [] {
      guard let name = tree.label(key) else { continue }
      try collected.add(value, key: name, tensors)
    }
    return collected
  }

  // MARK: Search

  /// Goes through the values level by level, so that what lies deep cannot hide what lies near the top.
  private mutating func search() {
    var level = [Place(value: tree.root, path: [], ranks: [])]
    if case .object(let number) = tree.root { seen.insert(number) }
    for _ in 0...Self.depthLimit {
      var next: [Place] = []
      for place in level where work < Self.workLimit && finds.count < 4 * Self.candidateLimit {
        visit(place, &next)
      }
      level = next
    }
  }

  private mutating func visit(_ place: Place, _ next: inout [Place]) {
    guard case .object(let number) = place.value else { return }
    let object = tree.objects[number]
    work += 1 + tree.cost(of: object)
    guard object.kind != .persistent, work < Self.workLimit, !tensors.isTensor(place.value) else { return }
    if isWhole(place.value) {
      finds.append(Find(value: place.value, path: place.path, ranks: place.ranks, isModule: true, size: .max))
      return
    }
    var inner = tree.pairs(place.value)
    if let pairs = inner {
      let names = Set(pairs.compactMap { tree.text($0.key) })
      if names.contains("state"), names.contains("param_groups") {
        hasOptimizerState = true
        return
      }
      let count = pairs.count { tensors.isTensor($0.value) && tree.label($0.key) != nil }
      if count > 0, 2 * count > pairs.count {
        finds.append(Find(value: place.value, path: place.path, ranks: place.ranks, isModule: false, size: count))
      }
    }
    if let attributes = tree.attributes(object) {
      // A dictionary's own attributes, such as the versions of modules, come after its contents.
      inner = (inner ?? []) + attributes
    }
    if inner == nil, let items = tree.items(place.value) {
      inner = items.enumerated().map { (PickleValue.integer($0.offset), $0.element) }
    }
    for (key, value) in inner ?? [] {
      guard case .object(let number) = value, let name = tree.label(key) else { continue }
      if Self.isCompany(name.lowercased()) {
        noteOptimizer(value)
      } else if seen.insert(number).inserted {
        next.append(Place(value: value, path: place.path + [name], ranks: place.ranks + [rank(name)]))
      }
    }
  }

  private static func isCompany(_ name: String) -> Bool {
    company.contains(name) || companyParts.contains { name.contains($0) }
  }

  private func rank(_ name: String) -> Int { Self.preferred.firstIndex(of: name) ?? Self.preferred.count }

  private func isWhole(_ value: PickleValue) -> Bool {
    guard script != nil else { return ModuleWalk.isModule(value, in: tree) }
    return tree.typeName(value)?.hasPrefix(PickleGlobal.scriptPackage) ?? false
  }

  private mutating func noteOptimizer(_ value: PickleValue) {
    guard let object = tree.object(value) else { return }
    work += tree.cost(of: object)
    guard work < Self.workLimit else { return }
    for (key, _) in tree.pairs(value) ?? [] where tree.text(key) == "param_groups" { hasOptimizerState = true }
  }

  // MARK: Words

  /// What stands at the top beside the candidates: "optimizer, epoch 90 left alone".
  private func company(beside candidates: [Checkpoint.Candidate]) -> String? {
    let taken = Set(candidates.compactMap(\.path.first))
    guard !candidates.contains(where: { $0.path.isEmpty }), let pairs = tree.pairs(tree.root) else { return nil }
    var words: [String] = []
    var usual = 0
    for (key, value) in pairs {
      guard let name = tree.label(key), !taken.contains(name) else { continue }
      // What is best known comes first, since a long list is cut.
      words.insert(describe(name, value), at: Self.isCompany(name) ? usual : words.count)
      usual += Self.isCompany(name) ? 1 : 0
    }
    guard !words.isEmpty else { return nil }
    let more = words.count - 12
    return words.prefix(12).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "") + " left alone"
  }

  private func describe(_ name: String, _ value: PickleValue) -> String {
    let name = name.inSentence
    return switch value {
    case .boolean(let flag): "\(name) \(flag)"
    case .integer(let number): "\(name) \(number)"
    case .float(let number): "\(name) \(number)"
    case .text(_, let count) where count <= 40: "\(name) \((tree.text(value) ?? "").quoted)"
    default: name
    }
  }

  private func describe(_ value: PickleValue) -> String {
    switch value {
    case .none: "None"
    case .boolean, .integer, .wideInteger, .float: "a number"
    case .text, .respelledText: "a text"
    case .bytes: "bytes"
    case .global: "a class"
    case .object(let number):
      switch tree.objects[number].kind {
      case .tuple: "a tuple"
      case .list: "a list"
      case .set: "a set"
      case .dictionary: "a dictionary"
      case .persistent: "a storage"
      case .instance: tree.typeName(value).map { "a \($0.inSentence)" } ?? "an object"
      }
    }
  }
}
