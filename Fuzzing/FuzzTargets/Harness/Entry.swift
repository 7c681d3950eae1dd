import CFuzzing
import CNNConv
import CNNGraphs
import Glibc
import TestSupport

@testable import CNNConversion

// What libFuzzer calls. One program holds all targets; the environment says which one it runs.

private let target: FuzzTarget = {
  let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
  if let target = FuzzTarget.all.first(where: { $0.name == name }) {
    guard getenv("FUZZ_PRINTS") != nil else { return target }
    print(target.dictionary, terminator: "")
    exit(0)
  }
  for target in FuzzTarget.all { print(name == "goals" ? "\(target.name) \(target.goal)" : target.name) }
  exit(name == "list" || name == "goals" ? 0 : 2)
}()

/// What is charged to the budget before the first execution.
private nonisolated(unsafe) var chargedBefore = 0

/// Chooses the target, before anything else.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> Int32 {
  target.prepare()
  chargedBefore = MemoryBudget.process.used
  return 0
}

/// Runs the target once.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  do {
    let input = FuzzInput(bytes: UnsafeRawBufferPointer(start: data, count: count))
    try Limits.small.run { try target.body(input) }
  } catch {
    let known = ConversionError(outside: error)
    guard known.code != .internalFault else { fatalError("an internal fault: \(known.message)") }
  }
  let charged = MemoryBudget.process.used - chargedBefore
  guard charged == 0 else { fatalError("\(charged) bytes are still charged") }
  return 0
}

/// Changes an input, half of the time by what knows its structure.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int, _ seed: UInt32) -> Int {
  var random = SplitMix(seed: Int(seed))
  guard let mutation = target.mutation, random.chance(0.5) else { return LLVMFuzzerMutate(data, count, limit) }
  var bytes = Array(UnsafeBufferPointer(start: data, count: count))
  guard mutation(&bytes, &random), bytes.count <= limit else { return LLVMFuzzerMutate(data, count, limit) }
  UnsafeMutableBufferPointer(start: data, count: limit).baseAddress?.update(from: bytes, count: bytes.count)
  return bytes.count
}
