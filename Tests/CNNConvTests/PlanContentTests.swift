import CNNConv
import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// A kept plan is of one content: whatever is done to the model's files, a run gives what they hold now.
@Suite(.serialized) struct PlanContentTests {
  private let folder: TemporaryFolder
  private let cache: PlanCache
  private let image: [String: Tensor]

  init() throws {
    folder = try TemporaryFolder()
    cache = PlanCache(folder: folder.file("cache"), leastMilliseconds: 0)
    var random = SplitMix(seed: 3)
    image = ["x": try random.tensor([1, 128, 5, 5])]
  }

  private var file: String { folder.file("model.onnx") }
  private var plans: [String] { TemporaryFolder.names(of: cache.folder).filter { $0.hasSuffix(".plan") } }

  /// A network whose weights fill some hundred pages, all of them other numbers for another seed.
  private func write(seed: Int, to path: String, external: Bool = false) throws {
    var sketch = GraphSketch(seed: seed)
    var x = try sketch.freeInput([1, 128, 5, 5])
    for _ in 0..<2 { x = try sketch.convolution(x, 128, 128, kernel: [3, 3], window: .padded(1)) }
    try sketch.end([x])
    try Model(graph: sketch.graph).write(to: path, externalData: external ? .always() : .never)
  }

  /// Runs what the file holds now, by the cache; what was compiled is kept when this returns.
  private func run() throws -> [[Float]] {
    let options = SessionOptions(engine: EngineOptions(threads: 2), planCache: cache)
    let outputs = try Session(Model(contentsOf: file), options: options).run(image)
    BackgroundWork.finish()
    return try outputs.values.map { try #require($0.tensor).elements(as: Float.self) }
  }

  private func expected() throws -> [[Float]] {
    let options = SessionOptions(engine: EngineOptions(threads: 2), planCache: nil)
    return try Session(Model(contentsOf: file), options: options).run(image).values.map {
      try #require($0.tensor).elements(as: Float.self)
    }
  }

  /// Keeps a plan of the file, changes the file, and expects of the next runs what the file then holds.
  private func expectNoticed(_ what: String, _ change: () throws -> Void) throws {
    let before = try run()
    #expect(plans.count == 1, "\(what): nothing was kept, so nothing can be wrong")
    #expect(try run() == before, "\(what)")
    try change()
    let after = try expected()
    #expect(after != before, "\(what): nothing changed")
    for _ in 0..<2 { #expect(try run() == after, "\(what)") }
  }

  // MARK: Files by their calls

  private func status(_ path: String) -> stat {
    var status = stat()
    stat(path, &status)
    return status
  }

  /// Sets a file's time of change back, as `touch -r` does, to the nanosecond.
  private func setTime(_ path: String, _ time: timespec) {
    utimensat(AT_FDCWD, path, [time, time], 0)
  }

  /// Writes bytes into a file as it lies.
  private func overwrite(_ path: String, _ bytes: Data, at offset: Int = 0) {
    let descriptor = open(path, O_WRONLY)
    let count = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset)) }
    #expect(count == bytes.count)
    close(descriptor)
  }

  // MARK: Attacks

  /// Written over in place, and the time of change set back.
  @Test func replacedInPlace() throws {
    try write(seed: 1, to: file)
    try write(seed: 2, to: folder.file("other.onnx"))
    let other = try Data(contentsOf: URL(filePath: folder.file("other.onnx")))
    try expectNoticed("in place") {
      let old = status(file)
      #expect(old.st_size == other.count)
      overwrite(file, other)
      setTime(file, old.st_mtim)
      #expect(status(file).st_mtim.tv_nsec == old.st_mtim.tv_nsec)
    }
  }

  /// Another file under the same name, with the same time, and with the same number if the file system gives it again.
  @Test func replacedByAnotherFile() throws {
    try write(seed: 1, to: file)
    try write(seed: 2, to: folder.file("other.onnx"))
    let other = try Data(contentsOf: URL(filePath: folder.file("other.onnx")))
    try expectNoticed("removed and made anew") {
      let old = status(file)
      unlink(file)
      try other.write(to: URL(filePath: file))
      setTime(file, old.st_mtim)
    }
    try write(seed: 1, to: folder.file("third.onnx"))
    let before = try run()
    let old = status(file)
    rename(folder.file("third.onnx"), file)
    setTime(file, old.st_mtim)
    #expect(try run() != before)
    #expect(try run() == expected())
  }

  /// Weights in a file of their own, which changes while the model's does not.
  @Test func replacedExternalData() throws {
    try write(seed: 1, to: file, external: true)
    let data = try #require(folder.names.first { $0 != "model.onnx" && $0 != "cache" })
    let other = try TemporaryFolder()
    try write(seed: 2, to: other.file("model.onnx"), external: true)
    let otherData = try #require(other.names.first { $0 != "model.onnx" })
    let bytes = try Data(contentsOf: URL(filePath: other.file(otherData)))
    try expectNoticed("external data") {
      let old = status(folder.file(data))
      overwrite(folder.file(data), bytes)
      setTime(folder.file(data), old.st_mtim)
    }
  }

  /// One number in the middle of a large tensor.
  @Test func oneElement() throws {
    try write(seed: 1, to: file)
    try expectNoticed("one element") {
      let old = status(file)
      var number = Float(100)
      overwrite(file, Data(bytes: &number, count: 4), at: Int(old.st_size) / 8 * 4 - 4096)
      setTime(file, old.st_mtim)
    }
  }

  /// Written by way of memory that is mapped, the file closed long before.
  @Test func mapped() throws {
    try write(seed: 1, to: file)
    try expectNoticed("mapped") {
      let old = status(file)
      let memory = try #require(map())
      memory.storeBytes(of: 100, toByteOffset: Int(old.st_size) / 8 * 4 - 4096, as: Float.self)
      munmap(memory, Int(old.st_size))
      setTime(file, old.st_mtim)
    }
  }

  private func map() -> UnsafeMutableRawPointer? {
    let descriptor = open(file, O_RDWR)
    defer { close(descriptor) }
    let memory = mmap(nil, Int(status(file).st_size), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    return memory == MAP_FAILED ? nil : memory
  }

  /// Mapped and written to before the model is read, and again after: the second write shows in no time of change.
  @Test func stillMapped() throws {
    try write(seed: 1, to: file)
    let (memory, size) = (try #require(map()), Int(status(file).st_size))
    let place = size / 8 * 4 - 4096
    memory.storeBytes(of: 50, toByteOffset: place, as: Float.self)
    _ = try run()
    #expect(plans.isEmpty, "the file is open for writing")
    memory.storeBytes(of: 100, toByteOffset: place, as: Float.self)
    #expect(try run() == expected())
    munmap(memory, size)
    let before = try run()
    #expect(plans.count == 1)
    #expect(try run() == before)
  }

  /// The file is replaced while a model that was read from it is in use: its plan is not kept under the new state.
  @Test func replacedWhileInUse() throws {
    try write(seed: 1, to: file)
    let model = try Model(contentsOf: file)
    let session = Session(model, options: SessionOptions(engine: EngineOptions(threads: 2), planCache: cache))
    try write(seed: 2, to: file)
    _ = try session.run(image)
    BackgroundWork.finish()
    #expect(plans.isEmpty)
    #expect(try run() == expected())
    #expect(try run() == expected())
    #expect(plans.count == 1)
  }

  /// The state is looked at once more before a plan appears.
  @Test func replacedBeforeThePlanIsWritten() throws {
    try write(seed: 1, to: file)
    let model = try Model(contentsOf: file)
    var graph = model.graph
    var inference = TypeInference()
    try inference.infer(&graph)
    let engine = try Engine(graph, options: EngineOptions(threads: 2))
    for isStill in [false, true] {
      let key = PlanKey(
        words: ["a"], secret: try #require(PlanSecret(Array(0..<32))), constants: [:], inputs: ["x": [1, 128, 5, 5]],
        outputs: [nil], isStill: { isStill })
      #expect(engine.write(to: folder.file("a.plan"), key: key) == isStill)
      #expect(folder.names.contains("a.plan") == isStill)
      #expect(!folder.names.contains { $0.hasSuffix(".part") })
    }
  }

  /// The same bytes under the same settings have the same plan; other settings have another one.
  @Test func settingsCount() throws {
    try write(seed: 1, to: file)
    _ = try run()
    #expect(plans.count == 1)
    let fuses = SessionOptions(fuses: false, engine: EngineOptions(threads: 2), planCache: cache)
    let one = SessionOptions(engine: EngineOptions(threads: 1), planCache: cache)
    for options in [fuses, one] { _ = try Session(Model(contentsOf: file), options: options).run(image) }
    BackgroundWork.finish()
    #expect(plans.count == 3)
  }
}
