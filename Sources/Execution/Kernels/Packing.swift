import CKernels
import CNNTensors

/// Constants in the form that a kernel reads.
protocol Packing: Sendable {
  /// Floats that they take.
  var count: Int { get }
  /// Writes them to `target`, now or as a step that all threads share.
  func pack(to target: UnsafeMutablePointer<Float>, _ steps: inout PackingSteps) throws
}

/// Work that fills packed constants.
struct PackingSteps {
  private(set) var steps: [cnn_step] = []
  /// What the steps refer to; they are valid as long as it lives.
  let contexts = ContextMemory()

  mutating func add(_ run: cnn_task?, _ context: some BitwiseCopyable, tasks: Int) {
    steps.append(
      cnn_step(
        run: run, context: UnsafeRawPointer(contexts.copy(context)), tasks: Int64(tasks), call: nil, argument: nil))
  }
}

/// Numbers as they are.
struct PlainPacking: Packing {
  var values: [Float]
  var count: Int { values.count }

  func pack(to target: UnsafeMutablePointer<Float>, _ steps: inout PackingSteps) {
    for (index, value) in values.enumerated() { target[index] = value }
  }
}
