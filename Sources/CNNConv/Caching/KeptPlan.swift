import CNNExecution

/// The place of one plan in a cache: what it is made of, and where it lies if it was kept.
struct KeptPlan: Sendable {
  private let key: PlanKey
  private let files: [FileState]
  private let cache: PlanCache
  private let options: EngineOptions

  init(_ key: PlanKey, _ files: [FileState], in cache: PlanCache, _ options: EngineOptions) {
    (self.key, self.files, self.cache, self.options) = (key, files, cache, options)
  }

  /// The engine as an earlier process left it.
  func engine() -> Engine? { cache.engine(key, options) }

  /// Waits until the files that a plan is about to be made of cannot change unseen.
  /// - Returns: false if a plan made now must not be kept.
  func settle() -> Bool { files.allSatisfy { $0.settle() } }

  /// Keeps an engine. A cache that cannot be written is no reason to fail.
  func keep(_ engine: Engine) { cache.keep(engine, key) }
}
